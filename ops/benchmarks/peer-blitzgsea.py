"""The analysis of ops/benchmarks/gsea with blitzgsea: peer-blitzgsea.py RANKS SETS PERMUTATIONS OUT MIN MAX"""
import sys

import blitzgsea
import pandas

if __name__ == "__main__":
    ranks, sets, permutations, out, least, most = sys.argv[1:]
    scores = pandas.read_csv(ranks, sep="\t", comment="#", header=None, dtype=str)
    scores[1] = pandas.to_numeric(scores[1], errors="coerce")
    library = {}
    for line in open(sets):
        fields = line.rstrip("\n").split("\t")
        library[fields[0]] = [gene for gene in fields[2:] if gene]
    # Uncentred, so that the enrichment score is GSEA's; it fails with a single process.
    result = blitzgsea.gsea(
        scores.dropna(), library, permutations=int(permutations), min_size=int(least), max_size=int(most), processes=2,
        center=False, seed=1, verbose=False)
    result.reset_index().to_csv(out, sep="\t", index=False)
