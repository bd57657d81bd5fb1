"""Draws data sets, designs and options of differential expression, for ops/random-designs/compare."""
import os, re
import numpy as np


# From this seed on draws also shrink by apeglm, and some have very few samples or two hundred; the earlier seeds stay
# what they were.
FIRST_WITH_APEGLM = 1000


def draw_samples(random, kind=None):
    """Columns of a sample sheet, their factor levels, and a formula over them."""
    kind = kind or random.choice(
        ["two", "levels", "batch", "mixed", "interaction", "nointercept", "paired", "numeric", "one", "nested",
         "numeric-interaction", "minimal", "three-way", "cohort", "unbalanced", "interaction-only"],
        p=[.1, .1, .12, .12, .1, .06, .08, .08, .02, .03, .05, .04, .02, .04, .02, .02])
    columns, factors = {}, {}

    def factor(name, values, count):
        levels = [str(value) for value in values[:count]]
        factors[name] = levels

    names = random.choice([["control", "drug", "heat", "cold", "mix"], ["A", "B", "C", "D", "E"],
                           ["0", "5", "10", "20", "100"], ["b-1", "b 2", "b_3", "b+4", "5b"]], p=[.4, .3, .15, .15])

    def cells(*sizes):
        """All combinations of levels."""
        return [tuple(int(i) for i in index) for index in np.ndindex(*sizes)]

    def numeric(count):
        style = random.choice(["centred", "age", "tiny", "huge", "integer", "binary"])
        values = random.normal(size=count)
        if style == "age":
            values = 45 + 12 * values
        elif style == "tiny":
            values = 1e-4 * values
        elif style == "huge":
            values = 1e5 * (3 + values)
        elif style == "integer":
            values = np.round(3 * values)
        elif style == "binary":
            values = (values > 0) * 1.0
        return [repr(float(v)) for v in np.round(values, 8)]

    if kind in ("two", "minimal", "one", "unbalanced"):
        per = int(random.integers(2, 13))
        sizes = {"two": [per, per], "minimal": [2, 1]}.get(kind, [per, per + int(random.integers(1, 9))])
        if kind == "minimal" and random.random() < 0.5:
            sizes = [2, 2]
        factor("condition", names, 2)
        columns["condition"] = [factors["condition"][g] for g, n in enumerate(sizes) for _ in range(n)]
        formula = "~ 1" if kind == "one" else "~ condition"
    elif kind in ("levels", "nointercept"):
        groups, per = int(random.integers(3, 6)), int(random.integers(2, 10))
        factor("condition", names, groups)
        columns["condition"] = [factors["condition"][g] for g in range(groups) for _ in range(per)]
        formula = "~ condition" if kind == "levels" else random.choice(["~ 0 + condition", "~ condition - 1"])
        if kind == "nointercept" and random.random() < 0.5:
            columns["batch"] = [("x", "y")[i % 2] for i in range(groups * per)]
            factors["batch"] = ["x", "y"]
            formula = "~ 0 + condition + batch"
    elif kind in ("batch", "mixed", "interaction", "interaction-only", "three-way"):
        a, b = int(random.integers(2, 4)), int(random.integers(2, 5 if kind == "batch" else 4))
        per = int(random.integers(2, 8))
        factor("batch", ["p", "q", "r", "s"], b)
        factor("condition", names, a)
        index = [cell for cell in cells(b, a) for _ in range(per)]
        columns["batch"] = [factors["batch"][i[0]] for i in index]
        columns["condition"] = [factors["condition"][i[1]] for i in index]
        formula = {"batch": "~ batch + condition", "mixed": "~ batch + age + condition",
                   "interaction": "~ batch * condition", "interaction-only": "~ batch + batch:condition",
                   "three-way": "~ batch * condition * sex"}[kind]
        if kind == "mixed":
            columns["age"] = numeric(len(index))
            formula = random.choice([formula, "~ age + condition", "~ condition + batch + age"])
        if kind == "three-way":
            columns["sex"] = [("F", "M")[i % 2] for i in range(len(index))]
            factors["sex"] = ["F", "M"]
            if per < 2:
                formula = "~ batch + condition + sex"
    elif kind == "paired":
        pairs, groups = int(random.integers(3, 11)), int(random.integers(2, 4))
        factors["subject"] = ["s%02d" % i for i in range(pairs)]
        factor("condition", names, groups)
        columns["subject"] = [factors["subject"][p] for p in range(pairs) for _ in range(groups)]
        columns["condition"] = [factors["condition"][g] for _ in range(pairs) for g in range(groups)]
        formula = "~ subject + condition"
    elif kind == "numeric":
        count = int(random.integers(5, 40))
        columns["dose"] = numeric(count)
        formula = "~ dose"
        for name in ("age", "bmi")[:int(random.integers(0, 3))]:
            columns[name] = numeric(count)
            formula += " + " + name
    elif kind == "nested":
        per = int(random.integers(3, 5))
        factor("group", ["g1", "g2"], 2)
        factors["subject"] = ["%d" % i for i in range(1, per + 1)]
        factor("condition", names, 2)
        index = [cell for cell in cells(2, per, 2) for _ in range(int(random.integers(1, 3)))]
        for at, name in enumerate(("group", "subject", "condition")):
            columns[name] = [factors[name][i[at]] for i in index]
        formula = "~ group + group:subject + group:condition"
    elif kind == "numeric-interaction":
        per = int(random.integers(4, 12))
        factor("condition", names, 2)
        columns["condition"] = [factors["condition"][g] for g in range(2) for _ in range(per)]
        columns["dose"] = numeric(2 * per)
        formula = random.choice(["~ condition * dose", "~ condition + condition:dose", "~ dose + dose:condition"])
    else:
        count = 200 if kind == "large" else int(random.integers(24, 61))
        factor("batch", ["b1", "b2", "b3", "b4"], 4)
        factor("gender", ["F", "M"], 2)
        columns["batch"] = [factors["batch"][i % 4] for i in range(count)]
        columns["gender"] = [factors["gender"][int(i)] for i in random.integers(0, 2, count)]
        for name in ("age", "cells", "exposure"):
            columns[name] = numeric(count)
        formula = random.choice(["~ batch + age + gender + exposure", "~ batch + age + gender + cells + exposure"])
    for name in factors:
        if random.random() < 0.3:
            # Another reference level, in front of the others.
            levels = factors[name]
            at = int(random.integers(len(levels)))
            factors[name] = [levels[at]] + levels[:at] + levels[at + 1:]
    return kind, columns, factors, formula


def ordered(levels):
    """The order of levels without a reference: numerically when all are numbers, else by bytes."""
    try:
        return sorted(levels, key=float)
    except ValueError:
        return sorted(levels, key=lambda level: level.encode())


def draw_counts(random, samples, groups):
    genes = int(random.choice([150, 300, 600, 1500], p=[.4, .35, .2, .05]))
    depth = float(random.choice([0.02, 0.2, 1, 5, 100], p=[.1, .2, .5, .15, .05]))
    base = depth * np.exp(random.normal(4, float(random.choice([1, 2, 2.5])), size=genes))
    trend = float(random.choice([0.005, 0.05, 0.3]))
    spread = float(random.choice([0.2, 0.6, 1.2]))
    dispersion = (trend + float(random.choice([0.5, 3])) / (base + 1e-3)) * np.exp(random.normal(0, spread, genes))
    if random.random() < 0.06:
        dispersion = np.full(genes, 1e-10)   # Poisson: the parametric trend often fails
    elif random.random() < 0.06:
        dispersion = 0.05 * (1 + base) ** 0.3 * np.exp(random.normal(0, .5, genes))  # rises with the mean
    size = np.exp(random.normal(0, float(random.choice([0.1, 0.5, 1])), samples))
    effect = np.zeros((genes, samples))
    if groups is not None:
        levels = sorted(set(groups))
        for level in levels[1:]:
            on = random.random(genes) < 0.3
            change = np.where(on, random.normal(0, 1.5, genes), 0)
            effect += np.outer(change, [g == level for g in groups])
    mean = base[:, None] * size[None, :] * np.exp(effect)
    shape = 1 / dispersion[:, None]
    rate = mean * random.gamma(shape, 1 / shape, mean.shape) if dispersion.max() > 1e-9 else mean
    counts = random.poisson(np.minimum(rate, 5e8))
    if random.random() < 0.3:
        counts[random.random(genes) < 0.2] = 0
    if random.random() < 0.4 and groups is not None:
        # Genes that one level lacks.
        level = sorted(set(groups))[int(random.integers(len(set(groups))))]
        counts[np.ix_(random.random(genes) < 0.1, [g == level for g in groups])] = 0
    if random.random() < 0.5:
        for gene in np.flatnonzero(random.random(genes) < 0.05):
            outlier = (counts[gene].max() + 5) * 10 ** random.uniform(1, 3)
            counts[gene, int(random.integers(samples))] = int(min(2e9, outlier))
    if random.random() < 0.2:
        # Single counts in single samples.
        for gene in np.flatnonzero(random.random(genes) < 0.1):
            counts[gene] = 0
            counts[gene, int(random.integers(samples))] = int(random.integers(1, 5))
    for sample in np.flatnonzero(counts.sum(0) == 0):
        counts[0, sample] = 1
    return np.minimum(counts, 2**31 - 1).astype(np.int64)


def write_table(path, corner, columns, rows):
    with open(path, "w") as file:
        file.write("\t".join([corner] + list(columns)) + "\n")
        for name, row in rows:
            file.write("\t".join([name] + [str(value) for value in row]) + "\n")


def draw_case(seed, folder):
    random = np.random.default_rng(seed)
    later = seed >= FIRST_WITH_APEGLM
    wanted = str(random.choice(["", "minimal", "large"], p=[.84, .1, .06])) if later else ""
    kind, columns, factors, formula = draw_samples(random, wanted)
    count = len(next(iter(columns.values())))
    groups = columns.get("condition")
    counts = draw_counts(random, count, groups)
    weighted = random.random() < 0.07
    if weighted:
        # DESeq2's contrasts take the weights of other rows where genes have no counts.
        counts[counts.sum(1) == 0, 0] = 1
    genes = ["g%04d" % i for i in range(len(counts))]
    samples = ["s%d" % (i + 1) for i in range(count)]
    used = [name for name in columns if name in formula]
    case = {"kind": kind, "formula": formula, "factors": factors, "deseq": {}, "results": [], "resultArguments": {}}
    arguments = ["--design", formula]
    for name, levels in factors.items():
        if name in formula:
            arguments += ["--factor", name, "--reference", "%s=%s" % (name, levels[0])]
            rest = ordered(levels[1:])
            factors[name] = [levels[0]] + rest
    deseq, asked = case["deseq"], case["resultArguments"]

    def chance(share):
        return random.random() < share

    if chance(0.25):
        deseq["fitType"] = str(random.choice(["local", "mean"]))
        arguments += ["--dispersion-trend", deseq["fitType"]]
    normalized = random.random()
    if normalized < 0.12:
        deseq["sfType"] = "poscounts"
        arguments += ["--size-factors", "poscounts"]
    elif normalized < 0.16:
        deseq["sfType"] = "iterate"
        arguments += ["--size-factors", "iterate"]
    elif normalized < 0.22:
        matrix = np.round(np.exp(random.normal(0, 0.4, counts.shape)), 4)
        write_table(os.path.join(folder, "factors.tsv"), "gene_id", samples, zip(genes, matrix))
        case["normalizationFactors"] = True
        arguments += ["--normalization-factors", os.path.join(folder, "factors.tsv")]
    elif normalized < 0.28:
        expressed = [gene for gene, row in zip(genes, counts) if row.min() > 0]
        if len(expressed) >= 10:
            case["controls"] = expressed[::5] if len(expressed) > 50 else expressed
            with open(os.path.join(folder, "controls.txt"), "w") as file:
                file.writelines(gene + "\n" for gene in case["controls"])
            arguments += ["--control-genes", os.path.join(folder, "controls.txt")]
    elif normalized < 0.34:
        case["sizeFactors"] = [float(v) for v in np.round(np.exp(random.normal(0, 0.5, count)), 5)]
        write_table(os.path.join(folder, "given.tsv"), "sample", ["sizeFactor"],
                    zip(samples, [[repr(v)] for v in case["sizeFactors"]]))
        arguments += ["--size-factors", os.path.join(folder, "given.tsv")]
    elif (counts.min(1) > 0).sum() < 3:
        deseq["sfType"] = "poscounts"
        arguments += ["--size-factors", "poscounts"]
    if weighted:
        matrix = np.where(random.random(counts.shape) < 0.1, random.uniform(0.02, 0.9, counts.shape), 1).round(3)
        write_table(os.path.join(folder, "weights.tsv"), "gene_id", samples, zip(genes, matrix))
        case["weights"] = True
        arguments += ["--weights", os.path.join(folder, "weights.tsv")]
    if chance(0.25):
        least = random.choice(["Inf", "3", "5", "10"])
        deseq["minReplicatesForReplace"] = "Inf" if least == "Inf" else int(least)
        arguments += ["--replace-outliers", "off" if least == "Inf" else str(least)]
    lrt = formula != "~ 1" and chance(0.2)
    prior = False
    if lrt:
        terms = [term.strip() for term in formula[1:].split("+")]
        simple = ":" not in formula and "*" not in formula and " 0 " not in formula and "- 1" not in formula
        reduced = "~ 1"
        if simple and len(terms) > 1 and chance(0.7):
            kept = terms[:int(random.integers(1, len(terms)))]
            reduced = "~ " + " + ".join(kept)
        elif "*" in formula:
            reduced = formula.replace("*", "+")
        if " 0 " in formula and len(terms) > 2:
            reduced = "~ 0 + condition"
        deseq["test"] = "LRT"
        deseq["reduced"] = reduced
        arguments += ["--test", "lrt", "--reduced", reduced]
    elif chance(0.12):
        deseq["useT"] = True
        arguments += ["--use-t"]
    elif chance(0.1) and ":" not in formula and "*" not in formula and " 0 " not in formula and "- 1" not in formula:
        deseq["betaPrior"] = prior = True
        arguments += ["--beta-prior"]
    threshold = False
    if not lrt and chance(0.2):
        threshold = True
        asked["lfcThreshold"] = float(random.choice([0.1, 0.5, 1]))
        asked["altHypothesis"] = str(random.choice(["greaterAbs", "greater", "less"] + ([] if prior else ["lessAbs"])))
        arguments += ["--lfc-threshold", str(asked["lfcThreshold"]), "--alternative", asked["altHypothesis"]]
    if chance(0.3):
        asked["alpha"] = float(random.choice([0.05, 0.01, 0.2]))
        arguments += ["--alpha", str(asked["alpha"])]
    if chance(0.15):
        asked["independentFiltering"] = False
        arguments += ["--independent-filtering", "off"]
    if chance(0.2):
        cutoff = random.choice(["off", "1", "10"])
        asked["cooksCutoff"] = False if cutoff == "off" else float(cutoff)
        arguments += ["--cooks-cutoff", str(cutoff)]
    if not lrt and not threshold and chance(0.3):
        case["fdrtool"] = True
        arguments += ["--empirical-null", "fdrtool"]
    if not prior and ":" not in formula and "*" not in formula and not lrt and not threshold and chance(0.2):
        case["shrink"] = "normal"
        arguments += ["--shrink", "normal"]
    if chance(0.2):
        case["transform"] = {"kind": "vst" if chance(0.7) or count > 20 else "rlog", "blind": bool(chance(0.5))}
        arguments += ["--transform", case["transform"]["kind"], "--transform-blind",
                      "on" if case["transform"]["blind"] else "off"]
        if case["transform"]["kind"] == "vst":
            case["transform"]["genes"] = "all" if chance(0.5) else int(random.choice([100, 1000]))
            arguments += ["--transform-genes", str(case["transform"]["genes"])]
    # What is tested; indices of coefficients are from 1 and cut off to those there are, by R.
    case["drawn"] = [float(v) for v in random.random(12)]
    factor = next((name for name in ("condition", "batch") if name in formula and name in factors), None)
    if factor and len(factors[factor]) > 1 and not ("*" in formula or ":" in formula):
        levels = list(factors[factor])
        random.shuffle(levels)
        case["factorContrasts"] = [[factor, levels[0], levels[1]]]
    if later and "shrink" not in case and not prior and formula != "~ 1" and chance(0.8):
        case["shrink"] = "apeglm"
        arguments += ["--shrink", "apeglm"]
    case["arguments"] = arguments
    write_table(os.path.join(folder, "counts.tsv"), "gene_id", samples, zip(genes, counts))
    write_table(os.path.join(folder, "samples.tsv"), "sample", columns, zip(samples, zip(*columns.values())))
    case["used"] = used
    return case


def choose_results(case, names):
    """The results to ask for, given the names of the coefficients: what R gets, what the command gets, the file."""
    drawn, chosen = case["drawn"], []
    count = len(names)
    if case.get("shrink") == "apeglm":
        # It shrinks coefficients by name, but not the first: two of them, where there are two.
        indices = [2 + int(drawn[0] * (count - 1))]
        if count > 2:
            indices.append(2 + (indices[0] - 1) % (count - 1))
        return [({"kind": "name", "index": index}, ["--coefficient", names[index - 1]], names[index - 1])
                for index in indices]
    index = 1 + int(drawn[0] * count)
    chosen.append(({"kind": "name", "index": index}, ["--coefficient", names[index - 1]], names[index - 1]))
    for contrast in case.get("factorContrasts", []):
        file = "%s_%s_vs_%s" % tuple(contrast)
        if re.sub(r"[^\w.]", ".", file) == chosen[0][2]:
            continue
        chosen.append(({"kind": "factor", "contrast": contrast}, ["--contrast", ":".join(contrast)],
                       re.sub(r"[^\w.]", ".", file)))
    unnamed = 0
    if count > 2 and drawn[1] < 0.6:
        plus, minus = 1 + int(drawn[2] * count), 1 + int(drawn[3] * count)
        if plus != minus:
            request = {"kind": "list", "plus": [plus], "minus": [minus]}
            scale = (1, -1)
            if drawn[4] < 0.4:
                scale = (0.5, -0.25)
                request["listValues"] = list(scale)
            text = "%s%s - %s%s" % ("" if scale[0] == 1 else "0.5*", names[plus - 1], "" if scale[1] == -1 else "0.25*",
                                    names[minus - 1])
            unnamed += 1
            chosen.append((request, ["--contrast", text], "contrast%d" % unnamed))
    if drawn[5] < 0.5:
        numbers = [round(2 * drawn[(6 + i) % 12] - 1, 1) if (i + int(10 * drawn[6])) % 2 else 0 for i in range(count)]
        if drawn[7] < 0.3:
            numbers = [abs(v) for v in numbers]
        if any(numbers):
            unnamed += 1
            chosen.append(({"kind": "numeric", "numbers": numbers},
                           ["--contrast-vector", ",".join(map(str, numbers))], "contrast%d" % unnamed))
    return chosen
