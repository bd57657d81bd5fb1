# ops/benchmarks/de with glmGamPoi: Rscript peer-glmgampoi.R COUNTS SAMPLES OUT DESIGN FACTORS EXPRESSED [ANNOTATION]
#
# The arguments are those of peer-deseq2.R. Quasi-likelihood F tests of the last coefficient; there is no empirical null.
suppressPackageStartupMessages(library(glmGamPoi))
given <- commandArgs(trailingOnly = TRUE)
counts <- as.matrix(read.delim(given[1], row.names = 1, check.names = FALSE))
samples <- read.delim(given[2], stringsAsFactors = FALSE)
for (factor in strsplit(given[5], ",")[[1]]) samples[[factor]] <- factor(samples[[factor]])
kept <- rowSums(counts > 3) >= as.integer(given[6])
if (length(given) > 6) {
  genes <- read.delim(given[7], na.strings = character())
  kept <- kept & genes$chromosome %in% as.character(1:22)
}
fit <- glm_gp(
  counts[kept, ], design = as.formula(given[4]), col_data = samples,
  size_factors = DESeq2::estimateSizeFactorsForMatrix(counts[kept, ]), on_disk = FALSE)
found <- test_de(fit, contrast = as.numeric(seq_len(ncol(fit$Beta)) == ncol(fit$Beta)))
names(found)[names(found) == "adj_pval"] <- "padj"
write.table(found, given[3], sep = "\t", quote = FALSE, row.names = FALSE)
