"""The data sets of ops/benchmarks/de."""
import gzip
import os
import subprocess
from dataclasses import dataclass, field

import inputs

NAMES = ("cohort", "airway", "many-genes", "many-samples")


@dataclass
class Expression:
    """Counts with a design whose last coefficient is tested."""

    title: str
    counts: str
    samples: str
    design: str
    factors: list = field(default_factory=list)
    expressed: int = 5
    annotation: str | None = None

    def own(self, modicum, out, *extra):
        """The command line of modicum."""
        command = [
            modicum, "de", "--counts", self.counts, "--samples", self.samples, "--design", self.design, "--filter",
            f"count > 3 in >= {self.expressed}", "--empirical-null", "fdrtool", "--out", out, "--quiet"]
        for factor in self.factors:
            command += ["--factor", factor]
        if self.annotation:
            command += ["--annotation", self.annotation, "--chromosomes", "autosomes"]
        return command + list(extra)

    def peer(self, interpreter, script, table):
        """The command line of a peer's script."""
        command = [interpreter, os.path.join(os.path.dirname(os.path.abspath(__file__)), script), self.counts, self.samples,
                   table, self.design, ",".join(self.factors), str(self.expressed)]
        return command + ([self.annotation] if self.annotation else [])


def load(name, arguments):
    """A data set by name; None with the reason where it cannot be had."""
    if name == "cohort":
        return cohort(inputs.cohort(arguments)), None
    if name == "airway":
        reference = subprocess.run(
            [os.path.join(inputs.ROOT, "ops", "reference")], stdout=subprocess.PIPE, text=True).stdout.strip()
        folder = os.path.join(reference, "de", "airway_cell_dex")
        if not os.path.isdir(folder):
            return None, f"its counts are in {reference}, which is not here"
        return Expression(
            "airway, 64,102 genes × 8 samples × 5 coefficients", os.path.join(folder, "counts.tsv.gz"),
            os.path.join(folder, "samples.tsv"), "~ cell + dex", ["cell", "dex"], expressed=2), None
    samples, coefficients = (1_000, 10) if name == "many-genes" else (10_000, 5)
    try:
        return simulated(arguments, arguments.genes, samples, coefficients), None
    except ImportError:
        return None, "it is simulated with numpy, which is not installed"


def cohort(folder):
    """One exposure of the simulated cohort, filtered as its study file says."""
    counts, samples, genes = (os.path.join(folder, name) for name in ("counts.tsv.gz", "samples.tsv", "genes.tsv.gz"))
    return Expression(
        "cohort, 58,000 genes × 96 samples × 10 coefficients", counts, samples, "~ batch + age + gender + stir_volume",
        ["batch", "gender"], annotation=genes)


def simulated(arguments, genes, samples, coefficients):
    """Negative-binomial counts from a fixed seed: standard normal covariates and a condition with some effects."""
    import numpy

    folder = os.path.join(arguments.work, f"simulated-{genes}x{samples}x{coefficients}")
    counts, table = os.path.join(folder, "counts.tsv.gz"), os.path.join(folder, "samples.tsv")
    covariates = [f"x{number}" for number in range(1, coefficients - 1)]
    if not os.path.exists(table):
        os.makedirs(folder, exist_ok=True)
        generator = numpy.random.default_rng(20_261_122)
        condition = numpy.arange(samples) % 2
        depth = numpy.exp(0.3 * generator.standard_normal(samples))
        names = [f"s{number}" for number in range(samples)]
        with gzip.open(counts, "wt", compresslevel=1) as file:
            file.write("\t".join(["gene", *names]) + "\n")
            for gene in range(genes):
                mean = numpy.exp(4 + 1.8 * generator.standard_normal())
                dispersion = min(3, 0.05 + 2 / mean)
                effect = 0.7 * generator.standard_normal() * (generator.random() < 0.1)
                rates = mean * depth * numpy.exp(condition * effect) * generator.gamma(1 / dispersion, dispersion, samples)
                file.write("\t".join([f"g{gene}", *map(str, generator.poisson(rates))]) + "\n")
        values = numpy.round(generator.standard_normal((samples, len(covariates))), 3)
        with open(table, "w") as file:
            file.write("\t".join(["sample", *covariates, "condition"]) + "\n")
            for sample, name in enumerate(names):
                row = [name, *map(str, values[sample]), "ab"[condition[sample]]]
                file.write("\t".join(row) + "\n")
    return Expression(
        f"simulated, {genes:,} genes × {samples:,} samples × {coefficients} coefficients", counts, table,
        "~ " + " + ".join([*covariates, "condition"]), ["condition"])
