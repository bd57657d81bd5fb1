#!/usr/bin/env python3
"""Makes goldens of the GSEA desktop's rules, by its generator and in its arithmetic, and of metrics of permuted phenotypes.

    python3 ops/goldens/make-desktop.py datasets/goldens/gsea

Needs numpy. Takes some seconds. Reads list.rnk and sets.gmt, and writes beside them what datasets/goldens/README.md
describes. The rules were written down from runs of the program (its numbers come out to their printed digits); the
code is independent of Modicum's.
"""
import os
import sys

import numpy as np

F = np.float32
SEED = 149
PERMUTATIONS = 200
GENES, SAMPLES, FIRST = 120, 14, 6


class JavaRandom:
    """java.util.Random as documented: a 48-bit linear congruential generator."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & 0xFFFFFFFFFFFF

    def below(self, bound):
        while True:
            self.state = (self.state * 0x5DEECE66D + 0xB) & 0xFFFFFFFFFFFF
            bits = self.state >> 17
            if bound & (bound - 1) == 0:
                return (bound * bits) >> 31
            value = bits % bound
            if bits - value + bound - 1 < 1 << 31:
                return value

    def distinct(self, count, bound):
        drawn, seen = [], set()
        while len(drawn) < count:
            value = self.below(bound)
            if value not in seen:
                seen.add(value)
                drawn.append(value)
        return drawn


def score(weights, ranks, total):
    """ES and its rank: float32 steps, a double running sum, the largest deviation kept as a float32."""
    genes, running, best, place, last = len(weights), 0.0, F(0), 0, -1
    miss = float(F(F(1) / (F(genes) - F(len(ranks)))))
    for rank in ranks:
        gap = rank - last - 1
        if gap > 0:
            running -= gap * miss
            if abs(float(best)) < abs(running):
                best, place = F(running), rank - 1
        running += float(F(weights[rank] / total))
        if abs(float(best)) < abs(running):
            best, place = F(running), rank
        last = rank
    return best, place


def statistics(observed, null):
    """NES, p, q and FWER p by the desktop's rules; null is sets by permutations."""
    means = [(F(row[row >= 0].astype(float).mean()), F(abs(row[row <= 0].astype(float).mean()))) for row in null]
    nes = np.array([es / (up if es >= 0 else down) for es, (up, down) in zip(observed, means)], dtype=F)
    normalized = np.array([np.where(row >= 0, row / up, row / down) for row, (up, down) in zip(null, means)], dtype=F)
    rows = []
    for position, (es, value) in enumerate(zip(observed, nes)):
        sign = 1 if es >= 0 else -1
        same = null[position][null[position] * sign >= 0]
        p = F((same * sign > es * sign).sum() / len(same))
        beyond = (normalized * sign >= value * sign).sum(axis=0)
        of_sign = (normalized * sign >= 0).sum(axis=0)
        total = F(0)
        for a, b in zip(beyond, of_sign):
            if b:
                total = F(total + F(a) / F(b))
        share = F((nes * sign >= value * sign).sum()) / F((nes * sign >= 0).sum())
        q = min(F(1), F(total / F((of_sign > 0).sum())) / share)
        extreme = (normalized * sign).max(axis=0)
        rows.append((es, value, p, q, F((extreme > value * sign).mean())))
    return rows


def write(path, header, rows):
    with open(path, "w") as file:
        print("\t".join(header), file=file)
        for row in rows:
            print("\t".join(field if isinstance(field, str) else repr(float(field)) for field in row), file=file)


def preranked(folder):
    genes, scores = [], []
    for line in open(os.path.join(folder, "list.rnk")):
        gene, value = line.rstrip("\n").split("\t")
        genes.append(gene)
        scores.append(float(F(value)))
    order = sorted(range(len(genes)), key=lambda i: -scores[i])
    weights = np.abs(np.array([scores[i] for i in order], dtype=F))
    rank = {genes[i]: position for position, i in enumerate(order)}
    sets = []
    for line in open(os.path.join(folder, "sets.gmt")):
        # Runs of tabs count as one, so that the first gene is lost to an empty description.
        fields = [field for field in line.rstrip("\n").split("\t") if field]
        members = [rank[gene] for gene in fields[2:] if gene in rank]
        if 15 <= len(members) <= 500:
            sets.append((fields[0].upper(), members))
    generator, observed, null = JavaRandom(SEED), [], []
    for _, members in sets:
        total = F(0)
        for member in members:
            total = F(total + weights[member])
        observed.append(score(weights, sorted(members), total)[0])
        draws = []
        for _ in range(PERMUTATIONS):
            drawn = sorted(generator.distinct(len(members), len(weights)))
            draws.append(score(weights, drawn, F(weights[drawn].astype(float).sum()))[0])
        null.append(draws)
    rows = statistics(np.array(observed), np.array(null))
    write(
        os.path.join(folder, "desktop.tsv"), ("set", "ES", "NES", "p", "q", "FWER"),
        [(name,) + row for (name, _), row in zip(sets, rows)])


def metrics(x, first, profile):
    """Every metric of a matrix, by its definition; classes are the first columns and the others."""
    a, b = x[:, :first], x[:, first:]
    mean_a, mean_b = a.mean(1), b.mean(1)
    spread_a = np.maximum(a.std(1, ddof=1), np.where(abs(mean_a) <= 1e-9, 0.2, 0.2 * abs(mean_a)))
    spread_b = np.maximum(b.std(1, ddof=1), np.where(abs(mean_b) <= 1e-9, 0.2, 0.2 * abs(mean_b)))
    ranked = x.argsort(1).argsort(1).astype(float)
    ranked_profile = profile.argsort().argsort().astype(float)
    correlate = lambda rows, y: np.array([np.corrcoef(row, y)[0, 1] for row in rows])
    return {
        "signal-to-noise": (mean_a - mean_b) / (spread_a + spread_b),
        "t-test": (mean_a - mean_b) / np.sqrt(spread_a**2 / a.shape[1] + spread_b**2 / b.shape[1]),
        "ratio": mean_a / mean_b, "difference": mean_a - mean_b, "log2-ratio": np.log2(mean_a / mean_b),
        "median-difference": np.median(a, 1) - np.median(b, 1),
        "pearson": correlate(x, profile), "spearman": correlate(ranked, ranked_profile),
        "cosine": 1 - (x @ profile) / np.sqrt((x**2).sum(1) * (profile**2).sum()),
        "euclidean": np.sqrt(((x - profile) ** 2).sum(1)), "manhattan": abs(x - profile).sum(1)}


def phenotypes(folder):
    random = np.random.default_rng(7)
    x = np.round(np.exp(random.normal(5, 0.7, (GENES, SAMPLES))), 2)
    x[:20, :FIRST] = np.round(x[:20, :FIRST] * 2, 2)
    profile = np.round(random.normal(50, 20, SAMPLES), 3)
    names = ["G%03d" % gene for gene in range(GENES)]
    # Two probes for every fifth gene.
    probes, chip = list(names), [("%s_at" % name, name) for name in names]
    rows = [("%s_at" % name, x[gene]) for gene, name in enumerate(names)]
    for gene in range(0, GENES, 5):
        probe = "%s_x_at" % names[gene]
        chip.append((probe, names[gene]))
        rows.append((probe, np.round(x[gene] * random.uniform(0.2, 1.8, SAMPLES), 2)))
    samples = "\t".join("S%d" % sample for sample in range(SAMPLES))
    for name, content in (("expression", [(n, x[g]) for g, n in enumerate(names)]), ("probes", rows)):
        with open(os.path.join(folder, name + ".gct"), "w") as file:
            print("#1.2\n%d\t%d\nNAME\tDescription\t%s" % (len(content), SAMPLES, samples), file=file)
            for row, values in content:
                print(row + "\tna\t" + "\t".join(repr(float(value)) for value in values), file=file)
    with open(os.path.join(folder, "probes.chip"), "w") as file:
        print("Probe Set ID\tGene Symbol\tGene Title", file=file)
        for probe, gene in chip:
            print("%s\t%s\tna" % (probe, gene), file=file)
    with open(os.path.join(folder, "classes.cls"), "w") as file:
        print("%d 2 1\n# TUMOUR NORMAL\n%s" % (
            SAMPLES, " ".join(["TUMOUR"] * FIRST + ["NORMAL"] * (SAMPLES - FIRST))), file=file)
    with open(os.path.join(folder, "profile.cls"), "w") as file:
        print("#numeric\n#dose\n" + " ".join(repr(float(value)) for value in profile), file=file)
    values = metrics(x, FIRST, profile)
    write(
        os.path.join(folder, "metrics.tsv"), ("gene",) + tuple(values),
        [(name,) + tuple(values[metric][gene] for metric in values) for gene, name in enumerate(names)])
    grouped = {}
    for (probe, row), (_, gene) in zip(rows, chip):
        grouped.setdefault(gene, []).append(row)
    modes = {
        "max": lambda y: y.max(0), "median": lambda y: np.median(y, 0), "mean": lambda y: y.mean(0),
        "sum": lambda y: y.sum(0), "abs-max": lambda y: y[abs(y).argmax(0), np.arange(SAMPLES)]}
    collapsed = {
        mode: metrics(np.array([join(np.array(y)) for y in grouped.values()]), FIRST, profile)["difference"]
        for mode, join in modes.items()}
    write(
        os.path.join(folder, "collapse.tsv"), ("gene",) + tuple(modes),
        [(gene,) + tuple(collapsed[mode][row] for mode in modes) for row, gene in enumerate(grouped)])
    sets = [["SET_%d" % size] + ["na"] + [names[i] for i in random.permutation(60 if size < 20 else GENES)[:size]]
            for size in (5, 8, 12, 15, 20, 30)]
    sets.append(["SET_TOP", "na"] + names[:18])
    with open(os.path.join(folder, "expression.gmt"), "w") as file:
        for row in sets:
            print("\t".join(row), file=file)
    # The desktop's run: signal-to-noise, labels shuffled by its generator.
    single = x.astype(F).astype(float)
    generator = JavaRandom(SEED)
    sources = [list(range(SAMPLES))] + [generator.distinct(SAMPLES, SAMPLES) for _ in range(PERMUTATIONS)]
    null = []
    for source in sources:
        is_first = np.array([sample < FIRST for sample in source])
        arranged = np.concatenate([single[:, is_first], single[:, ~is_first]], axis=1)
        values = metrics(arranged, FIRST, profile)["signal-to-noise"]
        order = np.argsort(-values, kind="stable")
        rank = {names[gene]: position for position, gene in enumerate(order)}
        weights = np.abs(values[order].astype(F))
        column = []
        for row in sets:
            members, total = [rank[gene] for gene in row[2:]], F(0)
            for member in members:
                total = F(total + weights[member])
            column.append(score(weights, sorted(members), total)[0])
        null.append(column)
    null = np.array(null).T
    write(
        os.path.join(folder, "desktop_phenotype.tsv"), ("set", "ES", "NES", "p", "q", "FWER"),
        [(row[0],) + result for row, result in zip(sets, statistics(null[:, 0], null[:, 1:]))])


if __name__ == "__main__":
    preranked(sys.argv[1])
    phenotypes(sys.argv[1])
