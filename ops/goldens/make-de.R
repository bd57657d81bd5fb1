# Makes the differential-expression goldens: simulated counts, and what R's
# DESeq2 and fdrtool make of them.
#
#   Rscript ops/goldens/make-de.R datasets/goldens/de
#
# Each design is small (about three hundred genes) and there for one path
# through the method; datasets/goldens/README.md describes designs and columns.
# The seed is fixed, so the same R and packages write the same bytes.

suppressPackageStartupMessages({
  library(DESeq2)
  library(fdrtool)
  library(jsonlite)
})
RNGversion("4.2.0")

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 1) stop("usage: make-de.R FOLDER")
goldenFolder <- arguments[1]
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "tables.R"))

# ------------------------------------------------------------- simulation

# Negative-binomial counts of `geneCount` genes for a model matrix.
#
# The base means are spread over four decades and the dispersions scatter around
# 0.05 + 2 / mean. A quarter of the genes respond to each coefficient, with an
# effect of that coefficient's standard deviation on the log2 scale. The first
# two genes are the edges every table needs: one without any count, and one with
# a single count.
simulateCounts <- function(modelMatrix, effectSD, geneCount) {
  sampleCount <- nrow(modelMatrix)
  baseMean <- exp(runif(geneCount, log(2), log(20000)))
  dispersion <- (0.05 + 2 / baseMean) * exp(rnorm(geneCount, sd = 0.5))
  sizeFactors <- exp(rnorm(sampleCount, sd = 0.25))
  effects <- sapply(effectSD, function(sd) rnorm(geneCount, sd = sd) * (runif(geneCount) < 0.25))
  log2Fold <- effects %*% t(modelMatrix[, -1, drop = FALSE])
  means <- baseMean * 2^log2Fold * rep(sizeFactors, each = geneCount)
  counts <- matrix(
    as.integer(rnbinom(length(means), mu = means, size = 1 / dispersion)), nrow = geneCount,
    dimnames = list(sprintf("g%03d", seq_len(geneCount)), rownames(modelMatrix)))
  counts[1, ] <- 0L
  counts[2, ] <- c(1L, rep(0L, sampleCount - 1))
  counts
}

# ---------------------------------------------------------- one analysis

resultColumns <- function(dds, selector) {
  callResults <- function(...) do.call(results, c(list(dds), selector, list(...)))
  at10 <- callResults(alpha = 0.1)
  at05 <- callResults(alpha = 0.05)
  unfiltered <- callResults(independentFiltering = FALSE)
  uncut <- callResults(cooksCutoff = FALSE)
  bare <- callResults(cooksCutoff = FALSE, independentFiltering = FALSE)
  list(
    at10 = at10, at05 = at05,
    table = data.frame(
      gene_id = rownames(at10), baseMean = at10$baseMean, log2FoldChange = at10$log2FoldChange,
      lfcSE = at10$lfcSE, stat = at10$stat, pvalue = at10$pvalue, padj = at10$padj, padj_alpha05 = at05$padj,
      padj_nofilter = unfiltered$padj, pvalue_nocooks = uncut$pvalue, padj_nocooks_nofilter = bare$padj))
}

filterSummary <- function(result) {
  list(
    filterThreshold = unname(metadata(result)$filterThreshold), filterTheta = unname(metadata(result)$filterTheta),
    nrej = sum(result$padj < metadata(result)$alpha, na.rm = TRUE))
}

filterTable <- function(result) {
  curve <- metadata(result)$filterNumRej
  data.frame(
    alpha = metadata(result)$alpha, theta = curve$theta, numRej = curve$numRej, lowess = metadata(result)$lo.fit$y)
}

# fdrtool on the Wald statistics of all genes that have a p-value.
writeEmpiricalNull <- function(result, folder, name) {
  tested <- !is.na(result$pvalue)
  statistics <- result$stat[tested]
  fit <- suppressWarnings(fdrtool(statistics, statistic = "normal", plot = FALSE, verbose = FALSE))
  writeTable(
    data.frame(
      gene_id = rownames(result)[tested], stat = statistics, pval = fit$pval, qval = fit$qval, lfdr = fit$lfdr,
      bh = p.adjust(fit$pval, "BH")),
    folder, sprintf("expected_fdrtool_%s.tsv.gz", name))
  writeJSON(as.list(fit$param[1, ]), folder, sprintf("expected_fdrtool_%s_param.json", name))
}

# Fits under normal priors: all levels of all factors at once (betaPrior), and
# single coefficients and contrasts of the maximum-likelihood fit (lfcShrink).
writeShrunken <- function(dds, counts, samples, formula, folder) {
  prior <- DESeq(DESeqDataSetFromMatrix(counts, samples, formula), betaPrior = TRUE, quiet = TRUE)
  genes <- as.data.frame(mcols(prior))
  colnames(genes) <- colnames(mcols(prior))
  coefficients <- resultsNames(prior)
  writeTable(
    data.frame(
      gene_id = rownames(prior), genes[, c(coefficients, paste0("SE_", coefficients), "betaIter")],
      check.names = FALSE),
    folder, "expected_betaprior.tsv.gz")
  last <- length(resultsNames(dds))
  byName <- lfcShrink(dds, coef = last, type = "normal", quiet = TRUE)
  table <- data.frame(gene_id = rownames(dds), normal_lfc = byName$log2FoldChange, normal_se = byName$lfcSE)
  factors <- Filter(is.factor, samples[all.vars(formula)])
  contrast <- c(names(factors)[1], levels(factors[[1]])[nlevels(factors[[1]])], levels(factors[[1]])[1])
  byContrast <- lfcShrink(dds, contrast = contrast, type = "normal", quiet = TRUE)
  table$contrast_lfc <- byContrast$log2FoldChange
  table$contrast_se <- byContrast$lfcSE
  writeTable(table, folder, "expected_shrink_normal.tsv.gz")
  list(
    betaPriorVar = as.list(attr(prior, "betaPriorVar")), coefficient = resultsNames(dds)[last],
    normalPriorVar = as.list(priorInfo(byName)$betaPriorVar), contrast = contrast,
    contrastPriorVar = as.list(priorInfo(byContrast)$betaPriorVar))
}

# The regularized logarithm, blind to the design and not.
writeRegularizedLogarithm <- function(dds, counts, folder) {
  shown <- seq(1, nrow(counts), by = 7)
  variances <- list()
  for (blind in c(TRUE, FALSE)) {
    transformed <- rlog(dds, blind = blind)
    name <- if (blind) "blind" else "design"
    writeMatrix(
      assay(transformed)[shown, ], rownames(counts)[shown], folder, sprintf("expected_rlog_%s_every7th.tsv.gz", name))
    variances[[name]] <- attr(transformed, "betaPriorVar")
  }
  variances
}

makeGolden <- function(name, note, samples, formula, effectSD, selectors, geneCount = 300, spoil = identity,
                       reduced = NULL, seed) {
  set.seed(seed)
  folder <- file.path(goldenFolder, name)
  dir.create(folder, recursive = TRUE, showWarnings = FALSE)
  rownames(samples) <- samples$sample
  modelMatrix <- model.matrix(formula, samples)
  counts <- spoil(simulateCounts(modelMatrix, effectSD, geneCount))
  writeMatrix(counts, rownames(counts), folder, "counts.tsv")
  writeTable(samples, folder, "samples.tsv")

  dds <- DESeqDataSetFromMatrix(counts, samples, formula)
  dds <- DESeq(dds, quiet = TRUE)
  coefficients <- resultsNames(dds)
  sampleCount <- ncol(counts)
  residualDF <- sampleCount - length(coefficients)

  fittedMatrix <- attr(dds, "modelMatrix")
  colnames(fittedMatrix) <- coefficients
  writeTable(
    data.frame(sample = rownames(samples), fittedMatrix, check.names = FALSE), folder, "expected_model_matrix.tsv")
  ratio <- estimateSizeFactorsForMatrix(counts)
  writeTable(
    data.frame(
      sample = colnames(counts), sizeFactor = unname(sizeFactors(dds)), ratio = unname(ratio),
      poscounts = unname(sizeFactors(estimateSizeFactors(dds, type = "poscounts")))),
    folder, "expected_size_factors.tsv")

  genes <- as.data.frame(mcols(dds))
  colnames(genes) <- colnames(mcols(dds))
  if (is.null(genes$replace)) genes$replace <- ifelse(genes$allZero, NA, FALSE)
  columns <- c(
    "baseMean", "baseVar", "allZero", "dispGeneEst", "dispGeneIter", "dispFit", "dispersion", "dispIter",
    "dispOutlier", "dispMAP", coefficients, paste0("SE_", coefficients), "betaConv", "betaIter", "deviance",
    "maxCooks", "replace")
  writeTable(
    data.frame(gene_id = rownames(dds), genes[, columns], check.names = FALSE), folder, "expected_genes.tsv.gz")

  shown <- seq(1, geneCount, by = 7)
  for (assayName in c("mu", "H", "cooks")) {
    writeMatrix(
      assays(dds)[[assayName]][shown, ], rownames(dds)[shown], folder,
      sprintf("expected_%s_every7th.tsv.gz", assayName))
  }
  replaced <- NULL
  if ("replaceCounts" %in% assayNames(dds)) {
    cells <- which(assay(dds, "replaceCounts") != counts, arr.ind = TRUE)
    cells <- cells[order(cells[, 1], cells[, 2]), , drop = FALSE]
    replaced <- data.frame(
      gene_id = rownames(counts)[cells[, 1]], sample = colnames(counts)[cells[, 2]], original = counts[cells],
      replaced = as.integer(assay(dds, "replaceCounts")[cells]), cooks = assay(dds, "cooks")[cells])
    writeTable(replaced, folder, "expected_replaced_counts.tsv")
  }

  summaries <- list()
  for (resultName in names(selectors)) {
    found <- resultColumns(dds, selectors[[resultName]])
    writeTable(found$table, folder, sprintf("expected_results_%s.tsv.gz", resultName))
    writeTable(
      rbind(filterTable(found$at10), filterTable(found$at05)), folder,
      sprintf("expected_filter_%s.tsv", resultName))
    writeEmpiricalNull(found$at10, folder, resultName)
    summaries[[resultName]] <- list(
      selector = selectors[[resultName]], alpha0.1 = filterSummary(found$at10),
      alpha0.05 = filterSummary(found$at05), n_pvalue_na = sum(is.na(found$at10$pvalue)),
      n_padj_na = sum(is.na(found$at10$padj)))
  }
  if (!is.null(reduced)) {
    lrt <- DESeq(DESeqDataSetFromMatrix(counts, samples, formula), test = "LRT", reduced = reduced, quiet = TRUE)
    result <- results(lrt)
    writeTable(
      data.frame(
        gene_id = rownames(lrt), stat = result$stat, pvalue = result$pvalue, padj = result$padj,
        padj_nofilter = results(lrt, independentFiltering = FALSE)$padj, deviance = mcols(lrt)$deviance),
      folder, "expected_lrt.tsv.gz")
  }

  shrunken <- NULL
  if (all(attr(terms(formula), "order") == 1)) shrunken <- writeShrunken(dds, counts, samples, formula, folder)
  rlogVariances <- writeRegularizedLogarithm(dds, counts, folder)

  trend <- dispersionFunction(dds)
  factors <- Filter(is.factor, samples[all.vars(formula)])
  writeJSON(
    list(
      formula = paste(deparse(formula), collapse = ""), note = note, factors = lapply(factors, levels),
      numeric_covariates = setdiff(all.vars(formula), names(factors)), coefficients = coefficients,
      reduced = if (is.null(reduced)) NULL else paste(deparse(reduced), collapse = ""),
      n_genes = geneCount, n_samples = sampleCount, residual_df = residualDF,
      n_allzero = sum(mcols(dds)$allZero), fitType = attr(trend, "fitType"),
      dispersion_trend_coefficients = as.list(attr(trend, "coefficients")),
      varLogDispEsts = attr(trend, "varLogDispEsts"), dispPriorVar = attr(trend, "dispPriorVar"),
      expVarLogDisp = trigamma(residualDF / 2),
      cooksCutoff = qf(0.99, length(coefficients), residualDF),
      n_replaced_genes = sum(genes$replace, na.rm = TRUE),
      n_dispOutlier = sum(genes$dispOutlier, na.rm = TRUE), n_betaIter_100 = sum(genes$betaIter == 100, na.rm = TRUE),
      results = summaries, shrunken = shrunken, rlogPriorVar = rlogVariances, seed = seed),
    folder, "design.json")
  cat(sprintf(
    "%-22s trend %s, prior variance %.4g, replaced %d, rejected %s\n", name, attr(trend, "fitType"),
    attr(trend, "dispPriorVar"), sum(genes$replace, na.rm = TRUE),
    paste(sapply(summaries, function(s) s$alpha0.1$nrej), collapse = " ")))
}

# -------------------------------------------------------------- designs

sampleNames <- function(count) sprintf("s%02d", seq_len(count))

# Multiplies one count of each of twelve genes by a hundred and more, now in one
# group, now in the other: more than Cook's cutoff, so that DESeq2 replaces them.
plantOutliers <- function(counts) {
  for (gene in seq(20, 240, by = 20)) {
    sample <- 1 + (gene * 7) %% ncol(counts)
    counts[gene, sample] <- as.integer(min(1e6, 120 * (counts[gene, sample] + 20)))
  }
  counts
}

makeGolden(
  "two_group",
  "eight samples a group, planted outliers: replacement and refit, two-level Cook's exemption, linear means",
  samples = data.frame(sample = sampleNames(16), condition = factor(rep(c("control", "treated"), each = 8))),
  formula = ~condition, effectSD = 1, spoil = plantOutliers,
  selectors = list(condition_treated_vs_control = list(name = "condition_treated_vs_control")), seed = 101)

set.seed(102)
makeGolden(
  "batch_exposure", "numeric exposure beside a three-level batch and age: means by the GLM, no replicates",
  samples = data.frame(
    sample = sampleNames(24), batch = factor(rep(c("b1", "b2", "b3"), 8)), age = round(runif(24, 27, 63), 1),
    exposure = round(runif(24, 1, 8), 2)),
  formula = ~ batch + age + exposure, effectSD = c(0.5, 0.5, 0.01, 0.2), reduced = ~ batch + age,
  selectors = list(
    exposure = list(name = "exposure"), batch_b3_vs_b2 = list(contrast = c("batch", "b3", "b2"))),
  seed = 102)

makeGolden(
  "saturated", "two by two with interaction, three samples a cell: linear means, numeric contrast, no replacement",
  samples = data.frame(
    sample = sampleNames(12), genotype = factor(rep(c("wt", "mut"), each = 6), levels = c("wt", "mut")),
    treatment = factor(rep(rep(c("none", "drug"), each = 3), 2), levels = c("none", "drug"))),
  formula = ~ genotype * treatment, effectSD = c(0.8, 0.8, 0.8),
  selectors = list(
    genotypemut.treatmentdrug = list(name = "genotypemut.treatmentdrug"),
    drug_in_mut = list(contrast = c(0, 0, 1, 1))),
  seed = 103)

makeGolden(
  "three_residual_df", "four donors, untreated and treated: three residual degrees of freedom, Monte-Carlo prior variance",
  samples = data.frame(
    sample = sampleNames(8), donor = factor(rep(paste0("d", 1:4), each = 2)),
    treatment = factor(rep(c("none", "drug"), 4), levels = c("none", "drug"))),
  formula = ~ donor + treatment, effectSD = c(0.5, 0.5, 0.5, 1), spoil = identity,
  selectors = list(treatment_drug_vs_none = list(name = "treatment_drug_vs_none")), seed = 104)

makeGolden(
  "one_residual_df", "two against one: a single residual degree of freedom, Monte-Carlo prior variance",
  samples = data.frame(
    sample = sampleNames(3), condition = factor(c("control", "control", "treated"))),
  formula = ~condition, effectSD = 1,
  selectors = list(condition_treated_vs_control = list(name = "condition_treated_vs_control")), seed = 105)

writeJSON(
  list(
    R = R.version.string, DESeq2 = as.character(packageVersion("DESeq2")),
    fdrtool = as.character(packageVersion("fdrtool")), platform = R.version$platform,
    BLAS = basename(extSoftVersion()[["BLAS"]]), LAPACK = La_version()),
  goldenFolder, "versions.json")
