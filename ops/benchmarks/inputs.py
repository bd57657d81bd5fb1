"""What every benchmark needs: the command under test, a cohort, and the peers that are installed."""
import gzip
import math
import os
import platform
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEER_PYTHON = os.path.join(ROOT, ".venv-benchmarks", "bin", "python")


def add_common_arguments(parser):
    parser.add_argument(
        "--modicum", default=os.path.join(ROOT, ".build", "release", "modicum"), help="the executable under test")
    parser.add_argument("--cohort", help="folder of a simulated cohort; made anew when not given")
    parser.add_argument("--work", default=os.path.join(ROOT, ".build", "benchmarks"), help="folder for inputs and results")


def cohort(arguments):
    """The folder of the cohort, made with the default options if none is named."""
    if arguments.cohort:
        return os.path.abspath(arguments.cohort)
    folder = os.path.join(arguments.work, "cohort")
    if not os.path.exists(os.path.join(folder, "counts.tsv.gz")):
        run([arguments.modicum, "simulate", "cohort", "--out", folder])
    return folder


def fresh_folder(arguments, name):
    """A path in the work folder at which nothing stands."""
    path = os.path.join(arguments.work, name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(arguments.work, exist_ok=True)
    return path


def ranked_list(results, path):
    """Writes sign(log2FC) x -log10(p) of a results table as a ranked list, by symbol where there is one."""
    with open(results) as file:
        header = file.readline().rstrip("\n").split("\t")
        effect, p, symbol, gene = (header.index(c) for c in ("log2FoldChange", "pvalue", "symbol", "gene_id"))
        rows = [line.rstrip("\n").split("\t") for line in file]
    scored = [
        (row[symbol] if row[symbol] not in ("", "NA") else row[gene],
         math.copysign(-math.log10(max(float(row[p]), 1e-300)), float(row[effect]))) for row in rows if row[p] != "NA"
    ]
    with open(path, "w") as file:
        for name, score in sorted(scored, key=lambda pair: -pair[1]):
            file.write(f"{name}\t{score!r}\n")
    return path


def significant(path, column, threshold=0.05):
    """How many rows of a table, gzipped or not, have a value below the threshold."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as file:
        index = file.readline().rstrip("\n").split("\t").index(column)
        values = [line.rstrip("\n").split("\t")[index] for line in file]
    return sum(value not in ("NA", "") and float(value) < threshold for value in values)


def run(command):
    """Runs a preparatory command, which is not measured."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"failed: {' '.join(command)}\n{done.stdout}")
    return done.stdout.strip()


def version(command):
    """The first line of a command's output, or None where it cannot run."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except OSError:
        return None
    return done.stdout.strip().splitlines()[0] if done.returncode == 0 and done.stdout.strip() else None


def machine():
    model = platform.processor() or platform.machine()
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return f"{model}, {len(os.sched_getaffinity(0))} cores"
