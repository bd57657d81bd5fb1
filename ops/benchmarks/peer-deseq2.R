# The analysis of ops/benchmarks/de with R: Rscript peer-deseq2.R COUNTS SAMPLES ANNOTATION OUT
suppressPackageStartupMessages({
  library(DESeq2)
  library(fdrtool)
})
paths <- commandArgs(trailingOnly = TRUE)
counts <- as.matrix(read.delim(paths[1], row.names = 1, check.names = FALSE))
samples <- read.delim(paths[2], stringsAsFactors = FALSE)
samples$batch <- factor(samples$batch)
samples$gender <- factor(samples$gender)
genes <- read.delim(paths[3], na.strings = character())
kept <- rowSums(counts > 3) >= 5 & genes$chromosome %in% as.character(1:22)
dds <- DESeqDataSetFromMatrix(counts[kept, ], samples, ~ batch + age + gender + stir_volume)
dds <- DESeq(dds, quiet = TRUE)
found <- as.data.frame(results(dds, name = "stir_volume"))
tested <- !is.na(found$pvalue)
null <- fdrtool(found$stat[tested], statistic = "normal", plot = FALSE, verbose = FALSE)
found$pvalueEmpirical <- found$padjEmpirical <- NA
found$pvalueEmpirical[tested] <- null$pval
found$padjEmpirical[tested] <- p.adjust(null$pval, "BH")
write.table(data.frame(gene_id = rownames(dds), found), paths[4], sep = "\t", quote = FALSE, row.names = FALSE)
