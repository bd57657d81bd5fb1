"""The analysis of ops/benchmarks/gsea with GSEApy: peer-gseapy.py RANKS SETS PERMUTATIONS OUT MIN MAX [SEED]"""
import sys

import gseapy
import pandas

ranks, sets, permutations, out, least, most, *seeds = sys.argv[1:]
scores = pandas.read_csv(ranks, sep="\t", comment="#", header=None, index_col=0, dtype=str).iloc[:, 0]
# A header is legal in such a file, and GSEApy would take it for a gene.
scores = pandas.to_numeric(scores, errors="coerce").dropna()
result = gseapy.prerank(
    rnk=scores, gene_sets=sets, min_size=int(least), max_size=int(most), permutation_num=int(permutations), weight=1,
    threads=1, seed=int(seeds[0]) if seeds else 1, outdir=None, no_plot=True, verbose=False)
if result.res2d.empty:
    sys.exit("no set was tested")
result.res2d.to_csv(out, sep="\t", index=False)
