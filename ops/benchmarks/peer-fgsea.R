# The analysis of ops/benchmarks/gsea with fgsea: peer-fgsea.R RANKS SETS PERMUTATIONS OUT MIN MAX
# simple, or multilevel SAMPLE-SIZE EPS [SEED]. PERMUTATIONS are those before climbing where it is multilevel.
arguments <- commandArgs(trailingOnly = TRUE)
suppressMessages(library(fgsea))
table <- read.delim(arguments[1], header = FALSE, comment.char = "#", quote = "")
table[[2]] <- suppressWarnings(as.numeric(table[[2]]))
scores <- sort(setNames(table[[2]], table[[1]]), decreasing = TRUE)
# Of a gene listed twice the lowest score counts, as in Modicum.
scores <- scores[!duplicated(names(scores), fromLast = TRUE)]
sets <- gmtPathways(arguments[2])
least <- as.integer(arguments[5])
most <- as.integer(arguments[6])
permutations <- as.integer(arguments[3])
set.seed(if (length(arguments) > 9) as.integer(arguments[10]) else 1)
one <- BiocParallel::SerialParam()
result <- if (arguments[7] == "simple") {
    fgseaSimple(sets, scores, nperm = permutations, minSize = least, maxSize = most, BPPARAM = one)
} else {
    fgseaMultilevel(
        sets, scores, sampleSize = as.integer(arguments[8]), eps = as.numeric(arguments[9]), nPermSimple = permutations,
        minSize = least, maxSize = most, BPPARAM = one)
}
result$leadingEdge <- NULL
write.table(result, arguments[4], sep = "\t", quote = FALSE, row.names = FALSE)
