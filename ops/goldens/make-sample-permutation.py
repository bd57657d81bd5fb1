#!/usr/bin/env python3
"""Goldens of sample permutation: a problem of which every shuffle is known, solved in 40 digits.

    make-sample-permutation.py datasets/goldens/sample-permutation

Python's standard library and mpmath (1.3 or later); same bytes every time. 60 genes, six samples in two batches
(3!·3! = 36 shuffles within batches), twelve sets. The columns are those of the reference folder's `tiny`, so that one test
reads both; written from the formulas in `docs/statistics.md`, without any code of the program.
"""
import math
import os
import random
import sys

from mpmath import mp, mpf, cholesky_solve, exp, log, matrix, sqrt

mp.dps = 40
RIDGE = mpf("1e-6") / log(mpf(2)) ** 2
TIE = mpf("1e-12")
GENES, BATCHES = 60, ["A", "B", "A", "B", "B", "A"]
SAMPLES = len(BATCHES)
Z = [[mpf(1), mpf(batch == "B")] for batch in BATCHES]


def permutations_in_order(items):
    if not items:
        yield []
    for place, item in enumerate(items):
        for rest in permutations_in_order(items[:place] + items[place + 1 :]):
            yield [item] + rest


def all_shuffles():
    """Batch A varies slowest; inside a batch in lexicographic order. Number 0 leaves all in place."""
    places = [[i for i, batch in enumerate(BATCHES) if batch == name] for name in "AB"]
    for a in permutations_in_order(places[0]):
        for b in permutations_in_order(places[1]):
            source = list(range(SAMPLES))
            for target, origin in zip(places[0] + places[1], a + b):
                source[target] = origin
            yield source


class Gene:
    """The reduced model of one gene, and its score statistics."""

    def __init__(self, counts, sizes, dispersion):
        beta = matrix([log(mpf(sum(counts)) / sum(sizes)), mpf(0)])
        for _ in range(60):
            means = [s * exp(z[0] * beta[0] + z[1] * beta[1]) for s, z in zip(sizes, Z)]
            self.r = [(y - m) / (1 + dispersion * m) for y, m in zip(counts, means)]
            self.w = [m / (1 + dispersion * m) for m in means]
            observed = [m * (1 + dispersion * y) / (1 + dispersion * m) ** 2 for y, m in zip(counts, means)]
            gradient = matrix([sum(r * z[j] for r, z in zip(self.r, Z)) - RIDGE * beta[j] for j in (0, 1)])
            step = cholesky_solve(self.gram(observed), gradient)
            largest = max(abs(step[0]), abs(step[1]))
            if largest < mpf("1e-35"):
                break
            # Far from the maximum a whole step may lead beyond it.
            beta += step * min(mpf(1), 1 / largest)
        else:
            raise SystemExit("a fit did not converge")

    def gram(self, w):
        return matrix(
            [[sum(v * z[i] * z[j] for v, z in zip(w, Z)) + (RIDGE if i == j else 0) for j in (0, 1)] for i in (0, 1)]
        )

    def residual(self, x):
        right = matrix([sum(w * z[j] * v for w, z, v in zip(self.w, Z, x)) for j in (0, 1)])
        c = cholesky_solve(self.gram(self.w), right)
        return [v - z[0] * c[0] - z[1] * c[1] for v, z in zip(x, Z)], c, right

    def score(self, x):
        left, c, right = self.residual(x)
        u = sum(r * v for r, v in zip(self.r, left))
        variance = sum(w * v * v for w, v in zip(self.w, x)) - right[0] * c[0] - right[1] * c[1]
        return u, variance, sum(r * r * v * v for r, v in zip(self.r, left))

    def flip(self, x, signs):
        left, _, _ = self.residual(x)
        s = sum(f * r * v for f, r, v in zip(signs, self.r, left))
        flipped = matrix([sum(w * z[j] * f * v for w, z, f, v in zip(self.w, Z, signs, left)) for j in (0, 1)])
        projected = cholesky_solve(self.gram(self.w), flipped)
        outside = flipped[0] * projected[0] + flipped[1] * projected[1]
        return s, sum(w * v * v for w, v in zip(self.w, left)) - outside


def enrichment(order, z, members):
    total, missing = sum(abs(z[g]) for g in members), len(z) - len(members)
    run = best = mpf(0)
    for gene in order:
        run += abs(z[gene]) / total if gene in members else -mpf(1) / missing
        if abs(run) > abs(best) + TIE:
            best = run
    return best


def summary(null):
    """The columns of one set statistic; `null[shuffle][set]`, the observed state first."""
    sets = range(len(null[0]))
    count = len(null)
    positive = [[row[s] for row in null if row[s] >= 0] for s in sets]
    negative = [[row[s] for row in null if row[s] <= 0] for s in sets]
    mean = lambda values: sum(values) / len(values) if values else mpf("nan")
    means = [(mean(positive[s]), mean(negative[s])) for s in sets]
    nes = [[v / (means[s][0] if v >= 0 else -means[s][1]) for s, v in enumerate(row)] for row in null]
    for s in sets:
        sign = 1 if null[0][s] >= 0 else -1
        same = [sign * v for v in (positive if sign > 0 else negative)[s]]
        at, own = sign * null[0][s], sign * nes[0][s]
        shares = []
        for row in nes:
            side = [sign * v for v in row if sign * v >= 0]
            if side:
                shares.append(mpf(sum(v >= own - TIE for v in side)) / len(side))
        observed = [sign * v for v in nes[0] if sign * v >= 0]
        share = mpf(sum(v >= own - TIE for v in observed)) / len(observed)
        extremes = [max(sign * v for v in row) for row in nes]
        ge = sum(v >= at - TIE for v in same)
        reached = sum(v >= own - TIE for v in extremes)
        yield {
            "score": null[0][s], "mean_pos": means[s][0], "mean_neg": means[s][1], "NES": nes[0][s],
            "n_same": len(same), "n_ge": ge, "n_gt": sum(v > at + TIE for v in same), "p": mpf(ge) / len(same),
            "fdr_q": min(mpf(1), mean(shares) / share), "n_perm_fdr": len(shares), "n_fwer_ge": reached,
            "n_fwer_gt": sum(v > own + TIE for v in extremes), "fwer": mpf(reached) / count,
        }


def predictive_tail(values, count, observed):
    """The Pareto tail above the 250 largest of `count` values, averaged over shape and scale; `values` has 251, descending."""
    threshold = (values[249] + values[250]) / 2
    above = [v - threshold for v in values[:250]]
    beyond = observed - threshold
    center = math.log(math.fsum(above) / len(above))
    grid = []
    for i in range(161):
        shape = -0.6 + i / 100 if i != 60 else 1e-9
        for j in range(81):
            log_scale = center - 1 + j / 40
            rate = shape / math.exp(log_scale)
            if 1 + rate * above[0] <= 0:
                continue
            logs = math.fsum(math.log1p(rate * v) for v in above)
            grid.append((
                -len(above) * log_scale - (1 + 1 / shape) * logs - (shape / 0.1) ** 2 / 2,
                math.exp(-math.log1p(rate * beyond) / shape) if 1 + rate * beyond > 0 else 0.0))
    top = max(weight for weight, _ in grid)
    weights = [math.exp(weight - top) for weight, _ in grid]
    tail = math.fsum(w * t for w, (_, t) in zip(weights, grid)) / math.fsum(weights)
    return min(len(above) / count * tail, 1 / (count + 1))


def text(value):
    return str(value) if isinstance(value, (int, str)) else mp.nstr(value, 17, min_fixed=-5, max_fixed=17)


def write(path, header, rows):
    with open(path, "w") as file:
        for row in [header] + rows:
            file.write("\t".join(text(v) for v in row) + "\n")


def main(folder):
    out = os.path.join(folder, "tiny")
    os.makedirs(out, exist_ok=True)
    random.seed(20261130)
    names = [f"S{i + 1}" for i in range(SAMPLES)]
    sizes = [f"{random.uniform(0.7, 1.4):.4f}" for _ in names]
    exposure = [f"{random.gauss(0, 1):.4f}" for _ in names]
    module = [g % 4 for g in range(GENES)]
    factor = [[random.gauss(0, 0.5) for _ in names] for _ in range(4)]
    dispersions, counts = [], []
    for g in range(GENES):
        dispersions.append(f"{random.uniform(0.02, 0.4):.4f}")
        level = 10 ** random.uniform(0.5, 2.5)
        effect = 0.5 if module[g] == 0 else 0
        row = []
        for i in range(SAMPLES):
            mean = level * float(sizes[i]) * 2.718 ** (factor[module[g]][i] + effect * float(exposure[i]))
            shape = 1 / float(dispersions[g])
            row.append(round(random.gammavariate(shape, mean / shape)))
        counts.append(row if sum(row) > 0 else [1] * SAMPLES)
    sizes_of_sets = [5, 5, 6, 8, 10, 12, 15, 20, 7, 9, 25, 11]
    sets = []
    for s, size in enumerate(sizes_of_sets):
        pool = [g for g in range(GENES) if module[g] == s % 4]
        chosen = set(random.sample(pool, min(len(pool), size // 2)))
        others = [g for g in range(GENES) if g not in chosen]
        sets.append(chosen | set(random.sample(others, size - len(chosen))))
    ids = [f"G{g + 1:02d}" for g in range(GENES)]
    write(f"{out}/samples.tsv", ["sample", "batch", "exposure", "sizeFactor"],
          [list(row) for row in zip(names, BATCHES, exposure, sizes)])
    write(f"{out}/counts.tsv", ["gene_id"] + names, [[ids[g]] + counts[g] for g in range(GENES)])
    with open(f"{out}/sets.gmt", "w") as file:
        for s, members in enumerate(sets):
            file.write("\t".join([f"SET_{s + 1:02d}", "made up"] + [ids[g] for g in sorted(members)]) + "\n")

    models = [Gene(counts[g], [mpf(s) for s in sizes], mpf(dispersions[g])) for g in range(GENES)]
    x = [mpf(v) for v in exposure]
    shuffles = list(all_shuffles())
    z = [[(lambda u, v, _: u / sqrt(v))(*model.score([x[i] for i in source])) for model in models] for source in shuffles]
    signs = [1, -1, -1, 1, -1, 1]
    rows = []
    for g, model in enumerate(models):
        u, v, robust = model.score(x)
        ones, flipped = model.flip(x, [1] * SAMPLES), model.flip(x, signs)
        reached = sum(abs(row[g]) >= abs(z[0][g]) - TIE for row in z)
        rows.append([ids[g], dispersions[g], u, v, u / sqrt(v), robust, u / sqrt(robust), ones[1],
                     ones[0] / sqrt(ones[1]), flipped[0] / sqrt(flipped[1]), reached, len(z)])
    write(f"{out}/genes.tsv", ["gene_id", "dispersion", "U", "V", "z", "V_robust", "z_robust", "V_flip_ones",
                               "z_flip_ones", "z_flip", "n_ge", "n_total"], rows)
    write(f"{out}/flips.tsv", ["sample", "f"], [list(row) for row in zip(names, signs)])
    write(f"{out}/shuffles.tsv", ["shuffle"] + names,
          [[k] + [names[i] for i in source] for k, source in enumerate(shuffles)])
    write(f"{out}/null_z.tsv", ["shuffle"] + ids, [[k] + row for k, row in enumerate(z)])
    null = {"ks": [], "mean": [], "maxmean": []}
    for row in z:
        order = sorted(range(GENES), key=lambda g: (-row[g], g))
        null["ks"].append([enrichment(order, row, members) for members in sets])
        null["mean"].append([sum(row[g] for g in members) / len(members) for members in sets])
        up = [sum(max(row[g], mpf(0)) for g in members) / len(members) for members in sets]
        down = [sum(max(-row[g], mpf(0)) for g in members) / len(members) for members in sets]
        null["maxmean"].append([u if u >= d else -d for u, d in zip(up, down)])
    exponential = [-math.log((i + 0.5) / 10_000) for i in range(251)]
    write(f"{folder}/tail.tsv", ["observed", "p_predictive"],
          [[repr(v), repr(predictive_tail(exponential, 10_000, v))] for v in (10.0, 12.0, 14.0, 20.0)])
    header, rows = None, []
    for name, values in null.items():
        write(f"{out}/null_{name}.tsv", ["shuffle"] + [f"SET_{s + 1:02d}" for s in range(len(sets))],
              [[k] + row for k, row in enumerate(values)])
        for s, columns in enumerate(summary(values)):
            header = ["statistic", "set", "size"] + list(columns)
            rows.append([name, f"SET_{s + 1:02d}", len(sets[s])] + list(columns.values()))
    write(f"{out}/sets_expected.tsv", header, rows)


if __name__ == "__main__":
    main(sys.argv[1])
