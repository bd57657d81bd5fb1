# Makes the goldens of fragments per million and per kilobase, on the inputs that make-de.R has made.
#
#   Rscript ops/goldens/make-de-rates.R datasets/goldens/de
#
# options/two_group.basepairs.tsv has a length per gene, options/two_group.lengths.tsv.gz one per gene and sample, as
# tximport brings them; options/two_group.RATE.tsv.gz has every seventh gene of DESeq2's table.

suppressPackageStartupMessages({
  library(DESeq2)
  library(jsonlite)
})

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 1) stop("usage: make-de-rates.R FOLDER")
goldenFolder <- arguments[1]
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "tables.R"))
optionFolder <- file.path(goldenFolder, "options")

writeRates <- function(rates, name) {
  shown <- seq(1, nrow(rates), by = 7)
  writeMatrix(rates[shown, ], rownames(rates)[shown], optionFolder, sprintf("two_group.%s.tsv.gz", name))
}

dds <- readDataSet(goldenFolder, "two_group")
position <- seq_len(nrow(dds))
basepairs <- 200 + (position * 577) %% 6007
writeTable(
  data.frame(gene_id = rownames(dds), length = as.integer(basepairs)), optionFolder, "two_group.basepairs.tsv")
mcols(dds)$basepairs <- basepairs
writeRates(fpm(dds), "fpm")
writeRates(fpm(dds, robust = FALSE), "fpm_plain")
writeRates(fpkm(dds), "fpkm")
writeRates(fpkm(dds, robust = FALSE), "fpkm_plain")

# Half of the genes, as a filter leaves them: libraries are then their counts alone.
kept <- rowSums(counts(dds) > 50) >= 4
filtered <- dds[kept, ]
writeRates(fpkm(filtered), "fpkm_filtered")

lengths <- outer(basepairs, seq_len(ncol(dds)), function(length, sample) length * (1 + ((length + 13 * sample) %% 29) / 64))
dimnames(lengths) <- dimnames(dds)
writeMatrix(lengths, rownames(dds), optionFolder, "two_group.lengths.tsv.gz")
estimated <- readDataSet(goldenFolder, "two_group")
assays(estimated)[["avgTxLength"]] <- lengths
writeRates(fpm(estimated), "fpm_lengths")
writeRates(fpkm(estimated), "fpkm_lengths")
writeRates(fpkm(estimated, robust = FALSE), "fpkm_lengths_plain")
