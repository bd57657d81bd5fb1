# ops/benchmarks/de with R: Rscript peer-deseq2.R COUNTS SAMPLES OUT DESIGN FACTORS EXPRESSED [ANNOTATION]
#
# FACTORS is a list with commas. A gene needs EXPRESSED samples with more than 3 counts and, with an annotation, an
# autosome. The last coefficient is tested. OUT.seconds receives the CPU seconds of DESeq() alone.
suppressPackageStartupMessages({
  library(DESeq2)
  library(fdrtool)
})
given <- commandArgs(trailingOnly = TRUE)
counts <- as.matrix(read.delim(given[1], row.names = 1, check.names = FALSE))
samples <- read.delim(given[2], stringsAsFactors = FALSE)
for (factor in strsplit(given[5], ",")[[1]]) samples[[factor]] <- factor(samples[[factor]])
kept <- rowSums(counts > 3) >= as.integer(given[6])
if (length(given) > 6) {
  genes <- read.delim(given[7], na.strings = character())
  kept <- kept & genes$chromosome %in% as.character(1:22)
}
dds <- DESeqDataSetFromMatrix(counts[kept, ], samples, as.formula(given[4]))
taken <- system.time(dds <- DESeq(dds, quiet = TRUE))
writeLines(format(taken[["user.self"]] + taken[["sys.self"]]), paste0(given[3], ".seconds"))
found <- as.data.frame(results(dds))
tested <- !is.na(found$pvalue)
null <- fdrtool(found$stat[tested], statistic = "normal", plot = FALSE, verbose = FALSE)
found$pvalueEmpirical <- found$padjEmpirical <- NA
found$pvalueEmpirical[tested] <- null$pval
found$padjEmpirical[tested] <- p.adjust(null$pval, "BH")
write.table(data.frame(gene_id = rownames(dds), found), given[3], sep = "\t", quote = FALSE, row.names = FALSE)
