# The analysis of ops/benchmarks/gsea with fgsea: peer-fgsea.R RANKS SETS PERMUTATIONS OUT simple|multilevel
arguments <- commandArgs(trailingOnly = TRUE)
suppressMessages(library(fgsea))
table <- read.delim(arguments[1], header = FALSE, comment.char = "#", quote = "")
table[[2]] <- suppressWarnings(as.numeric(table[[2]]))
table <- table[!is.na(table[[2]]) & !duplicated(table[[1]]), ]
scores <- sort(setNames(table[[2]], table[[1]]), decreasing = TRUE)
sets <- gmtPathways(arguments[2])
set.seed(1)
one <- BiocParallel::SerialParam()
result <- if (arguments[5] == "simple") {
    fgseaSimple(sets, scores, nperm = as.integer(arguments[3]), minSize = 15, maxSize = 200, BPPARAM = one)
} else {
    fgseaMultilevel(sets, scores, eps = 0, minSize = 15, maxSize = 200, BPPARAM = one)
}
result$leadingEdge <- NULL
write.table(result, arguments[4], sep = "\t", quote = FALSE, row.names = FALSE)
