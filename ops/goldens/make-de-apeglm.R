# Makes the goldens of fold changes shrunken by apeglm, on the inputs that
# make-de.R has made and on two of its own.
#
#   Rscript ops/goldens/make-de-apeglm.R datasets/goldens/de
#
# Needs the package apeglm (Bioconductor), built with RcppNumerical of 2023 or
# later: the search of earlier ones stops elsewhere. Every table is
# options/DESIGN.apeglm_OPTION.tsv.gz; datasets/goldens/README.md describes them.

suppressPackageStartupMessages({
  library(DESeq2)
  library(jsonlite)
})
RNGversion("4.2.0")

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 1) stop("usage: make-de-apeglm.R FOLDER")
if (!requireNamespace("apeglm", quietly = TRUE)) {
  stop("the goldens of apeglm need R's package apeglm, which is not installed; those there are stay as they are")
}
goldenFolder <- arguments[1]
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "tables.R"))
optionFolder <- file.path(goldenFolder, "options")
dir.create(optionFolder, showWarnings = FALSE)

# The unshrunken and the shrunken fold changes of one coefficient.
priors <- list()
writeShrunken <- function(dds, design, option, coefficient, lfcThreshold = 0) {
  shrunken <- suppressMessages(suppressWarnings(lfcShrink(
    dds, coef = coefficient, type = "apeglm", svalue = TRUE, lfcThreshold = lfcThreshold, quiet = TRUE)))
  unshrunken <- results(dds, name = coefficient)
  priors[[sprintf("%s.%s", design, option)]] <<- list(
    coefficient = coefficient, lfcThreshold = lfcThreshold, variance = priorInfo(shrunken)$prior.control$prior.var)
  writeTable(
    data.frame(
      gene_id = rownames(dds), baseMean = unshrunken$baseMean, betaIter = mcols(dds)$betaIter,
      log2FoldChange = unshrunken$log2FoldChange, lfcSE = unshrunken$lfcSE,
      log2FoldChangeShrunk = shrunken$log2FoldChange, lfcSEShrunk = shrunken$lfcSE, svalue = shrunken$svalue),
    optionFolder, sprintf("%s.%s.tsv.gz", design, option))
}

writeInputs <- function(dds, design) {
  writeMatrix(counts(dds), rownames(dds), optionFolder, sprintf("%s.counts.tsv.gz", design))
  writeTable(
    data.frame(sample = colnames(dds), as.data.frame(colData(dds)[all.vars(design(dds))])), optionFolder,
    sprintf("%s.samples.tsv", design))
}

# Negative-binomial counts of as many genes as there are base means.
simulate <- function(baseMean, dispersion, log2Fold, samples, formula) {
  means <- baseMean * 2^log2Fold * rep(exp(rnorm(nrow(samples), sd = 0.3)), each = length(baseMean))
  counts <- matrix(
    as.integer(rnbinom(length(means), mu = means, size = 1 / dispersion)), nrow = length(baseMean),
    dimnames = list(sprintf("g%03d", seq_along(baseMean)), rownames(samples)))
  counts[1, ] <- 0L
  DESeqDataSetFromMatrix(counts, samples, formula)
}

saturated <- DESeq(readDataSet(goldenFolder, "saturated"), quiet = TRUE)
writeShrunken(saturated, "saturated", "apeglm", "genotypemut.treatmentdrug")

# With genes whose outliers are replaced: apeglm sees the counts as they were.
groups <- readDataSet(goldenFolder, "two_group")
fitted <- DESeq(groups, quiet = TRUE)
writeShrunken(fitted, "two_group", "apeglm_threshold", "condition_treated_vs_control", lfcThreshold = 1)

set.seed(301)
shape <- dim(groups)
weights <- matrix(
  round(ifelse(runif(prod(shape)) < 0.1, runif(prod(shape), 0.05, 0.9), 1), 3), nrow = shape[1],
  dimnames = dimnames(groups))
writeMatrix(weights, rownames(groups), optionFolder, "two_group.apeglm_observation_weights.tsv.gz")
assays(groups, withDimnames = FALSE)[["weights"]] <- weights
writeShrunken(DESeq(groups, quiet = TRUE), "two_group", "apeglm_weights", "condition_treated_vs_control")

# Numeric covariates far from zero.
exposure <- DESeq(readDataSet(goldenFolder, "batch_exposure"), quiet = TRUE)
writeShrunken(exposure, "batch_exposure", "apeglm_exposure", "exposure")
writeShrunken(exposure, "batch_exposure", "apeglm_age", "age")

set.seed(302)
samples <- data.frame(condition = factor(c("control", "control", "treated", "treated")), row.names = paste0("s", 1:4))
baseMean <- exp(runif(300, log(0.3), log(60)))
small <- simulate(
  baseMean, 0.1 + 1 / baseMean, rnorm(300, sd = 1.5) %o% c(0, 0, 1, 1), samples, ~condition)
small <- DESeq(small, quiet = TRUE)
writeInputs(small, "two_against_two")
writeShrunken(small, "two_against_two", "apeglm", "condition_treated_vs_control")

# Large, scattered counts beside a covariate far from zero: the first two searches end apart, and the first step of the
# third one goes where means exceed all numbers.
set.seed(303)
samples <- data.frame(
  dose = round(rnorm(8, 48, 8), 4), condition = factor(rep(c("control", "treated"), each = 4)),
  row.names = paste0("s", 1:8))
doses <- simulate(
  exp(rnorm(100, log(2e4), 1)), rep(1, 100), rnorm(100, sd = 0.01) %o% (samples$dose - 48), samples,
  ~ dose + dose:condition)
doses <- DESeq(doses, quiet = TRUE)
writeInputs(doses, "doses")
writeShrunken(doses, "doses", "apeglm", "dose.conditiontreated")

writeJSON(
  list(
    R = R.version.string, DESeq2 = as.character(packageVersion("DESeq2")),
    apeglm = as.character(packageVersion("apeglm")), priors = priors),
  optionFolder, "apeglm.json")
