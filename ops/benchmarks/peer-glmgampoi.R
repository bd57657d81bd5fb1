# The analysis of ops/benchmarks/de with glmGamPoi: Rscript peer-glmgampoi.R COUNTS SAMPLES ANNOTATION OUT
#
# Quasi-likelihood F tests against the design without the exposure; there is no empirical null.
suppressPackageStartupMessages(library(glmGamPoi))
paths <- commandArgs(trailingOnly = TRUE)
counts <- as.matrix(read.delim(paths[1], row.names = 1, check.names = FALSE))
samples <- read.delim(paths[2], stringsAsFactors = FALSE)
samples$batch <- factor(samples$batch)
samples$gender <- factor(samples$gender)
genes <- read.delim(paths[3], na.strings = character())
kept <- rowSums(counts > 3) >= 5 & genes$chromosome %in% as.character(1:22)
fit <- glm_gp(
  counts[kept, ], design = ~ batch + age + gender + stir_volume, col_data = samples,
  size_factors = DESeq2::estimateSizeFactorsForMatrix(counts[kept, ]), on_disk = FALSE)
found <- test_de(fit, contrast = "stir_volume")
names(found)[names(found) == "adj_pval"] <- "padj"
write.table(found, paths[4], sep = "\t", quote = FALSE, row.names = FALSE)
