# Runs of every kind, made by the program itself: ops/check-clients names their
# folder. Without it the examples of the package are tested alone.
runs <- Sys.getenv("MODICUM_RUNS")

written <- function(...) {
    utils::read.delim(file.path(runs, ...), check.names = FALSE, quote = "\"",
        na.strings = "NA", comment.char = "")
}

same <- function(found, expected) {
    if (is.character(found)) {
        expected <- as.character(expected)
        expected[is.na(expected)] <- ""
        return(identical(found, expected))
    }
    if (is.logical(found))
        return(identical(found, as.logical(expected)))
    isTRUE(all.equal(as.numeric(found), as.numeric(expected), tolerance = 1e-14))
}

test_that("results are those of the tables", {
    skip_if(runs == "", "MODICUM_RUNS is not set")
    cases <- list(
        c("de", "de", "results.condition_treated_vs_control.tsv", "genes.tsv"),
        c("filtered", "de", "results.stir_volume.tsv", "genes.tsv"),
        c("tests", "de/exposure", "results.exposure.tsv", "genes.tsv"),
        c("tests", "de/batch_b3_vs_b1", "results.batch_b3_vs_b1.tsv", "genes.tsv"),
        c("parts", "de/genes", "results.genes.tsv", "genes.tsv"),
        c("parts", "de/a.b", "results.a.b.tsv", "genes.tsv"),
        c("run", "main/stir_volume", "main/stir_volume/results.stir_volume.tsv",
            "main/stir_volume/genes.tsv"))
    for (case in cases) {
        x <- readModicum(file.path(runs, case[1]))
        expect_true(case[2] %in% modicumAnalyses(x))
        kept <- rownames(x)[SummarizedExperiment::rowData(x)$analysed]
        tables <- list(deResults(x, case[2]), deIntermediates(x, case[2]))
        for (index in seq_along(tables)) {
            table <- written(case[1], case[2 + index])
            table <- table[table$gene_id %in% kept, ]
            found <- tables[[index]]
            expect_identical(rownames(found), table$gene_id)
            for (column in names(found))
                expect_true(same(found[[column]], table[[column]]),
                    info = paste(case[1], case[2], column))
        }
    }
})

test_that("gene sets are those of the tables", {
    skip_if(runs == "", "MODICUM_RUNS is not set")
    cases <- list(c("gsea", "gsea", "gene_sets.tsv"),
        c("desktop", "gsea", "gene_sets.tsv"),
        c("phenotype", "gsea", "gene_sets.tsv"),
        c("run", "cells/stir_intensity", "cells/stir_intensity/gene_sets.tsv"))
    for (case in cases) {
        x <- readModicum(file.path(runs, case[1]))
        table <- written(case[1], case[3])
        gsea <- geneSets(x, case[2])
        fgsea <- geneSets(x, case[2], names = "fgsea")
        expect_identical(gsea$NAME, table$name)
        for (pair in list(c("ES", "ES"), c("NES", "NES"), c("NOM p-val", "pvalue"),
            c("FDR q-val", "fdr"), c("FWER p-val", "fwer"), c("SIZE", "size"),
            c("RANK AT MAX", "rankAtMax")))
            expect_true(same(gsea[[pair[1]]], table[[pair[2]]]), info = pair[1])
        for (pair in list(c("pval", "pvalue"), c("padj", "padj")))
            expect_true(same(fgsea[[pair[1]]], table[[pair[2]]]), info = pair[1])
        edges <- vapply(fgsea$leadingEdge, paste, "", collapse = ",")
        expect_identical(edges, table$leadingEdgeGenes)
        for (row in seq(1, nrow(gsea), by = 20)) {
            sum <- runningSum(x, row, case[2])
            expect_equal(sum[[which.max(abs(sum))]], gsea$ES[row], tolerance = 1e-5)
        }
    }
})

test_that("counts, samples and nulls are those of the files", {
    skip_if(runs == "", "MODICUM_RUNS is not set")
    x <- readModicum(file.path(runs, "filtered"))
    sizes <- written("filtered", "size_factors.tsv")
    expect_identical(colnames(x), sizes$sample)
    expect_equal(SummarizedExperiment::colData(x)$sizeFactor, sizes$sizeFactor,
        tolerance = 1e-14)
    expect_s3_class(SummarizedExperiment::colData(x)$batch, "factor")
    expect_s4_class(SummarizedExperiment::assay(x, "vst"), "DelayedMatrix")
    expect_true("symbol" %in% names(SummarizedExperiment::rowData(x)))
    null <- nullScores(readModicum(file.path(runs, "phenotype")))
    expect_identical(dim(null), c(20L, 7L))
    expect_error(nullScores(readModicum(file.path(runs, "gsea"))), "merged by size")
    study <- readModicum(file.path(runs, "run"))
    expect_error(deResults(study), "several analyses: main/stir_volume")
    two <- written("de", "size_factors.tsv")
    counts <- SummarizedExperiment::assay(readModicum(file.path(runs, "de")))
    expect_identical(colnames(counts), two$sample)
})
