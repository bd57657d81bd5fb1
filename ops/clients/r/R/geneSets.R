geneSets <- function(x, analysis = NULL, names = c("gsea", "fgsea")) {
    names <- match.arg(names)
    run <- checkedRun(x)
    table <- readTable(run$path, partOf(run, analysis, "gene_sets", "gene sets"))
    sets <- table$columns
    genes <- names(rankedList(x, analysis))
    edges <- lapply(readLists(run$path,
        partOf(run, analysis, "leading_edges", "leading edges")),
        function(ranks) genes[ranks])
    if (names == "fgsea") {
        named <- data.frame(pathway = table$rows, pval = sets$pvalue,
            padj = sets$padj, log2err = columnOrNA(sets, "log2err"),
            ES = sets$ES, NES = sets$NES, size = sets$size)
        named$leadingEdge <- edges
        return(named)
    }
    percent <- function(share) paste0(floor(100 * share + 0.5), "%")
    named <- data.frame(NAME = table$rows, SIZE = sets$size, ES = sets$ES,
        NES = sets$NES, `NOM p-val` = sets$pvalue, `FDR q-val` = sets$fdr,
        `FWER p-val` = sets$fwer, `RANK AT MAX` = sets$rankAtMax,
        `LEADING EDGE` = paste0("tags=", percent(sets$leadingEdgeTags),
            ", list=", percent(sets$leadingEdgeList), ", signal=",
            percent(sets$leadingEdgeSignal)), check.names = FALSE)
    named[["CORE ENRICHMENT"]] <- edges
    named
}

columnOrNA <- function(table, name) {
    if (name %in% names(table)) table[[name]] else rep(NA_real_, nrow(table))
}

rankedList <- function(x, analysis = NULL) {
    run <- checkedRun(x)
    table <- readTable(run$path,
        partOf(run, analysis, "ranked_list", "ranked list"))
    setNames(table$columns$score, table$rows)
}

# The ranks of one tested set's genes, ascending.
ranksOf <- function(run, analysis, set, genes) {
    path <- partOf(run, analysis, "gene_sets", "gene sets")
    tested <- readTable(run$path, path)
    rows <- if (is.numeric(set)) set else which(tested$rows == set)
    if (length(rows) != 1L || !rows %in% seq_along(tested$rows))
        stop("the run has ", if (length(rows) > 1L) "several sets" else
            "no tested set", " of the name '", set, "'")
    key <- function(table) paste(table$rows, table$columns$source, sep = "\r")
    given <- readTable(run$path, "uns/gene_set_collection/sets")
    # The tested sets are some of the given ones, in their order.
    copies <- sum(key(tested)[seq_len(rows)] == key(tested)[rows])
    place <- which(key(given) == key(tested)[rows])[copies]
    members <- readLists(run$path, "uns/gene_set_collection/members")[[place]]
    names <- readText(run$path, "uns/gene_set_collection/genes")[members]
    sort(na.omit(match(names, genes)))
}

runningSum <- function(x, set, analysis = NULL) {
    run <- checkedRun(x)
    scores <- rankedList(x, analysis)
    ranks <- ranksOf(run, analysis, set, names(scores))
    weight <- run$configuration$geneSets$weight
    hits <- abs(scores[ranks])^weight
    # A set whose genes all score 0 has equal hits.
    if (sum(hits) == 0)
        hits[] <- 1
    steps <- rep(-1 / (length(scores) - length(ranks)), length(scores))
    steps[ranks] <- hits / sum(hits)
    setNames(cumsum(steps), names(scores))
}

nullScores <- function(x, analysis = NULL) {
    run <- checkedRun(x)
    path <- partOf(run, analysis, "null", "null distribution")
    scores <- HDF5Array(run$path, path)
    if (length(dim(scores)) != 2L)
        stop("the null distribution is merged by size, or counted without ",
            "--gsea-folder, in Modicum's own encoding")
    scores
}
