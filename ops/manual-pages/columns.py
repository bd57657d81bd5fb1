#!/usr/bin/env python3
"""Writes docs/columns.md: every column of every table that a run writes, with its definition and unit.

  columns.py EXECUTABLE [--check]      --check: compares, and writes nothing

Runs of the small cohort are made. Definitions and units are those that their modicum.h5 has beside each column; what stands in text
files alone is defined here, and a column without a definition is an error.
"""
import csv
import pathlib
import re
import subprocess
import sys
import tempfile

import h5py

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "columns.md"
COHORT = ROOT / "datasets" / "small-cohort"
HEAD = """# Columns of the tables

Made by `ops/manual EXECUTABLE` from runs of the small cohort. `modicum.h5` has the same definitions as attributes of each column. Tables
are separated by tabs; a missing value is `NA`; numbers are the shortest decimals that read back to the same double. Units: *log2* is
a binary logarithm, of a fold change between two levels or for one unit of a quantity; *counts* are normalized counts, divided by the
sample's size factor; *probability* and *share* are from 0 to 1; `–` is a name, a word, or a number without unit.

"""
# Table, what it holds, and for which run.
TABLES = [
    ("results.COEFFICIENT.tsv", "de", "results.stir_volume.tsv", "A row for each gene, in the order of the counts. One table for each coefficient or contrast."),
    ("genes.tsv", "de", "genes.tsv", "Intermediates of each gene, under DESeq2's names. `COEFFICIENT` stands for each coefficient."),
    ("size_factors.tsv", "de", "size_factors.tsv", "A row for each sample."),
    ("empirical_null.tsv", "de", "empirical_null.tsv", "What fdrtool's rules estimated, with `--empirical-null fdrtool`."),
    ("gene_sets.tsv", "list", "gene_sets.tsv", "A row for each gene set that passed the size filter."),
    ("leading_edges.tsv", "list", "leading_edges.tsv", "A row for each gene of a leading edge."),
    ("leading_edge_overlap.tsv", "list", "leading_edge_overlap.tsv", "Pairs of leading edges."),
    ("independent_sets.tsv", "list", "independent_sets.tsv", "Which enriched sets remain once others are accounted for."),
    ("generic_enrichment.txt", "list", "generic_enrichment.txt", "EnrichmentMap's generic format."),
    ("gene_statistics.tsv", "shuffled", "gene_statistics.tsv", "A row for each fitted gene, with `--permute samples`."),
    ("statistic_nulls.tsv", "shuffled", "statistic_nulls.tsv", "The genes' statistics against three nulls, a row for each, with `--permute samples`."),
    ("statistic_histogram.tsv", "shuffled", "statistic_histogram.tsv", "What a figure of the three nulls is drawn from: a row for each bin of the statistic."),
    ("summary.tsv", "study", "summary.tsv", "A row for each analysis of a study."),
    ("tables/genes.ANALYSIS.tsv", "study", "tables/genes.main.stir_volume.tsv", "The significant genes, the strongest first; safe to open in a spreadsheet."),
    ("tables/sets.ANALYSIS.tsv", "study", "tables/sets.main.stir_volume.tsv", "The gene sets below the threshold, the strongest first."),
    ("tables/genes_by_analysis.tsv", "study", "tables/genes_by_analysis.tsv", "Genes that are significant in any analysis."),
    ("tables/sets_by_analysis.tsv", "study", "tables/sets_by_analysis.tsv", "Gene sets that are below the threshold in any analysis."),
    ("tables/normalized_counts.tsv", "study", "tables/normalized_counts.tsv", "Genes that are significant in any analysis."),
    ("tables/left_out.tsv", "study", "tables/left_out.tsv", "Why genes have no p-value or no adjusted one."),
    ("tables/cohort.tsv", "study", "tables/cohort.tsv", "The columns of the sample sheet, summed up."),
    ("tables/look_up.tsv", "study", "tables/look_up.tsv", "Significant genes that the look-up table of the study has."),
    ("tables/look_up_summary.tsv", "study", "tables/look_up_summary.tsv", "How many they are in each analysis."),
    ("network/….nodes.tsv", "study", "network/all.nodes.tsv", "Sets of the network, under EnrichmentMap's names."),
    ("network/….edges.tsv", "study", "network/all.edges.tsv", "Pairs of sets that share genes."),
]
# What is in text files alone, or has another name there.
TEXT = {
    "gene_id": "the gene, as the counts call it", "sample": "the sample, as the sheet calls it",
    "name": "the gene set", "gene": "the gene, as the ranked list calls it",
    "leadingEdgeGenes": "genes of the leading edge, from the top of the list on, or from its end on where ES is negative",
    "rankInGeneList": "place of the gene in the ranked list, from 0 at the top", "score": "the gene's score in the ranked list",
    "independent": "whether no stronger set of its sign makes it redundant",
    "redundantWith": "the stronger set without whose genes it is not enriched (p at least 0.05); empty where it is independent",
    "Name": "the gene set", "Description": "its description in the file of gene sets", "p-value": "pvalue of gene_sets.tsv",
    "FDR": "fdr of gene_sets.tsv", "Phenotype": "-1 where ES is negative, else +1",
    "Genes": "the set's genes in the ranked list, separated by commas",
    "analysis": "adjustment set and exposure, or `de`", "test": "coefficient or contrast",
    "genes": "genes with a statistic, of which the null is estimated",
    "cutoff": "statistics below it in absolute value are taken for null", "N.cens": "how many those are",
    "eta0": "estimated share of null genes", "eta0.SE": "its standard error",
    "sd": "estimated standard deviation of the null", "sd.SE": "its standard error",
    "genes_padj_below_0.05": "genes with padj below 0.05", "genes_padj_below_0.10": "genes with padj below 0.10",
    "genes_padjEmpirical_below_0.05": "genes with padjEmpirical below 0.05",
    "genes_padjEmpirical_below_0.10": "genes with padjEmpirical below 0.10",
    "empirical_null_sd": "sd of empirical_null.tsv", "empirical_null_eta0": "eta0 of empirical_null.tsv",
    "sets_tested": "gene sets that passed the size filter", "sets_up": "sets with q below the threshold and positive NES",
    "sets_down": "sets with q below the threshold and negative NES", "sets_unsettled": "sets whose q may cross the threshold with another seed",
    "sets_up_unsettled": "how many of sets_up are unsettled", "sets_down_unsettled": "how many of sets_down are unsettled",
}
# Units of what is in text files alone, by pattern of the column's name, the first that fits; all others are attributes of the store.
UNITS = [
    (r"p-value|FDR|fdr|EM1_(pvalue|f\w+_qvalue) .*|pvalue", "probability"),
    (r"baseMean", "counts"), (r"log2FoldChange.*|lfcSE.*", "log2"), (r"padj.*|pvalue.*|lfdr|svalue", "probability"),
    (r"eta0.*|empirical_null_eta0|one column for each set", "share"),
    (r"one column for each sample", "counts"), (r"mean.*|median.*|range", "of the column"),
    (r"EM1_similarity.*", "0 to 1"),
    (r"significant|found|agreeing|counted|expected|EM1_gs_size|EM1_Overlap_size", "genes"), (r"agrees|mixed|independent", "TRUE or FALSE"),
    (r"analyses", "analyses"), (r"n|count.*", "samples"),
    (r"genes|genes_padj.*|N\.cens", "genes"),
    (r"sets_.*", "gene sets"),
    (r"rankInGeneList", "place in the list"),
    (r"sd.*|empirical_null_sd|cutoff|stat", "standard errors"),
]
FIXED = {
    "statistic_nulls.tsv": {
        "null": "`theoretical` (standard normal), `fdrtool` (estimated from the observed statistics), `permutations` (null statistics of all genes)",
        "mean": ("mean of the null", "standard errors"), "standardDeviation": ("standard deviation of the null", "standard errors"),
        "eta0": "share of genes that follow the null, where it is estimated",
        "pvalue_below_0.05": ("genes with a two-sided p below 0.05 under the null", "genes"),
        "pvalue_below_0.001": ("genes with a two-sided p below 0.001 under the null", "genes"),
        "padj_below_0.05": ("genes with a Benjamini-Hochberg p below 0.05 under the null", "genes")},
    "statistic_histogram.tsv": {
        "from": ("where the bin of the statistic begins", "standard errors"),
        "to": ("where it ends; what lies outside all bins is in the first and the last one", "standard errors"),
        "observed": ("genes whose statistic is in the bin", "genes"),
        "theoretical": ("genes that the bin would have if all followed the standard normal null", "genes"),
        "fdrtool": ("the same under fdrtool's null", "genes"), "permutations": ("the same under the permutations' null", "genes")},
    "tables/left_out.tsv": {"genes": "how many genes", "reason": "`gene-filter`, or a reason as in results"},
    "tables/cohort.tsv": {"variable": "column of the sample sheet", "level": "level of a factor", "n": "samples with a value",
                          "mean (SD)": "mean and standard deviation, of a quantity", "median (IQR)": "median and quartiles, of a quantity",
                          "range": "smallest and largest value, of a quantity", "count (%)": "samples with the level, and their percentage"},
    "tables/look_up.tsv": {"direction": "of the fold change: up or down; empty where analyses do not agree", "mixed": "whether the look-up table has the gene in both directions",
                           "agrees": "whether the look-up table has the gene in that direction"},
    "tables/look_up_summary.tsv": {
        "significant": "significant genes", "found": "those that the look-up table has", "agreeing": "those of counted that the table has in their direction",
        "counted": "those of found with a direction of their own", "expected": "agreeing genes expected of as many tested ones drawn at random",
        "pvalue": "share of such draws with at least as many agreeing genes"},
    "tables/genes_by_analysis.tsv": {"analyses": "in how many analyses the gene is significant", "significant_in": "which, separated by `; `"},
    "tables/sets_by_analysis.tsv": {"analyses": "in how many analyses the set is below the threshold"},
    "tables/sets.ANALYSIS.tsv": {"description": "description in the file of gene sets"},
    "network/….nodes.tsv": {
        "name": "the gene set", "EM1_Name": "the gene set", "EM1_GS_DESCR": "its description", "EM1_GS_Type": "ENR: an enriched set",
        "EM1_GS_datasource": "the file the set came from", "EM1_Genes": "its genes in the list, separated by `|`", "EM1_gs_size": "how many those are",
        "EM1_-log10(pvalue)_max": "largest −log10(p) of all analyses", "x": "place in the drawing", "y": "place in the drawing", "cluster": "number of its cluster", "cluster_label": "words of its cluster",
        "EM1_pvalue (ANALYSIS)": "pvalue of gene_sets.tsv", "EM1_fdr_qvalue (ANALYSIS)": "fdr of gene_sets.tsv",
        "EM1_fwer_qvalue (ANALYSIS)": "fwer of gene_sets.tsv", "EM1_ES (ANALYSIS)": "enrichment score",
        "EM1_NES (ANALYSIS)": "NES of gene_sets.tsv", "EM1_Colouring (ANALYSIS)": "(1 − p) with the sign of NES, which EnrichmentMap colours by",
        "EM1_-log10(pvalue) (ANALYSIS)": "−log10(p)", "EM1_-log10(pvalue)*sign(NES) (ANALYSIS)": "−log10(p) with the sign of NES"},
    "network/….edges.tsv": {
        "source": "a gene set", "target": "another one", "name": "both, with the kind of line between them", "interaction": "Geneset_Overlap",
        "EM1_Data Set": "the analysis, or `compound` for all together", "EM1_Overlap_size": "genes that both have",
        "EM1_similarity_coefficient": "similarity, as `enrichment-map` of the study defines it", "EM1_Overlap_genes": "the shared genes, separated by `|`"},
}
# Tables whose columns are called by what was analysed.
NAMED = {"leading_edge_overlap.tsv": ("one column for each set", "share of genes that the two leading edges have in common, of all genes in either"),
         "tables/normalized_counts.tsv": ("one column for each sample", "count divided by the sample's size factor"),
         "tables/look_up.tsv": ("one column for each category", "direction of the gene in that category of the look-up table; empty where it is not there")}
ANALYSIS = re.compile(r"( \(?)(?:main|cells)/\w+(\)?)$")
TEXT_ONLY = {"leading_edges.tsv", "leading_edge_overlap.tsv", "independent_sets.tsv", "generic_enrichment.txt", "summary.tsv", "empirical_null.tsv", "statistic_nulls.tsv", "statistic_histogram.tsv"}
GENES = ["--counts", COHORT / "counts.tsv.gz", "--samples", COHORT / "samples.tsv", "--design", "~ batch + gender + stir_volume",
         "--annotation", COHORT / "genes.tsv.gz", "--filter", "count > 3 in >= 5", "--report", "off", "--quiet"]


OTHERS = """## Other tables

| table | columns |
|---|---|
| `model_matrix.tsv` | `sample`, and one column for each coefficient |
| `vst.tsv.gz`, `rlog.tsv.gz` | `gene_id`, and one column for each sample: transformed counts, log2 |
| `gene_sets.mean.tsv`, `gene_sets.maxmean.tsv` | as `gene_sets.tsv`, with `score` in the place of `ES` and no leading edge |
| `ranks.rnk` | `Name` and `Rank`: the ranked list, gene and score |
| `family.genes.tsv` | of a study that permutes samples for several exposures: `analysis` (adjustment set and exposure), `gene_id`, `statistic` (as in `gene_statistics.tsv` of the analysis), `fwerFamily` (share of permutations whose largest statistic over all analyses and genes is as large) |
| `family.gene_sets.tsv` | the same of gene sets: `analysis`, `name`, `NES`, `fwerFamily` (share of permutations in which any set of any analysis has an NES of the sign that is as extreme) |
| `overlaps.tsv` | `kind` (genes or gene_sets), `adjustment`, `exposures` (whose lists are compared), `null` (joint: the rows of all exposures shuffled together; conditional: one kept, one shuffled given it), `kept` and `shuffled` (the exposures of a conditional null), `lengths` (entries of each list, the same under every shuffle), `observed` (entries that all lists share), `expected` (their mean number under the null), `pvalue` with its 95 % limits `pvalueLow` and `pvalueHigh`, `permutations` |
| `tables/both_nulls.ANALYSIS.tsv` of `modicum report --beside` | `name`, `source`, and of each of the two runs, called by its null (such as `permuted genes` or `permuted samples (residual)`): `NES NULL`, `pvalue NULL`, `fdr NULL`, as in `gene_sets.tsv`, missing where the run did not test the set; `significant` (both, neither, or the null that alone finds it) |
| `calibration.tsv`, `cohorts.tsv.gz` of `modicum calibrate`; `tables/calibration.tsv` of `modicum report --calibration` | [calibration](calibration.md) |
| `counts.tsv.gz`, `gene_lengths.tsv`, `quality.tsv` of `modicum count`; `tables/reads.tsv` | [reads to counts](reads-to-counts.md) |
"""


def made(executable, folder):
    def run(name, *arguments):
        done = subprocess.run([executable, *map(str, arguments), "--out", folder / name], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, arguments))}: {done.stderr}")
    run("de", "de", *GENES, "--empirical-null", "fdrtool", "--shrink", "apeglm")
    run("shuffled", "de", *GENES, "--permute", "samples", "--permutations", "100", "--sets", COHORT / "sets.gmt")
    run("list", "de", *GENES, "--sets", COHORT / "sets.gmt", "--permutations", "1000")
    run("gsea", "gsea", "--ranks", folder / "list" / "ranks.rnk", "--sets", COHORT / "sets.gmt", "--permutations", "1000",
        "--nominal", "multilevel", "--report", "off", "--quiet")
    run("study", "run", COHORT / "study.yaml", "--quiet")


def definitions(store, title):
    """Definition and unit of each column, by its name; genes and gene sets have columns of the same name."""
    found, others = {}, {}
    preferred = "gene_sets" if "sets" in title else "results"

    def visit(path, item):
        if "definition" in item.attrs:
            # Truth values are stored as 1, 0 and -1, for one that is missing.
            is_logical = isinstance(item, h5py.Dataset) and item.dtype in ("int8", "bool") and item.ndim == 1
            text, unit = item.attrs["definition"], item.attrs.get("units", "TRUE or FALSE" if is_logical else "")
            places = path.split("/")
            (found if preferred in places else others).setdefault(places[-1], (text, unit))
    with h5py.File(store) as file:
        file.visititems(visit)
    return others | found


def main():
    executable, *options = sys.argv[1:]
    executable = str(pathlib.Path(executable).resolve())
    text, missing = HEAD, []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        made(executable, folder)
        for title, run, path, about in TABLES:
            table = folder / ("gsea" if run == "list" else run) / path
            if not table.exists():
                missing.append(f"{title}: no such table")
                continue
            store = folder / ("gsea" if run == "list" else run) / "modicum.h5"
            known = {name: (said, "") for name, said in TEXT.items()} | definitions(store, title)
            if title in TEXT_ONLY:
                known |= {name: (said, "") for name, said in TEXT.items()}
            text += f"## {title}\n\n{about}\n\n| column | definition | unit |\n|---|---|---|\n"
            with open(table, newline="") as file:
                header = next(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
            if title == "gene_sets.tsv":
                known = definitions(folder / "shuffled" / "modicum.h5", title) | known
                with open(folder / "shuffled" / path, newline="") as file:
                    permuted = next(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
                header += [column for column in permuted if column not in header]
            seen = set()
            for column in header:
                shown = re.sub(r"^(SE_|WaldStatistic_|WaldPvalue_|MLE_)?(Intercept|batch_\w+|gender_\w+|stir_volume)$", r"\1COEFFICIENT", column) if title == "genes.tsv" else column
                shown = ANALYSIS.sub(r"\1ANALYSIS\2", shown)
                plain = shown.removesuffix(" ANALYSIS")
                said_here = FIXED.get(title, {}).get(shown)
                if said_here:
                    known[column] = said_here if isinstance(said_here, tuple) else (said_here, "")
                elif column not in known and plain in known:
                    known[column] = known[plain]
                if title in NAMED and column not in known:
                    shown, known[column] = NAMED[title][0], (NAMED[title][1], "")
                if shown in seen:
                    continue
                seen.add(shown)
                if column in known:
                    definition = known[column]
                else:
                    missing.append(f"{title}: {column}")
                    continue
                said = str(definition[0]).replace("|", "\\|")
                unit = definition[1] or next((unit for pattern, unit in UNITS if re.fullmatch(pattern, plain) or re.fullmatch(pattern, shown)), "–")
                text += f"| `{shown}` | {said} | {unit} |\n"
            text += "\n"
    if missing:
        sys.exit("without a definition: " + "; ".join(missing))
    text += OTHERS
    if options == ["--check"]:
        if PAGE.read_text() != text:
            sys.exit("docs/columns.md is not what the program says: run ops/manual EXECUTABLE and commit it")
        print("docs/columns.md is as the program says")
    else:
        PAGE.write_text(text)


main()
