# Writing of goldens: tab-separated tables with 17 significant digits, and JSON.

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
