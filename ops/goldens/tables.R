# Reading and writing of goldens: tab-separated tables with 17 significant digits, and JSON.

# The data set of one of make-de.R's designs, with its factor levels in their order.
readDataSet <- function(goldenFolder, name) {
  design <- read_json(file.path(goldenFolder, name, "design.json"), simplifyVector = TRUE)
  counts <- read.delim(file.path(goldenFolder, name, "counts.tsv"), row.names = 1, check.names = FALSE)
  samples <- read.delim(file.path(goldenFolder, name, "samples.tsv"), row.names = 1)
  for (factorName in names(design$factors)) {
    samples[[factorName]] <- factor(samples[[factorName]], levels = design$factors[[factorName]])
  }
  DESeqDataSetFromMatrix(as.matrix(counts), samples, as.formula(design$formula))
}

asText <- function(column) {
  if (is.double(column)) {
    text <- formatC(column, digits = 17, format = "g", width = 1)
    text[is.na(column)] <- "NA"
    text
  } else {
    text <- as.character(column)
    text[is.na(column)] <- "NA"
    text
  }
}

# A data frame as tab-separated text, doubles with 17 significant digits.
writeTable <- function(table, folder, name) {
  path <- file.path(folder, name)
  connection <- if (endsWith(name, ".gz")) gzfile(path, "wb", compression = 9) else file(path, "wb")
  on.exit(close(connection))
  text <- do.call(cbind, lapply(table, asText))
  lines <- c(paste(names(table), collapse = "\t"), apply(text, 1, paste, collapse = "\t"))
  writeLines(lines, connection, sep = "\n")
}

writeMatrix <- function(matrix, geneIDs, folder, name) {
  table <- data.frame(gene_id = geneIDs, matrix, check.names = FALSE)
  names(table) <- c("gene_id", colnames(matrix))
  writeTable(table, folder, name)
}

writeJSON <- function(value, folder, name) {
  text <- toJSON(value, auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null", null = "null")
  connection <- file(file.path(folder, name), "wb")
  writeLines(text, connection, sep = "\n")
  close(connection)
}
