# Makes the goldens of functions in formulas: R's model matrices, DESeq2's names
# of their columns, and DESeq2's tests in such designs.
#
#   Rscript ops/goldens/make-formulas.R datasets/goldens
#
# datasets/goldens/README.md describes the tables.

suppressPackageStartupMessages({
  library(DESeq2)
  library(jsonlite)
  library(splines)
})
RNGversion("4.2.0")

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 1) stop("usage: make-formulas.R FOLDER")
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "tables.R"))
folder <- file.path(arguments[1], "formulas")
dir.create(folder, showWarnings = FALSE)

# ------------------------------------------------------- model matrices

set.seed(301)
count <- 24
samples <- data.frame(
  sample = sprintf("s%02d", 1:count),
  condition = rep(c("A", "B"), count / 2),
  batch = rep(c("b1", "b2", "b3"), each = 2, length.out = count),
  age = round(runif(count, 22, 81), 1),
  dose = round(exp(rnorm(count, 2, 1.2)), 3),
  score = round(rnorm(count), 3),
  stage = rep(1:4, length.out = count)[sample(count)],
  steps = rep(c(0.5, 100000, 1234567.25), count / 3),
  `cell share` = round(runif(count, 0.05, 0.6), 4),
  check.names = FALSE)
writeTable(samples, folder, "samples.tsv")
for (name in c("condition", "batch")) samples[[name]] <- factor(samples[[name]])

formulas <- c(
  # Functions of a number, and R's spelling of names.
  "~ log(dose)", "~ log( dose )+condition", "~ log2(dose) + batch", "~ log10(dose)", "~ log1p(dose)",
  "~ log(dose, 2)", "~ log(dose, base=10)", "~ exp(score)", "~ exp(-age/10)", "~ sqrt(age) + sqrt(dose)",
  "~ abs(score)", "~ log2(dose+0.50)", "~ log(dose/1e5)", "~ log(`cell share`) + condition",
  "~ log(`cell share`/(1-`cell share`))", "~ log(age) * condition", "~ 0 + condition + log(dose)",
  "~ log2(dose):condition", "~ sqrt(abs(score))", "~ base::log(dose)",
  # Arithmetic.
  "~ I(age^2)", "~ age + I(age^2) + condition", "~ I(age*dose)", "~ I((age-50)/10)", "~ I(-score^2)",
  "~ I((-score)^3)", "~ I(2^-score)", "~ I(age - 50 - dose)", "~ I(age - (50 - dose))", "~ I(age/dose/2)",
  "~ I(age/(dose/2))", "~ I(score^2^1)", "~ I((score^2)^2)", "~ I(+age)", "~ I(2*-age)", "~ I(age*100000)",
  "~ I(age*123456)", "~ I(age*.0001)", "~ I(age*0.001)", "~ I(age/1e-15)", "~ I(age*1e+100)", "~ I(age*1234567.125)",
  "~ I(score^2) * condition - condition", "~ I(age + 2L)", "~ I(age^0.5)", "~ I(dose^-1)",
  "~ I(age - mean(age)) + I(dose/sd(dose))", "~ I(age - median(age))", "~ I((age - min(age))/(max(age) - min(age)))",
  # Scaled.
  "~ scale(age)", "~ scale(age) * condition", "~ scale(age, center = FALSE)", "~ scale(age, scale=FALSE) + batch",
  "~ scale(age, center = 50, scale = 10)", "~ scale(age, T, F)", "~ scale(age,FALSE,FALSE)", "~ scale(log(dose))",
  "~ I(scale(age)^2) + scale(age)", "~ scale(age):scale(dose)", "~ condition:scale(age)", "~ scale(poly(age, 2))",
  "~ scale(I(age^2)) + 0", "~ scale(`cell share`)",
  # Polynomials.
  "~ poly(age, 2)", "~ poly(age,1)", "~ poly(age)", "~ poly(dose, 3) + batch", "~ poly(age, degree=2)",
  "~ poly(age, 2, raw=TRUE)", "~ poly(age, degree = 3, raw = T) + condition", "~ condition*poly(age,2)",
  "~ condition:poly(age,2)", "~ poly(age, 2):condition + batch", "~ 0 + batch + poly(age, 2)", "~ 0 + poly(age,2)",
  "~ poly(log(dose), 2)", "~ poly(stage, 3)", "~ poly(score,4)", "~ poly(age,5)",
  "~ poly(age, 2):poly(dose, 2)", "~ poly(age, 2) * scale(dose)", "~ I(poly(age, 2)^2)", "~ stats::poly(age, 2)",
  "~ poly(age, 1, raw=TRUE)",
  # Splines.
  "~ ns(age, 3)", "~ ns(age, df = 3)", "~ ns(age,df=1)", "~ ns(age)", "~ ns(age, df = 5) + condition",
  "~ condition * ns(age, 2)", "~ condition:ns(age, df=3)", "~ ns(age, knots = c(40, 60))", "~ ns(age,knots=c(60,40.0))",
  "~ ns(age, knots = median(age))", "~ ns(age, knots = quantile(age, c(0.1, 0.5, 0.9)))",
  "~ ns(age, df = 4, intercept = TRUE) + 0", "~ ns(age, df = 3, Boundary.knots = c(30, 70))",
  "~ ns(age, df = 4, Boundary.knots = c(75, 0))", "~ ns(age, Boundary.knots = quantile(age, c(0.05, 0.95)), df = 3)",
  "~ splines::ns(age, df = 3) + batch", "~ ns(log2(dose), 3)",
  "~ bs(age)", "~ bs(age, df = 4)", "~ bs(age, 5) + condition", "~ bs(age, degree = 2)", "~ bs(age, df=4, degree = 1)",
  "~ bs(age, knots = 50)", "~ bs(age, knots = c(40, 60), degree = 2) + batch", "~ condition * bs(age, df = 3)",
  "~ bs(age, df = 5, intercept = TRUE) + 0", "~ bs(age, Boundary.knots = c(15, 90))",
  "~ bs(age, df = 4, Boundary.knots = c(30, 70))", "~ bs(age, degree = 2, Boundary.knots = c(30, 85), knots = c(45, 55))",
  "~ bs(age, degree = 5)", "~ 0 + batch:bs(age, df = 4, degree = 1)", "~ bs(age, knots = range(age) * 0.5 + 25)",
  # Factors and numbers, and what has no column.
  "~ factor(stage)", "~ as.factor(stage) + age", "~ factor(steps)", "~ factor(stage, levels = c(3, 1, 2, 4))",
  "~ factor(batch, levels = c('b2', 'b3', 'b1'))", "~ relevel(condition, ref = \"B\")", "~ relevel(batch, 'b3') * age",
  "~ relevel(factor(stage), ref = '2')", "~ 0 + factor(stage)", "~ 0 + factor(stage):condition",
  "~ condition + factor(stage):scale(age)", "~ as.numeric(batch) + condition", "~ as.numeric(stage)",
  "~ offset(dose) + condition", "~ condition + offset(log(dose)) + age", "~ offset(dose)",
  # Together.
  "~ batch + log2(dose) + poly(age, 2) * condition + scale(`cell share`)",
  "~ (log(dose) + condition + scale(age))^2", "~ condition / poly(age, 2)", "~ log(dose) + log( dose) + age - age")

# The name that DESeq2 gives a column of such a matrix.
resultsNames <- function(matrix, formula) {
  names <- make.names(ifelse(colnames(matrix) == "(Intercept)", "Intercept", colnames(matrix)))
  renamed <- DESeq2:::renameModelMatrixColumns(samples, formula)
  from <- match(names, renamed$from)
  if (attr(terms(formula), "intercept") == 1) ifelse(is.na(from), names, renamed$to[from]) else names
}

matrices <- do.call(rbind, lapply(formulas, function(text) {
  formula <- as.formula(text)
  matrix <- suppressWarnings(model.matrix(formula, data = samples))
  if (qr(matrix)$rank < ncol(matrix)) stop("not of full rank: ", text)
  values <- as.data.frame(t(matrix))
  names(values) <- samples$sample
  data.frame(
    formula = text, column = colnames(matrix), coefficient = resultsNames(matrix, formula), values, row.names = NULL)
}))
writeTable(matrices, folder, "model_matrices.tsv.gz")

# --------------------------------------------------------------- tests

exposure <- readDataSet(file.path(arguments[1], "de"), "batch_exposure")
tests <- list(
  polynomial = list(full = ~ batch + exposure + poly(age, 2), reduced = ~ batch + exposure),
  spline = list(full = ~ batch + ns(exposure, df = 3), reduced = ~batch),
  curvature = list(full = ~ batch + ns(exposure, df = 3), reduced = ~ batch + exposure),
  interaction = list(full = ~ batch * poly(age, 2), reduced = ~ batch + poly(age, 2)),
  levels = list(full = ~ scale(age) + factor(batch) + log2(exposure + 10), reduced = ~ scale(age) + log2(exposure + 10)))
for (name in names(tests)) {
  design(exposure) <- tests[[name]]$full
  lrt <- DESeq(exposure, quiet = TRUE, test = "LRT", reduced = tests[[name]]$reduced)
  wald <- DESeq(exposure, quiet = TRUE)
  last <- tail(resultsNames(matrix <- attr(wald, "modelMatrix"), tests[[name]]$full), 1)
  stopifnot(last == tail(DESeq2::resultsNames(wald), 1))
  result <- results(wald, name = last)
  joint <- results(lrt)
  genes <- mcols(lrt)
  writeTable(
    data.frame(
      gene_id = rownames(lrt), baseMean = joint$baseMean, dispersion = genes$dispersion, maxCooks = genes$maxCooks,
      betaIter = genes$betaIter, deviance = genes$deviance, fullBetaConv = genes$fullBetaConv,
      reducedBetaConv = genes$reducedBetaConv, stat = joint$stat, pvalue = joint$pvalue, padj = joint$padj,
      log2FoldChange = result$log2FoldChange, lfcSE = result$lfcSE, waldStat = result$stat,
      waldPvalue = result$pvalue, waldPadj = result$padj),
    folder, sprintf("%s.tsv.gz", name))
}
# Individuals within groups of unequal size: as DESeq2's vignette has it, the
# columns of combinations without samples are taken out of the matrix.
nested <- data.frame(
  sample = colnames(exposure)[1:18],
  group = factor(rep(c("G", "H", "K"), c(8, 4, 6))),
  donor = factor(paste0("d", c(rep(1:4, each = 2), rep(1:2, each = 2), rep(1:3, each = 2)))),
  treatment = factor(rep(c("none", "drug"), 9), levels = c("none", "drug")))
matrix <- model.matrix(~ group + group:donor + group:treatment, nested)
matrix <- matrix[, colSums(matrix != 0) > 0]
part <- DESeqDataSetFromMatrix(counts(exposure)[, 1:18], nested, ~treatment)
part <- DESeq(part, full = matrix, betaPrior = FALSE, quiet = TRUE)
result <- results(part, name = "groupK.treatmentdrug")
writeTable(nested, folder, "nested.samples.tsv")
writeTable(data.frame(gene_id = rownames(part), counts(part), check.names = FALSE), folder, "nested.counts.tsv.gz")
writeTable(
  data.frame(
    gene_id = rownames(part), baseMean = result$baseMean, dispersion = mcols(part)$dispersion,
    betaIter = mcols(part)$betaIter, log2FoldChange = result$log2FoldChange, lfcSE = result$lfcSE,
    stat = result$stat, pvalue = result$pvalue, padj = result$padj),
  folder, "nested.tsv.gz")

describe <- function(formula) paste(deparse(formula, width.cutoff = 500L), collapse = " ")
writeJSON(
  lapply(tests, function(test) {
    design(exposure) <- test$full
    names <- resultsNames(model.matrix(test$full, data = as.data.frame(colData(exposure))), test$full)
    list(full = describe(test$full), reduced = describe(test$reduced), coefficients = names)
  }), folder, "tests.json")
writeJSON(
  list(R = R.version.string, DESeq2 = as.character(packageVersion("DESeq2"))), folder, "versions.json")
