"""The analysis of ops/benchmarks/gsea with GSEApy: peer-gseapy.py RANKS SETS PERMUTATIONS OUT"""
import sys

import gseapy

ranks, sets, permutations, out = sys.argv[1:]
result = gseapy.prerank(
    rnk=ranks, gene_sets=sets, min_size=15, max_size=200, permutation_num=int(permutations), weight=1, threads=1, seed=1,
    outdir=None, no_plot=True, verbose=False)
result.res2d.to_csv(out, sep="\t", index=False)
