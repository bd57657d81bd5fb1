deResults <- function(x, analysis = NULL) {
    run <- checkedRun(x)
    byGene(readTable(run$path, partOf(run, analysis, "results", "results")))
}

deIntermediates <- function(x, analysis = NULL) {
    run <- checkedRun(x)
    byGene(readTable(run$path,
        partOf(run, analysis, "genes", "intermediate results", "base")))
}

byGene <- function(table) {
    rownames(table$columns) <- table$rows
    table$columns
}
