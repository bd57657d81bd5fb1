"""The studies whose reports are tested: the small cohort, one whose names are as unfriendly as names can be, one whose samples
were permuted for two exposures, two groups of three, and a ranked list."""

import os
import random
import subprocess

# Markup, quotes of both kinds, a formula, a closing script, text that a template would fill in.
UNFRIENDLY = [
    "<b>bold</b>", "<img src=x onerror=alert(1)>", "</script><script>document.title='taken'</script>", "=cmd|'/C calc'!A0",
    "O'Neill \"the\" gene", "a&amp;b", "${run.title}", "MARCH1", "α-synuclein", "#genes/main/x", "50%", "@SUM(A1)",
]


def run(modicum, *arguments):
    done = subprocess.run([modicum, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"modicum {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")


def small_cohort(modicum, root, folder):
    out = os.path.join(folder, "small-cohort")
    run(modicum, "run", os.path.join(root, "datasets/small-cohort/study.yaml"), "--out", out, "--quiet")
    return out


def unfriendly(modicum, folder, samples=6, genes=120):
    """Six samples, an exposure and a batch, and names that a page could stumble over."""
    here = os.path.join(folder, "unfriendly")
    os.makedirs(here)
    draw = random.Random(7)
    symbols = UNFRIENDLY + [f"GENE{number}" for number in range(len(UNFRIENDLY), genes)]
    names = [f"s<{number}>" for number in range(1, samples + 1)]
    batches = ["first & last", "<i>second</i>"]

    def write(name, lines):
        with open(os.path.join(here, name), "w") as file:
            file.write("".join("\t".join(map(str, line)) + "\n" for line in lines))

    def count(gene, sample):
        changed = gene < 12 and sample % 2 == 1
        mean = (40 + 7 * (gene % 30)) * (6 if changed else 1)
        return max(0, round(draw.gauss(mean, 0.12 * mean)))

    write("counts.tsv", [["gene_id", *names]] + [
        [f"id{gene}", *(count(gene, sample) for sample in range(samples))] for gene in range(genes)])
    write("samples.tsv", [["sample", "dose", "batch"]] + [
        [name, place % 2, batches[place // 2 % 2]] for place, name in enumerate(names)])
    write("genes.tsv", [["gene_id", "symbol", "biotype", "chromosome"]] + [
        [f"id{gene}", symbol, "<em>kind</em>", "1"] for gene, symbol in enumerate(symbols)])
    # Sets overlap in pairs, so that there is a network.
    sets = [(f"<u>set</u> {number} =1+1", symbols[0:12 + number]) for number in range(3)]
    sets += [(f"NULL \"{number}\"", draw.sample(symbols[12:], 20)) for number in range(12)]
    write("sets.gmt", [[name, "", *members] for name, members in sets])
    with open(os.path.join(here, "study.yaml"), "w") as file:
        file.write("""modicum: 1
counts: counts.tsv
samples: samples.tsv
annotation: genes.tsv
columns: {batch: factor}
exposures: [dose]
adjust: {main: [batch]}
gene-sets: {files: [sets.gmt], min-size: 5, max-size: 100, permutations: 200, seed: 1}
""")
    out = os.path.join(here, "out")
    run(modicum, "run", os.path.join(here, "study.yaml"), "--out", out, "--quiet")
    return out


def permuted(modicum, folder, samples=16, genes=150):
    """Two exposures that go with each other, permuted together, with sets that follow both; and beside it, under permuted
    genes, the first of them alone."""
    here = os.path.join(folder, "permuted")
    os.makedirs(here)
    draw = random.Random(11)
    doses = [draw.gauss(0, 1) for _ in range(samples)]
    loads = [0.6 * dose + 0.8 * draw.gauss(0, 1) for dose in doses]

    def write(name, lines):
        with open(os.path.join(here, name), "w") as file:
            file.write("".join("\t".join(map(str, line)) + "\n" for line in lines))

    def count(gene, sample):
        change = 0.9 * doses[sample] + 0.7 * loads[sample] if gene < 15 else 0
        mean = (60 + 9 * (gene % 30)) * 2 ** change
        return max(0, round(draw.gauss(mean, 0.2 * mean)))

    names = [f"s{number}" for number in range(1, samples + 1)]
    write("counts.tsv", [["gene_id", *names]] + [
        [f"g{gene}", *(count(gene, sample) for sample in range(samples))] for gene in range(genes)])
    write("samples.tsv", [["sample", "dose", "load", "batch"]] + [
        [name, f"{doses[place]:.4f}", f"{loads[place]:.4f}", "ab"[place % 2]] for place, name in enumerate(names)])
    members = [f"g{gene}" for gene in range(genes)]
    sets = [(f"FOLLOWS_{number}", members[number:12 + number]) for number in range(3)]
    sets += [(f"NULL_{number}", draw.sample(members[15:], 15)) for number in range(12)]
    write("sets.gmt", [[name, "", *genes_of_set] for name, genes_of_set in sets])
    with open(os.path.join(here, "study.yaml"), "w") as file:
        file.write("""modicum: 1
counts: counts.tsv
samples: samples.tsv
exposures: [dose, load]
adjust: {main: [batch]}
dispersion-trend: mean
gene-sets: {files: [sets.gmt], min-size: 5, max-size: 100, permute: samples, permutations: 300, seed: 1}
""")
    with open(os.path.join(here, "study.yaml")) as file:
        study = file.read()
    with open(os.path.join(here, "genes.yaml"), "w") as file:
        file.write(study.replace("permute: samples, ", "").replace("[dose, load]", "[dose]"))
    out, genes = os.path.join(here, "out"), os.path.join(here, "genes")
    run(modicum, "run", os.path.join(here, "study.yaml"), "--out", out, "--report", "off", "--quiet")
    run(modicum, "run", os.path.join(here, "genes.yaml"), "--out", genes, "--report", "off", "--quiet")
    calibration = os.path.join(here, "calibration")
    os.makedirs(calibration)
    write("calibration/calibration.tsv", [
        "cell scheme statistic variance what quantity estimate low high cohorts permutations holds".split()] + [
        [cell, scheme, "score" if what == "genes" else "ks", "model", what, quantity, rate, rate / 2, min(1, 2 * rate), 30, 199, "TRUE" if rate < 0.1 else "FALSE"]
        for cell in ("n12-plain", "n96-plain") for scheme in ("gene-permutation", "residual", "flip")
        for what in ("genes", "random sets") if (scheme, what) != ("gene-permutation", "genes")
        for quantity, rate in (("type1", 0.0513 if scheme == "residual" else 0.21), ("power", 0.6))])
    run(modicum, "report", out, "--beside", genes, "--calibration", calibration)
    return out


def two_groups(modicum, folder, genes=400):
    """Three samples against three, without covariates, and sets that follow the groups and share few genes."""
    here = os.path.join(folder, "groups")
    os.makedirs(here)
    draw = random.Random(3)

    def count(gene, sample):
        mean = 10 ** (1.5 + 1.5 * (gene % 40) / 40) * (3 if gene < 36 and sample >= 3 else 1)
        return max(0, round(draw.gauss(mean, 0.15 * mean)))

    with open(os.path.join(here, "counts.tsv"), "w") as file:
        file.write("\t".join(["gene_id", *(f"s{sample}" for sample in range(6))]) + "\n")
        file.writelines("\t".join([f"g{gene}", *(str(count(gene, sample)) for sample in range(6))]) + "\n" for gene in range(genes))
    with open(os.path.join(here, "samples.tsv"), "w") as file:
        file.write("sample\tcondition\n" + "".join(f"s{sample}\t{'treated' if sample >= 3 else 'control'}\n" for sample in range(6)))
    with open(os.path.join(here, "sets.gmt"), "w") as file:
        for number in range(33):
            chosen = range(12 * number, 12 * number + 12)
            file.write("\t".join([f"SET_{number}", f"the genes of part {number}", *(f"g{gene}" for gene in chosen)]) + "\n")
    out = os.path.join(here, "out")
    run(modicum, "de", "--counts", os.path.join(here, "counts.tsv"), "--samples", os.path.join(here, "samples.tsv"), "--design", "~ condition",
        "--sets", os.path.join(here, "sets.gmt"), "--min-size", "5", "--permutations", "1000", "--quiet", "--out", out)
    return out


def ranked_list(modicum, root, folder):
    goldens, out = os.path.join(root, "datasets/goldens/gsea"), os.path.join(folder, "ranks")
    run(modicum, "gsea", "--ranks", os.path.join(goldens, "list.rnk"), "--sets", os.path.join(goldens, "sets.gmt"),
        "--min-size", "5", "--permutations", "500", "--quiet", "--out", out)
    return out
