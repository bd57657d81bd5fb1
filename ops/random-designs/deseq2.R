# Runs DESeq2 on the cases that ops/random-designs/compare has drawn.
#
#   Rscript deseq2.R FOLDER…
#
# Every folder has counts.tsv, samples.tsv and case.json, and gets what DESeq2 says of them.

suppressPackageStartupMessages({
  library(DESeq2)
  library(fdrtool)
  library(jsonlite)
})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
source(file.path(here, "..", "goldens", "tables.R"))

# The genes that go through the bounded search are the rows that DESeq2 hands to fitNbinomGLMsOptim.
fallbackGenes <- character()
boundedSearch <- DESeq2:::fitNbinomGLMsOptim
assignInNamespace("fitNbinomGLMsOptim", function(object, modelMatrix, lambda, rowsForOptim, ...) {
  fallbackGenes <<- union(fallbackGenes, rownames(object)[rowsForOptim])
  boundedSearch(object, modelMatrix, lambda, rowsForOptim, ...)
}, "DESeq2")

readMatrix <- function(folder, name) {
  as.matrix(read.delim(file.path(folder, name), row.names = 1, check.names = FALSE))
}

contrastOf <- function(request, names) {
  pick <- function(indices) names[unlist(indices)]
  switch(request$kind,
    name = list(name = pick(request$index)),
    factor = list(contrast = unlist(request$contrast)),
    list = {
      minus <- pick(request$minus)
      plus <- pick(request$plus)
      values <- list(contrast = if (length(minus)) list(plus, minus) else list(plus))
      if (!is.null(request$listValues)) values$listValues <- unlist(request$listValues)
      values
    },
    numeric = list(contrast = unlist(request$numbers)[seq_along(names)]))
}

runCase <- function(folder) {
  case <- read_json(file.path(folder, "case.json"))
  counts <- readMatrix(folder, "counts.tsv")
  samples <- read.delim(file.path(folder, "samples.tsv"), row.names = 1, check.names = FALSE, colClasses = "character")
  for (name in names(samples)) {
    levels <- unlist(case$factors[[name]])
    samples[[name]] <- if (is.null(levels)) as.numeric(samples[[name]]) else factor(samples[[name]], levels = levels)
  }
  storage.mode(counts) <- "integer"
  dds <- DESeqDataSetFromMatrix(counts, samples, as.formula(case$formula))
  if (!is.null(case$normalizationFactors)) normalizationFactors(dds) <- readMatrix(folder, "factors.tsv")
  if (!is.null(case$weights)) assays(dds, withDimnames = FALSE)[["weights"]] <- readMatrix(folder, "weights.tsv")
  if (!is.null(case$controls)) {
    dds <- estimateSizeFactors(dds, controlGenes = rownames(dds) %in% unlist(case$controls))
  }
  if (!is.null(case$sizeFactors)) sizeFactors(dds) <- unlist(case$sizeFactors)
  arguments <- case$deseq
  fitType <- if (is.null(arguments$fitType)) "parametric" else arguments$fitType
  if (!is.null(arguments$reduced)) arguments$reduced <- as.formula(arguments$reduced)
  if (identical(arguments$minReplicatesForReplace, "Inf")) arguments$minReplicatesForReplace <- Inf
  if (identical(arguments$sfType, "iterate")) {
    dds <- estimateSizeFactors(dds, type = "iterate")
    arguments$sfType <- NULL
  }
  dds <- do.call(DESeq, c(list(dds, quiet = TRUE), arguments))
  names <- resultsNames(dds)
  writeLines(names, file.path(folder, "names.txt"))
  writeLines(attr(dispersionFunction(dds), "fitType"), file.path(folder, "trend.txt"))
  parameters <- attributes(dispersionFunction(dds))
  write_json(
    list(varLogDispEsts = parameters$varLogDispEsts, dispPriorVar = parameters$dispPriorVar,
      coefficients = as.list(parameters$coefficients)),
    file.path(folder, "parameters.json"), auto_unbox = TRUE, digits = NA)
  genes <- as.data.frame(mcols(dds))
  writeTable(cbind(gene_id = rownames(dds), genes), folder, "genes.tsv")
  if (!is.null(sizeFactors(dds))) {
    writeTable(data.frame(sample = colnames(dds), sizeFactor = sizeFactors(dds)), folder, "size_factors.tsv")
  }
  problems <- list()
  for (index in seq_along(case$results)) {
    asked <- tryCatch({
      result <- do.call(results, c(list(dds), contrastOf(case$results[[index]], names), case$resultArguments))
      table <- cbind(gene_id = rownames(dds), as.data.frame(result))
      if (isTRUE(case$fdrtool)) {
        known <- !is.na(table$pvalue)
        null <- fdrtool(table$stat[known], statistic = "normal", plot = FALSE, verbose = FALSE)
        table$pvalueEmpirical <- table$padjEmpirical <- table$lfdr <- NA_real_
        table$pvalueEmpirical[known] <- null$pval
        table$padjEmpirical[known] <- p.adjust(null$pval, "BH")
        table$lfdr[known] <- null$lfdr
      }
      kind <- case$results[[index]]$kind
      if (identical(case$shrink, "apeglm")) {
        threshold <- case$resultArguments$lfcThreshold
        shrunk <- lfcShrink(
          dds, coef = names[case$results[[index]]$index], type = "apeglm", svalue = TRUE, quiet = TRUE,
          lfcThreshold = if (is.null(threshold)) 0 else threshold)
        table$log2FoldChangeShrunk <- shrunk$log2FoldChange
        table$lfcSEShrunk <- shrunk$lfcSE
        table$svalue <- shrunk$svalue
      } else if (!is.null(case$shrink) && kind %in% c("name", "factor")) {
        shrunk <- if (kind == "name") {
          lfcShrink(dds, coef = names[case$results[[index]]$index], type = case$shrink, quiet = TRUE)
        } else {
          lfcShrink(dds, contrast = unlist(case$results[[index]]$contrast), type = case$shrink, quiet = TRUE)
        }
        table$log2FoldChangeShrunk <- shrunk$log2FoldChange
        table$lfcSEShrunk <- shrunk$lfcSE
      }
      writeTable(table, folder, sprintf("results.%d.tsv", index))
      NULL
    }, error = function(condition) conditionMessage(condition))
    if (!is.null(asked)) problems[[as.character(index)]] <- asked
  }
  if (length(problems)) write_json(problems, file.path(folder, "problems.json"), auto_unbox = TRUE)
  if (!is.null(case$transform)) {
    message <- tryCatch({
      kind <- case$transform$kind
      transformed <- if (kind == "rlog") {
        rlog(dds, blind = case$transform$blind, fitType = fitType)
      } else if (identical(case$transform$genes, "all")) {
        varianceStabilizingTransformation(dds, blind = case$transform$blind, fitType = fitType)
      } else {
        vst(dds, blind = case$transform$blind, nsub = case$transform$genes, fitType = fitType)
      }
      writeMatrix(assay(transformed), rownames(dds), folder, "transform.tsv")
      NULL
    }, error = function(condition) conditionMessage(condition))
    if (!is.null(message)) writeLines(message, file.path(folder, "transform.error.txt"))
  }
}

for (folder in commandArgs(trailingOnly = TRUE)) {
  warnings <- character()
  fallbackGenes <- character()
  failure <- tryCatch(
    withCallingHandlers({
      runCase(folder)
      NULL
    }, warning = function(condition) {
      warnings <<- c(warnings, conditionMessage(condition))
      invokeRestart("muffleWarning")
    }, message = function(condition) {
      warnings <<- c(warnings, paste("message:", conditionMessage(condition)))
      invokeRestart("muffleMessage")
    }),
    error = function(condition) conditionMessage(condition))
  if (!is.null(failure)) writeLines(failure, file.path(folder, "error.txt"))
  writeLines(unique(warnings), file.path(folder, "warnings.txt"))
  writeLines(fallbackGenes, file.path(folder, "fallbacks.txt"))
}
