example <- function(name) system.file("extdata", name, package = "modicumr")

test_that("the example is a SummarizedExperiment under DESeq2's names", {
    x <- readModicum(example("example.h5"))
    expect_s4_class(x, "SummarizedExperiment")
    expect_identical(modicumAnalyses(x), "de")
    expect_s4_class(SummarizedExperiment::assay(x), "DelayedMatrix")
    results <- deResults(x)
    expect_identical(names(results)[seq_len(6)],
        c("baseMean", "log2FoldChange", "lfcSE", "stat", "pvalue", "padj"))
    inRows <- SummarizedExperiment::rowData(x)[["de"]]
    expect_identical(inRows[rownames(x) %in% rownames(results), "padj"],
        results$padj)
})

test_that("errors say what there is", {
    x <- readModicum(example("example.h5"))
    expect_error(deResults(x, "main/age"), "no analysis 'main/age'; it has de")
    expect_error(geneSets(x), "no gene sets")
    expect_error(readModicum(tempdir()), "no modicum.h5")
    expect_error(deResults(1), "readModicum")
    text <- tempfile(fileext = ".h5")
    writeLines("text", text)
    on.exit(unlink(text))
    expect_error(readModicum(text), "no HDF5 file")
})

test_that("gene sets have either naming, and a running sum reaches the score", {
    x <- readModicum(example("example-sets.h5"))
    gsea <- geneSets(x)
    fgsea <- geneSets(x, names = "fgsea")
    expect_identical(gsea$NAME, fgsea$pathway)
    expect_identical(lengths(fgsea$leadingEdge), lengths(gsea[["CORE ENRICHMENT"]]))
    for (row in seq_len(nrow(gsea))) {
        sum <- runningSum(x, row)
        expect_equal(sum[[which.max(abs(sum))]], gsea$ES[row], tolerance = 1e-5)
    }
    expect_error(runningSum(x, "NOTHING"), "no tested set")
})
