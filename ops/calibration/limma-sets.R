# camera and romer of limma on the null cohorts of cells of `modicum calibrate`: the share of sets with p <= 0.05.
#
#   Rscript ops/calibration/limma-sets.R MODICUM OUT.tsv COHORTS CELL...
#
# Needs limma. Counts go through voom with the covariates and the exposure in the design, as limma's users do; both tests
# are asked for either direction. Seeds and cohorts are those of `modicum calibrate --seed 1`.
suppressPackageStartupMessages(library(limma))

arguments <- commandArgs(trailingOnly = TRUE)
stopifnot(length(arguments) >= 4)
modicum <- arguments[1]
out <- arguments[2]
cohorts <- as.integer(arguments[3])
cells <- arguments[-(1:3)]
rotations <- 199

readSets <- function(file) {
  lines <- strsplit(readLines(file), "\t")
  setNames(lapply(lines, function(fields) fields[-(1:2)]), vapply(lines, `[`, "", 1))
}

shares <- function(cell, cohort) {
  folder <- tempfile("cohort")
  on.exit(unlink(folder, recursive = TRUE))
  status <- system2(modicum, c("simulate", "calibration", "--cell", cell, "--cohort", cohort, "--out", folder))
  stopifnot(status == 0)
  counts <- as.matrix(read.delim(file.path(folder, "counts.tsv"), row.names = 1))
  samples <- read.delim(file.path(folder, "samples.tsv"))
  sets <- readSets(file.path(folder, "sets.gmt"))
  design <- model.matrix(~ batch + age + exposure, samples)
  fit <- voom(counts, design)
  index <- ids2indices(sets, rownames(counts))[names(sets)]
  kind <- ifelse(startsWith(names(sets), "COREGULATED"), "co-regulated sets", "random sets")
  # By default the correlation between genes is set to 0.01; NA has it estimated for each set.
  cameraP <- function(correlation) {
    limma::camera(fit, index, design, contrast = "exposure", inter.gene.cor = correlation, sort = FALSE)$PValue
  }
  set.seed(cohort + 1)
  rotated <- romer(fit, index, design, contrast = ncol(design), nrot = rotations)[, c("Up", "Down")]
  methods <- list(
    "camera" = cameraP(0.01), "camera, estimated correlation" = cameraP(NA),
    "romer" = pmin(1, 2 * apply(rotated, 1, min)))
  do.call(rbind, lapply(names(methods), function(method) {
    data.frame(cell, method, what = unique(kind), share = tapply(methods[[method]] <= 0.05, kind, mean)[unique(kind)])
  }))
}

interval <- function(values) {
  margin <- qt(0.995, length(values) - 1) * sd(values) / sqrt(length(values))
  c(estimate = mean(values), low = max(0, mean(values) - margin), high = min(1, mean(values) + margin))
}

all <- do.call(rbind, lapply(cells, function(cell) {
  do.call(rbind, lapply(seq_len(cohorts) - 1, function(cohort) shares(cell, cohort)))
}))
groups <- unique(all[, c("cell", "method", "what")])
table <- do.call(rbind, lapply(seq_len(nrow(groups)), function(row) {
  group <- groups[row, ]
  values <- all$share[all$cell == group$cell & all$method == group$method & all$what == group$what]
  cbind(group, t(round(interval(values), 5)), cohorts)
}))
write.table(table, out, sep = "\t", quote = FALSE, row.names = FALSE)
