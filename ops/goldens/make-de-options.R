# Makes the goldens of the options of differential expression, on the inputs
# that make-de.R has made.
#
#   Rscript ops/goldens/make-de-options.R datasets/goldens/de
#
# Every option has a table options/DESIGN.OPTION.tsv.gz;
# datasets/goldens/README.md describes them.

suppressPackageStartupMessages({
  library(DESeq2)
  library(jsonlite)
})
RNGversion("4.2.0")

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 1) stop("usage: make-de-options.R FOLDER")
goldenFolder <- arguments[1]
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "tables.R"))
optionFolder <- file.path(goldenFolder, "options")
dir.create(optionFolder, showWarnings = FALSE)

# -------------------------------------------------------------- writing

# The results of one test with what they rest on.
writeResults <- function(dds, design, option, ...) {
  result <- results(dds, ...)
  genes <- mcols(dds)
  table <- data.frame(
    gene_id = rownames(dds), baseMean = result$baseMean, dispGeneEst = genes$dispGeneEst, dispFit = genes$dispFit,
    dispersion = genes$dispersion, maxCooks = genes$maxCooks, betaIter = genes$betaIter,
    log2FoldChange = result$log2FoldChange, lfcSE = result$lfcSE, stat = result$stat, pvalue = result$pvalue,
    padj = result$padj)
  for (extra in c("tDegreesFreedom", "weightsFail", "deviance", "fullBetaConv", "reducedBetaConv")) {
    if (!is.null(genes[[extra]])) table[[extra]] <- genes[[extra]]
  }
  for (extra in grep("^MLE_|Shrunk$", names(genes), value = TRUE)) table[[extra]] <- genes[[extra]]
  writeTable(table, optionFolder, sprintf("%s.%s.tsv.gz", design, option))
}

writeSizeFactors <- function(factors, design, option) {
  writeTable(
    data.frame(sample = names(factors), sizeFactor = unname(factors)), optionFolder,
    sprintf("%s.%s.tsv", design, option))
}

writeTransform <- function(transformed, design, option) {
  shown <- seq(1, nrow(transformed), by = 7)
  writeMatrix(
    assay(transformed)[shown, ], rownames(transformed)[shown], optionFolder, sprintf("%s.%s.tsv.gz", design, option))
}

# ------------------------------------------------- a numeric exposure

exposure <- readDataSet(goldenFolder, "batch_exposure")
fitted <- DESeq(exposure, quiet = TRUE)
for (side in c("greaterAbs", "lessAbs", "greater", "less")) {
  writeResults(fitted, "batch_exposure", side, name = "exposure", lfcThreshold = 0.1, altHypothesis = side)
}
writeResults(
  fitted, "batch_exposure", "list", contrast = list(c("batch_b2_vs_b1", "exposure"), "batch_b3_vs_b1"),
  listValues = c(0.5, -1))
writeResults(DESeq(exposure, quiet = TRUE, useT = TRUE), "batch_exposure", "use_t", name = "exposure")
for (trend in c("local", "mean")) {
  writeResults(DESeq(exposure, quiet = TRUE, fitType = trend), "batch_exposure", trend, name = "exposure")
}
# Under a prior the coefficients are those of all levels.
prior <- DESeq(exposure, quiet = TRUE, betaPrior = TRUE)
writeResults(prior, "batch_exposure", "prior", name = "exposure")
writeResults(prior, "batch_exposure", "prior_contrast", contrast = c("batch", "b3", "b2"))
writeResults(prior, "batch_exposure", "prior_level", name = "batchb2")
writeResults(prior, "batch_exposure", "prior_list", contrast = list(c("Intercept", "batchb1"), "batchb2"))
writeResults(prior, "batch_exposure", "prior_vector", contrast = c(0, 1, -0.5, -0.5, 0, 1))
writeResults(
  prior, "batch_exposure", "prior_greater", name = "exposure", lfcThreshold = 0.1, altHypothesis = "greater")

lrt <- DESeq(exposure, quiet = TRUE, test = "LRT", reduced = ~age)
writeResults(lrt, "batch_exposure", "lrt_contrast", contrast = c("batch", "b1", "b3"))

controls <- rownames(exposure)[rowSums(counts(exposure)) > 2000][1:40]
writeLines(controls, file.path(optionFolder, "batch_exposure.controls.txt"))
isControl <- rownames(exposure) %in% controls
writeSizeFactors(
  sizeFactors(estimateSizeFactors(exposure, controlGenes = isControl)), "batch_exposure", "control_genes")
writeSizeFactors(sizeFactors(estimateSizeFactors(exposure, type = "iterate")), "batch_exposure", "iterate")

for (blind in c(TRUE, FALSE)) {
  word <- if (blind) "blind" else "design"
  writeTransform(vst(fitted, blind = blind, nsub = 200), "batch_exposure", paste0("vst_", word))
  writeTransform(varianceStabilizingTransformation(fitted, blind = blind), "batch_exposure", paste0("vst_all_", word))
}

# ------------------------------ factors and weights, with replacement

set.seed(201)
groups <- readDataSet(goldenFolder, "two_group")
shape <- dim(groups)
depths <- rep(sizeFactors(estimateSizeFactors(groups)), each = shape[1])
factors <- matrix(round(depths * exp(rnorm(prod(shape), sd = 0.2)), 4), nrow = shape[1], dimnames = dimnames(groups))
writeMatrix(factors, rownames(groups), optionFolder, "two_group.normalization_factors.tsv.gz")
withFactors <- groups
normalizationFactors(withFactors) <- factors
fittedWithFactors <- DESeq(withFactors, quiet = TRUE)
writeResults(fittedWithFactors, "two_group", "factors")
writeTransform(
  varianceStabilizingTransformation(fittedWithFactors, blind = TRUE, fitType = "local"), "two_group",
  "vst_factors_local")

weights <- matrix(
  round(ifelse(runif(prod(shape)) < 0.1, runif(prod(shape), 0.05, 0.9), 1), 3), nrow = shape[1],
  dimnames = dimnames(groups))
# Nothing is left of one group: the design cannot be fitted to this gene.
weights[30, groups$condition == "treated"] <- 0
writeMatrix(weights, rownames(groups), optionFolder, "two_group.observation_weights.tsv.gz")
withWeights <- groups
assays(withWeights, withDimnames = FALSE)[["weights"]] <- weights
writeResults(suppressWarnings(DESeq(withWeights, quiet = TRUE)), "two_group", "weights")
writeResults(suppressWarnings(DESeq(withWeights, quiet = TRUE, useT = TRUE)), "two_group", "weights_use_t")

writeResults(DESeq(groups, quiet = TRUE, test = "LRT", reduced = ~1), "two_group", "lrt")
writeResults(
  DESeq(groups, quiet = TRUE, betaPrior = TRUE), "two_group", "prior", contrast = c("condition", "treated", "control"))
writeResults(DESeq(groups, quiet = TRUE, sfType = "poscounts", minReplicatesForReplace = Inf), "two_group", "poscounts")
writeResults(DESeq(groups, quiet = TRUE), "two_group", "cooks_cutoff", cooksCutoff = 2)

# An intercept alone has a closed form without ridge and smallest mean; a combination of it has both.
alone <- groups
design(alone) <- ~1
writeResults(suppressWarnings(DESeq(alone, quiet = TRUE)), "two_group", "intercept_vector", contrast = c(-0.7))

# Cells of four: replicates whose fitted means are not those of a linear model, so that the two kinds of means that
# Cook's distances are taken from differ.
spoiled <- exposure
counts(spoiled)[17, 3] <- 50000L
spoiled$half <- factor(rep(c("one", "two"), each = 12))
design(spoiled) <- ~ batch + half
writeResults(DESeq(spoiled, quiet = TRUE, test = "LRT", reduced = ~batch), "batch_exposure", "lrt_cooks")
writeMatrix(counts(spoiled), rownames(spoiled), optionFolder, "batch_exposure.lrt_cooks.counts.tsv.gz")
writeTable(
  data.frame(sample = colnames(spoiled), batch = spoiled$batch, half = spoiled$half), optionFolder,
  "batch_exposure.lrt_cooks.samples.tsv")

# A prior's cutoff of replacement counts the columns of the expanded design, one more than the distances' own, and is lower.
# With this count the gene's distance lies between the two: it is replaced under the prior only.
between <- groups
counts(between)[121, 5] <- 536L
prior <- DESeq(between, quiet = TRUE, betaPrior = TRUE)
stopifnot(
  mcols(prior)$replace[121], !mcols(DESeq(between, quiet = TRUE))$replace[121], "MLE_Intercept" %in% names(mcols(prior)))
writeResults(prior, "two_group", "prior_outlier", contrast = c("condition", "treated", "control"))
writeMatrix(counts(between), rownames(between), optionFolder, "two_group.prior_outlier.counts.tsv.gz")

# The one gene whose counts are replaced has none left: DESeq2 then refits nothing, and keeps the first fit and the
# distances of all genes.
zeros <- groups[!(mcols(DESeq(groups, quiet = TRUE))$replace %in% TRUE), ]
counts(zeros)[40, ] <- 0L
counts(zeros)[40, 3] <- 900L
fitted <- DESeq(zeros, quiet = TRUE)
stopifnot(mcols(fitted)$replace[40], mcols(fitted)$allZero[40], sum(mcols(fitted)$replace, na.rm = TRUE) == 1)
shrunken <- lfcShrink(fitted, coef = 2, type = "normal", quiet = TRUE)
mcols(fitted)$log2FoldChangeShrunk <- shrunken$log2FoldChange
mcols(fitted)$lfcSEShrunk <- shrunken$lfcSE
writeResults(fitted, "two_group", "only_zeros")
writeMatrix(counts(zeros), rownames(zeros), optionFolder, "two_group.only_zeros.counts.tsv.gz")

# With others replaced, such a gene has no results at all, its degrees of freedom among them.
zeros <- groups
counts(zeros)[40, ] <- 0L
counts(zeros)[40, 3] <- 900L
fitted <- DESeq(zeros, quiet = TRUE, useT = TRUE)
stopifnot(
  mcols(fitted)$allZero[40], sum(mcols(fitted)$replace, na.rm = TRUE) > 1, is.na(mcols(fitted)$tDegreesFreedom[40]),
  sum(is.na(mcols(fitted)$tDegreesFreedom)) == sum(mcols(fitted)$allZero))
writeResults(fitted, "two_group", "use_t_zeros")
writeMatrix(counts(zeros), rownames(zeros), optionFolder, "two_group.use_t_zeros.counts.tsv.gz")

# Weights that leave genes as many samples as coefficients, or shares of samples that add up to less: no degrees of freedom,
# so no p-value by Student's t, whatever is asked.
# Genes without counts are left out, because DESeq2 takes the standard errors of contrasts from the weights of other rows
# where there are any.
withWeights <- groups[rowSums(counts(groups)) > 0, ]
weights <- matrix(1, nrow = nrow(withWeights), ncol = shape[2], dimnames = dimnames(withWeights))
first <- match(c("control", "treated", "treated"), groups$condition) + c(0, 0, 1)
weights[c(12, 13, 15), ] <- 0
weights[12, first[1:2]] <- 1
weights[13, first] <- 1
weights[15, first] <- c(1, 0.3, 0.3)
weights[14, -1] <- 0.2
# Shares of every size, none of which takes the rank away.
weights[20, 1] <- 0
weights[21, 1] <- 1e-4
weights[22, c(2, 9)] <- c(0.01, 0)
writeMatrix(weights, rownames(withWeights), optionFolder, "two_group.few_weights.weights.tsv.gz")
writeMatrix(counts(withWeights), rownames(withWeights), optionFolder, "two_group.few_weights.counts.tsv.gz")
assays(withWeights, withDimnames = FALSE)[["weights"]] <- weights
fitted <- DESeq(withWeights, quiet = TRUE, useT = TRUE)
stopifnot(sum(is.na(mcols(fitted)$tDegreesFreedom) & !mcols(fitted)$allZero) == 2)
writeResults(fitted, "two_group", "few_weights_use_t")
for (side in c("greaterAbs", "lessAbs", "greater", "less")) {
  writeResults(fitted, "two_group", paste0("few_weights_", side), lfcThreshold = 0.5, altHypothesis = side)
}

# Under a prior the weights' rank is that of the design without one, and so it is for shrunken fold changes.
writeResults(
  DESeq(withWeights, quiet = TRUE, betaPrior = TRUE), "two_group", "few_weights_prior",
  contrast = c("condition", "treated", "control"))
fitted <- DESeq(withWeights, quiet = TRUE)
shrunken <- lfcShrink(fitted, contrast = c("condition", "treated", "control"), type = "normal", quiet = TRUE)
mcols(fitted)$log2FoldChangeShrunk <- shrunken$log2FoldChange
mcols(fitted)$lfcSEShrunk <- shrunken$lfcSE
writeResults(fitted, "two_group", "few_weights_shrink")

# Three weighted samples and three coefficients: the fit is exact, and its dispersion the smallest.
saturated <- groups
saturated$half <- factor(rep(c("one", "two"), length.out = shape[2]))
design(saturated) <- ~ half + condition
weights <- matrix(1, nrow = shape[1], ncol = shape[2], dimnames = dimnames(groups))
weights[c(16, 18), ] <- 0
weights[c(16, 18), match(c("one control", "two control", "one treated"), paste(saturated$half, groups$condition))] <- 1
writeMatrix(weights, rownames(groups), optionFolder, "two_group.exact_weights.weights.tsv.gz")
writeTable(
  data.frame(sample = colnames(groups), half = saturated$half, condition = groups$condition), optionFolder,
  "two_group.exact_weights.samples.tsv")
assays(saturated, withDimnames = FALSE)[["weights"]] <- weights
fitted <- DESeq(saturated, quiet = TRUE, useT = TRUE)
writeResults(fitted, "two_group", "exact_weights")
writeResults(fitted, "two_group", "exact_weights_greaterAbs", lfcThreshold = 0.5)

# Without an intercept results() compares the last level of the last factor with its first. (Where a number stands before that
# factor DESeq2 reports the bare coefficient under the contrast's name; such a design is not among these.)
whole <- groups
design(whole) <- ~ condition + 0
writeResults(DESeq(whole, quiet = TRUE), "two_group", "no_intercept")
whole <- exposure
design(whole) <- ~ batch + 0
writeResults(DESeq(whole, quiet = TRUE), "batch_exposure", "no_intercept")
whole <- spoiled
design(whole) <- ~ 0 + batch + half
writeResults(DESeq(whole, quiet = TRUE), "batch_exposure", "no_intercept_two")

# So few genes vary more than counting explains that a local trend has fewer points than a parabola needs.
for (count in c(1, 3, 4, 5, 10)) {
  set.seed(if (count == 10) 6 else 2)
  means <- c(exp(seq(3, 7, length.out = count)), 40, 300, 1000, 2000)
  few <- t(sapply(seq_along(means), function(gene) {
    if (gene > count) round(means[gene]) + rep(0:1, 4) else rnbinom(8, mu = means[gene], size = 5)
  }))
  dimnames(few) <- list(sprintf("g%02d", seq_along(means)), sprintf("s%d", 1:8))
  few <- DESeqDataSetFromMatrix(
    few, data.frame(row.names = colnames(few), condition = factor(rep(c("a", "b"), each = 4))), ~condition)
  sizeFactors(few) <- rep(1, 8)
  few <- suppressWarnings(DESeq(few, quiet = TRUE, fitType = "local"))
  stopifnot(sum(mcols(few)$dispGeneEst > 1e-6) == count)
  writeResults(few, "few_genes", sprintf("local%02d", count))
  writeMatrix(counts(few), rownames(few), optionFolder, sprintf("few_genes.local%02d.counts.tsv", count))
}
