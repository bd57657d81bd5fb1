readModicum <- function(path) {
    file <- storePath(path)
    format <- tryCatch(attributeOf(file, "/", "modicum-format"),
        error = function(error)
            stop(path, ": this is no HDF5 file, or it is damaged", call. = FALSE))
    identity <- attributeOf(file, "/", "identity")
    if (is.null(format) || is.null(identity))
        stop(path, ": this HDF5 file is not the store of a run of Modicum")
    if (format > storeFormat)
        stop(path, ": written by a newer Modicum: update this package")
    configuration <- fromJSON(readText(file, "uns/configuration"),
        simplifyVector = FALSE)
    places <- findAnalyses(file, configuration)
    samples <- readTable(file, "obs", factors = TRUE)
    genes <- readTable(file, "var")
    colData <- samples$columns
    rownames(colData) <- samples$rows
    rowData <- genes$columns
    for (name in setdiff(names(places), "gsea")) {
        results <- readTable(file, paste0(places[[name]][["test"]], "/results"))
        rowData[[name]] <-
            results$columns[match(genes$rows, results$rows), , drop = FALSE]
    }
    assays <- list()
    if (exists5(file, "X"))
        assays$counts <- HDF5Array(file, "X")
    for (layer in layersOf(file))
        assays[[layer]] <- HDF5Array(file, paste0("layers/", layer))
    assays <- lapply(assays, `dimnames<-`, list(genes$rows, samples$rows))
    SummarizedExperiment(assays = assays, rowData = rowData, colData = colData,
        metadata = list(path = file, identity = identity,
            configuration = configuration, analyses = places))
}

# What stands beside every count.
layersOf <- function(file) {
    known <- c("vst", "rlog", "normalization_factors", "observation_weights")
    Filter(function(name) exists5(file, paste0("layers/", name)), known)
}

modicumAnalyses <- function(x) names(checkedRun(x)$analyses)

# The metadata of a run.
checkedRun <- function(x) {
    run <- if (is(x, "SummarizedExperiment")) metadata(x) else NULL
    if (is.null(run$path) || is.null(run$analyses))
        stop("'x' must be what readModicum() returned")
    if (!file.exists(run$path))
        stop(run$path, ": the run's file is not there any more")
    run
}

# The groups of an analysis; the only one where none is named.
placeOf <- function(run, analysis) {
    known <- names(run$analyses)
    if (is.null(analysis)) {
        if (length(known) != 1L)
            stop("the run has several analyses: ", paste(known, collapse = ", "))
        return(run$analyses[[1L]])
    }
    if (!is.character(analysis) || length(analysis) != 1L ||
        !analysis %in% known)
        stop("the run has no analysis '", paste(analysis, collapse = " "),
            "'; it has ", paste(known, collapse = ", "))
    run$analyses[[analysis]]
}

# The path of a part of an analysis, which must be there.
partOf <- function(run, analysis, part, what, group = "test") {
    path <- paste0(placeOf(run, analysis)[[group]], "/", part)
    if (!exists5(run$path, path))
        stop(if (is.null(analysis)) "the run" else analysis, " has no ", what)
    path
}
