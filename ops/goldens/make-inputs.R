# Quantifications of a small simulated experiment as salmon, kallisto and RSEM write them, and what tximport and
# DESeq2 make of them. Usage: make-inputs.R FOLDER
suppressPackageStartupMessages({
  library(rhdf5)
  library(tximport)
  library(DESeq2)
  library(jsonlite)
})
folder <- commandArgs(trailingOnly = TRUE)[1]
set.seed(20)

samples <- data.frame(
  sample = sprintf("S%d", 1:6), condition = rep(c("control", "treated"), each = 3),
  batch = rep(c("a", "b", "a"), 2))
depth <- c(1, 0.7, 1.4, 0.9, 1.2, 1.1)

transcripts_per_gene <- sample(1:4, 200, replace = TRUE)
transcripts <- data.frame(gene = rep(sprintf("ENSG%05d.2", 1:200), transcripts_per_gene))
transcripts$name <- sprintf("ENST%05d.1", seq_len(nrow(transcripts)))
transcripts$length <- round(exp(runif(nrow(transcripts), log(300), log(6000))))
base <- exp(rnorm(200, 3, 1.6))
effect <- c(rep(1, 140), exp(rnorm(60, 0, 1)))
share <- ave(rexp(nrow(transcripts)), transcripts$gene, FUN = function(x) x / sum(x))
switched <- ave(rexp(nrow(transcripts)), transcripts$gene, FUN = function(x) x / sum(x))
gene <- as.integer(factor(transcripts$gene, levels = unique(transcripts$gene)))

quantify <- function(s) {
  fragment <- 150 + 15 * s
  effective <- round(pmax(transcripts$length - fragment, 20) * runif(nrow(transcripts), 0.95, 1.05), 3)
  usage <- if (samples$condition[s] == "treated") 0.4 * share + 0.6 * switched else share
  mean <- depth[s] * base[gene] * (if (samples$condition[s] == "treated") effect[gene] else 1) * usage *
    effective / 1000
  reads <- round(rnbinom(length(mean), mu = mean, size = 8) + ifelse(mean > 2, runif(length(mean)), 0), 3)
  # Genes without any abundance: two in every sample, one in one sample only.
  reads[gene %in% c(7, 19)] <- 0
  if (s == 2) reads[gene == 23] <- 0
  rate <- reads / effective
  data.frame(name = transcripts$name, length = transcripts$length, effective = effective,
             tpm = round(rate / sum(rate) * 1e6, 6), reads = reads)
}

tab <- function(x, path, names = TRUE) {
  dir.create(dirname(path), recursive = TRUE, showWarnings = FALSE)
  con <- if (endsWith(path, ".gz")) gzfile(path, "w") else file(path, "w")
  on.exit(close(con))
  write.table(x, con, sep = "\t", quote = FALSE, row.names = FALSE, col.names = names)
}

# kallisto's binary file, but without its bootstraps.
kallistoArchive <- function(q, path) {
  dir.create(dirname(path), recursive = TRUE, showWarnings = FALSE)
  unlink(path)
  h5createFile(path)
  h5createGroup(path, "aux")
  h5write(q$name, path, "aux/ids")
  h5write(q$length, path, "aux/lengths")
  h5write(q$effective, path, "aux/eff_lengths")
  h5write(q$reads, path, "est_counts")
}

for (s in 1:6) {
  q <- quantify(s)
  id <- samples$sample[s]
  ending <- if (s == 1) "" else ".gz"
  tab(data.frame(Name = q$name, Length = q$length, EffectiveLength = q$effective, TPM = q$tpm, NumReads = q$reads),
      file.path(folder, "salmon", paste0(id, "_quant"), paste0("quant.sf", ending)))
  tab(data.frame(target_id = q$name, length = q$length, eff_length = q$effective, est_counts = q$reads, tpm = q$tpm),
      file.path(folder, "kallisto", id, paste0("abundance.tsv", ending)))
  kallistoArchive(q, file.path(folder, "kallisto-h5", id, "abundance.h5"))
  tab(data.frame(transcript_id = q$name, gene_id = transcripts$gene, length = q$length,
                 effective_length = q$effective, expected_count = q$reads, TPM = q$tpm, FPKM = q$tpm, IsoPct = 0),
      file.path(folder, "rsem-isoforms", paste0(id, ".isoforms.results", ending)))
  sums <- rowsum(cbind(q$reads, q$tpm, q$tpm * q$effective), transcripts$gene)
  means <- ifelse(sums[, 2] > 0, sums[, 3] / sums[, 2], 0)
  tab(data.frame(gene_id = rownames(sums), `transcript_id(s)` = "", length = round(means, 2),
                 effective_length = round(means, 2), expected_count = round(sums[, 1], 2),
                 TPM = round(sums[, 2], 2), FPKM = round(sums[, 2], 2), check.names = FALSE),
      file.path(folder, "rsem-genes", paste0(id, ".genes.results", ending)))
}
tab(samples, file.path(folder, "samples.tsv"))
# The last transcript is not in the table.
tx2gene <- data.frame(transcript = transcripts$name, gene = transcripts$gene)[-nrow(transcripts), ]
tab(tx2gene, file.path(folder, "tx2gene.tsv"))

exact <- function(x, path, first = "gene_id") {
  text <- apply(x, 2, function(column) sprintf("%.17g", column))
  frame <- data.frame(rownames(x), text, check.names = FALSE)
  names(frame) <- c(first, colnames(x))
  tab(frame, path)
}

files <- setNames(file.path(folder, "salmon", paste0(samples$sample, "_quant"), "quant.sf"), samples$sample)
files[-1] <- paste0(files[-1], ".gz")
import <- tximport(files, type = "salmon", tx2gene = tx2gene)
exact(import$counts, file.path(folder, "expected_counts.tsv.gz"))
exact(import$length, file.path(folder, "expected_lengths.tsv.gz"))

archives <- setNames(file.path(folder, "kallisto-h5", samples$sample, "abundance.h5"), samples$sample)
exact(tximport(archives, type = "kallisto", tx2gene = tx2gene)$length,
      file.path(folder, "expected_lengths_h5.tsv.gz"))

fit <- function(import, name) {
  rownames(samples) <- samples$sample
  samples$condition <- factor(samples$condition)
  dds <- DESeqDataSetFromTximport(import, samples, ~ condition)
  dds <- DESeq(dds, quiet = TRUE)
  exact(normalizationFactors(dds), file.path(folder, paste0("expected_factors_", name, ".tsv.gz")))
  r <- as.data.frame(results(dds))
  exact(as.matrix(cbind(r, dispersion = dispersions(dds), betaIter = mcols(dds)$betaIter)),
        file.path(folder, paste0("expected_results_", name, ".tsv.gz")))
  dds
}
dds <- fit(import, "salmon")

# Depths by poscounts, which takes the geometric means of the counts themselves.
poscounts <- DESeqDataSetFromTximport(import, samples, ~ condition)
poscounts <- estimateSizeFactors(poscounts, type = "poscounts")
exact(normalizationFactors(poscounts), file.path(folder, "expected_factors_poscounts.tsv.gz"))

genes <- setNames(file.path(folder, "rsem-genes", paste0(samples$sample, ".genes.results")), samples$sample)
genes[-1] <- paste0(genes[-1], ".gz")
rsem <- tximport(genes, type = "rsem", txIn = FALSE, txOut = FALSE)
rsem$length[rsem$length == 0] <- 1
fit(rsem, "rsem")

# As nf-core/rnaseq merges them.
merged <- function(x, path) {
  tab(data.frame(gene_id = rownames(x), gene_name = sub("ENSG", "SYM", rownames(x)), x, check.names = FALSE), path)
}
merged(import$counts, file.path(folder, "merged", "salmon.merged.gene_counts.tsv.gz"))
merged(import$length, file.path(folder, "merged", "salmon.merged.gene_lengths.tsv.gz"))
scaled <- tximport(files, type = "salmon", tx2gene = tx2gene, countsFromAbundance = "lengthScaledTPM")
merged(scaled$counts, file.path(folder, "merged", "salmon.merged.gene_counts_length_scaled.tsv.gz"))

# The rounded counts, for the formats that hold whole numbers.
counts <- data.frame(gene_id = rownames(dds), counts(dds), check.names = FALSE)
tab(counts, file.path(folder, "counts.tsv"))
for (s in 1:6) {
  id <- samples$sample[s]
  k <- counts[[id]]
  tab(rbind(data.frame(g = counts$gene_id, k = k), data.frame(g = c("__no_feature", "__ambiguous"), k = c(12, 3))),
      file.path(folder, "htseq", paste0(id, ".htseq.txt.gz")), names = FALSE)
  # A reversely stranded library: the first column is a little more than the third, the second next to nothing.
  star <- data.frame(g = counts$gene_id, u = k + rpois(length(k), k / 50), f = rpois(length(k), k / 60), r = k)
  head <- data.frame(g = c("N_unmapped", "N_multimapping", "N_noFeature", "N_ambiguous"), u = 1:4, f = 1:4, r = 1:4)
  tab(rbind(head, star), file.path(folder, "star", paste0(id, "_ReadsPerGene.out.tab.gz")), names = FALSE)
}
con <- gzfile(file.path(folder, "counts.gct.gz"), "w")
writeLines(c("#1.2", paste(nrow(counts), 6, sep = "\t")), con)
write.table(data.frame(NAME = counts$gene_id, Description = "", counts[-1], check.names = FALSE), con, sep = "\t",
            quote = FALSE, row.names = FALSE)
close(con)

write_json(list(R = as.character(getRversion()), tximport = as.character(packageVersion("tximport")),
                DESeq2 = as.character(packageVersion("DESeq2"))),
           file.path(folder, "versions-r.json"), auto_unbox = TRUE, pretty = TRUE)
