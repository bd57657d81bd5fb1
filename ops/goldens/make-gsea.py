#!/usr/bin/env python3
"""Makes the gene-set goldens: a small ranked list, sets, exact scores and a brute-force null.

    python3 ops/goldens/make-gsea.py datasets/goldens/gsea

Needs numpy. Takes about a minute. datasets/goldens/README.md describes the columns.

Scores follow the definition of Subramanian et al. (2005): the running sum goes up by |r|^p / sum |r|^p at a member and
down by 1/(N - k) at any other gene; the score is its largest deviation from zero, the first one where two are equal.
With weight 0 the sum is kept in integers, hits (N - k) - misses k, because such scores tie all the time.
"""
import json
import os
import platform
import sys

import numpy as np

GENES = 2_000
SIZES = [5, 10, 15, 20, 25, 30, 40, 60, 80, 120, 200, 400]
WEIGHTS = [0.0, 1.0, 1.5, 2.0]
DRAWS = 100_000
BLOCKS = 20
SEED = 20_200_301


def deviations(hits, steps, total, genes):
    """The deviations at every member and just before it, in the order in which the running sum meets them.

    hits: positions of the members, ascending, one draw per row; steps: their upward steps; total: the sum of the steps.
    Returns the deviations, each multiplied with a positive number that is the same in all of a row, and that number.
    """
    size = hits.shape[1]
    misses = hits - np.arange(size)
    after = np.cumsum(steps, axis=1)
    before = after - steps
    if total is None:  # weight 0, in integers
        up, down = after * (genes - size) - misses * size, before * (genes - size) - misses * size
        scale = np.full(len(hits), size * (genes - size), dtype=np.int64)
    else:
        share = total[:, None]
        up, down = after / share - misses / (genes - size), before / share - misses / (genes - size)
        scale = np.ones(len(hits))
    met = np.empty((len(hits), 2 * size), dtype=up.dtype)
    met[:, 0::2], met[:, 1::2] = down, up
    return met, scale


def enrichment(hits, magnitudes, weight):
    """Score of every row of hits, numerator and denominator, and the place of the extreme among the deviations."""
    genes = len(magnitudes)
    if weight == 0:
        met, scale = deviations(hits, np.ones(hits.shape, dtype=np.int64), None, genes)
    else:
        steps = (magnitudes**weight)[hits]
        met, scale = deviations(hits, steps, steps.sum(axis=1), genes)
    place = np.abs(met).argmax(axis=1)  # the first of equals
    return met[np.arange(len(hits)), place], scale, place


def rank_at_extreme(hits, place):
    """A positive extreme is at a member, a negative one at the gene before the next member."""
    member, is_after = divmod(int(place), 2)
    return int(hits[member]) if is_after else int(hits[member]) - 1


def leading_edge(hits, score, rank, genes):
    """Members up to the extreme, or from it on, with the three summary shares."""
    size = len(hits)
    members = [int(h) for h in hits if (h <= rank if score >= 0 else h >= rank)]
    share = (rank if score >= 0 else genes - rank) / genes
    tags = len(members) / size
    return members, tags, share, tags / (1 - share) * (genes - size) / genes


def mean_inverse_count(shares, counts):
    """For one more set of each size: E[1 / (1 + B)], B the number of the *other* sets with a score of this sign.

    B is a sum of independent coins, whose distribution is a plain convolution. Also returns P(no set has this sign).
    """
    answers = []
    for left_out in range(len(shares)):
        distribution = np.ones(1)
        for size, (share, count) in enumerate(zip(shares, counts)):
            for _ in range(count - (size == left_out)):
                distribution = np.convolve(distribution, [1 - share, share])
        answers.append(float((distribution / np.arange(1, len(distribution) + 1)).sum()))
    none = float(np.prod((1 - np.asarray(shares)) ** np.asarray(counts)))
    return np.asarray(answers), none


def normalized(null, sizes, observed):
    """NES, FDR and FWER of every observed score, given the null scores of every size.

    The FDR is the expectation, over independent draws for every set, of the desktop program's average ratio; the share of
    observed scores is its denominator. FWER is the product over the sets of the chance that none lies beyond.
    """
    counts = [int((sizes == size).sum()) for size in SIZES]
    nes, fdr, fwer = (np.full(len(observed), np.nan) for _ in range(3))
    for sign in (1, -1):
        sides = [np.sort(sign * null[size][sign * null[size] >= 0]) for size in SIZES]
        means = np.array([side.mean() for side in sides])
        draws = np.array([len(null[size]) for size in SIZES])
        shares = [len(side) / total for side, total in zip(sides, draws)]
        inverse, none = mean_inverse_count(shares, counts)
        mine = np.flatnonzero(sign * observed > 0)
        which = np.array([SIZES.index(sizes[i]) for i in mine])
        magnitude = sign * observed[mine] / means[which]
        nes[mine] = sign * magnitude
        for i, x in zip(mine, magnitude):
            at_least = np.array([len(s) - np.searchsorted(s, x * m * (1 - 1e-12)) for s, m in zip(sides, means)]) / draws
            beyond = np.array(
                [len(s) - np.searchsorted(s, x * m * (1 + 1e-12), side="right") for s, m in zip(sides, means)]) / draws
            rank = (magnitude >= x * (1 - 1e-12)).sum() / len(magnitude)
            fdr[i] = min(1.0, float((np.asarray(counts) * at_least * inverse).sum()) / (1 - none) / rank)
            fwer[i] = 1 - float(np.prod((1 - beyond) ** np.asarray(counts)))
    return nes, fdr, fwer


def number(value):
    return repr(float(value)) if not np.isnan(value) else "NA"


def write(path, rows):
    with open(path, "w", newline="\n") as file:
        for row in rows:
            file.write("\t".join(str(field) for field in row) + "\n")


def main(folder):
    os.makedirs(folder, exist_ok=True)
    random = np.random.Generator(np.random.PCG64(SEED))
    scores = np.sort(random.standard_t(4, GENES))[::-1].round(6)
    assert len(np.unique(scores)) == GENES
    names = [f"SIM{i + 1:04d}" for i in range(GENES)]
    shuffled = random.permutation(GENES)
    symbols = [names[shuffled[i]] for i in range(GENES)]  # of the gene at each rank
    order = random.permutation(GENES)
    write(os.path.join(folder, "list.rnk"), [(symbols[i], repr(float(scores[i]))) for i in order])

    # Five sets a size: one leans to the top, one to the bottom, three to neither; up to three strangers in each.
    sets = []
    for size in SIZES:
        for kind in ("up", "down", "null1", "null2", "null3"):
            lean = {"up": 1.0, "down": -1.0}.get(kind, 0.0) * 6 / np.sqrt(size + 20)
            keys = lean * np.linspace(1, -1, GENES) + random.gumbel(size=GENES)
            hits = np.sort(np.argsort(-keys)[:size])
            strangers = [f"STRANGER{random.integers(1000):03d}" for _ in range(random.integers(4))]
            sets.append((f"{kind.upper()} OF {size}%SIMULATED%{size}.{kind}", hits, sorted(set(strangers))))
    write(
        os.path.join(folder, "sets.gmt"),
        [
            [name, "", *random.permutation([symbols[h] for h in hits] + strangers)]
            for name, hits, strangers in sets
        ])

    magnitudes = np.abs(scores)
    sizes = np.array([len(hits) for _, hits, _ in sets])
    observed = {}
    header = ["set", "n_file", "k"]
    rows = [[name, len(hits) + len(strangers), len(hits)] for name, hits, strangers in sets]
    for weight in WEIGHTS:
        label = f"{weight:g}"
        header += [f"{column}_p{label}" for column in ("es", "rank", "tags", "list", "signal", "leading_edge")]
        observed[weight] = []
        for (_, hits, _), row in zip(sets, rows):
            value, scale, place = (a[0] for a in enrichment(hits[None, :], magnitudes, weight))
            score, rank = float(value) / float(scale), rank_at_extreme(hits, place)
            members, tags, share, signal = leading_edge(hits, score, rank, GENES)
            observed[weight].append(score)
            row += [number(score), rank, number(tags), number(share), number(signal), " ".join(symbols[h] for h in members)]
    write(os.path.join(folder, "es.tsv"), [header] + rows)

    # A draw is a random order of all genes, whose first k serve size k. Sizes then share draws, which no single number
    # below depends on.
    null = {weight: {size: np.empty(DRAWS) for size in SIZES} for weight in WEIGHTS}
    step = 5_000
    for start in range(0, DRAWS, step):
        orders = random.permuted(np.tile(np.arange(GENES, dtype=np.int64), (step, 1)), axis=1)
        for size in SIZES:
            hits = np.sort(orders[:, :size], axis=1)
            for weight in WEIGHTS:
                value, scale, _ = enrichment(hits, magnitudes, weight)
                null[weight][size][start:start + step] = value / scale

    for weight in WEIGHTS:
        es = np.asarray(observed[weight])
        nes, fdr, fwer = normalized(null[weight], sizes, es)
        blocks = [
            normalized({s: null[weight][s][b::BLOCKS] for s in SIZES}, sizes, es)[1:] for b in range(BLOCKS)
        ]
        fdr_se, fwer_se = (np.std([b[i] for b in blocks], axis=0, ddof=1) / np.sqrt(BLOCKS) for i in range(2))
        rows = [[
            "set", "k", "ES", "NES", "NES_se", "p", "p_se", "n_beyond", "n_equal", "n_same_sign", "FDR_exact", "FDR_exact_se",
            "FWER_independent", "FWER_se",
        ]]
        for i, (name, _, _) in enumerate(sets):
            sign = 1 if es[i] > 0 else -1
            draws = sign * null[weight][int(sizes[i])]
            side = draws[draws >= 0]
            beyond, equal = int((side > sign * es[i]).sum()), int((side == sign * es[i]).sum())
            p = beyond / len(side)
            rows.append([
                name, sizes[i], number(es[i]), number(nes[i]),
                number(abs(nes[i]) * side.std(ddof=1) / side.mean() / np.sqrt(len(side))), number(p),
                number(np.sqrt(p * (1 - p) / len(side))), beyond, equal, len(side), number(fdr[i]), number(fdr_se[i]),
                number(fwer[i]), number(fwer_se[i]),
            ])
        write(os.path.join(folder, f"truth_p{weight:g}.tsv"), rows)

    with open(os.path.join(folder, "versions.json"), "w") as file:
        json.dump(
            {
                "python": platform.python_version(), "numpy": np.__version__, "platform": platform.machine(),
                "draws": DRAWS, "seed": SEED,
            }, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make-gsea.py FOLDER")
    main(sys.argv[1])
