#!/usr/bin/env python3
"""Opens what `modicum export` makes with the programs that it is made for.

  open.py EXECUTABLE FOLDER     needs anndata, multiqc, openpyxl, networkx, and LibreOffice Calc for the last part

FOLDER is written anew: runs of every kind, their exports, and what the other programs made of them.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import warnings

import anndata
import networkx
import numpy
import openpyxl
import pandas

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDENS = ROOT / "datasets/goldens"
COHORT = ROOT / "datasets/small-cohort"


def command(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def expect(truth, what):
    if not truth:
        sys.exit(f"FAILED: {what}")


def make_runs(modicum, folder):
    """One run of every kind, by name; with names that spreadsheets would take for something else."""
    two_groups = GOLDENS / "de/two_group"
    symbols = ["=1+1", "MARCH1", "2310009E13", "1-2", "SEPT2", "TP53", "@SUM(A1)", "0061"]
    genes = [line.split("\t")[0] for line in (two_groups / "counts.tsv").read_text().splitlines()[1:]]
    annotation = folder / "annotation.tsv"
    annotation.write_text(
        "gene_id\tsymbol\tchromosome\tbiotype\n"
        + "".join(f"{gene}\t{symbols[row % len(symbols)]}\t1\tprotein_coding\n" for row, gene in enumerate(genes))
    )
    lists = ["gsea", "--ranks", GOLDENS / "gsea/list.rnk", "--sets", GOLDENS / "gsea/sets.gmt", "--min-size", 5,
             "--permutations", 100]
    batches = GOLDENS / "de/batch_exposure"
    runs = {
        "de": ["de", "--counts", two_groups / "counts.tsv", "--samples", two_groups / "samples.tsv",
               "--design", "~ condition", "--annotation", annotation],
        "tests": ["de", "--counts", batches / "counts.tsv", "--samples", batches / "samples.tsv", "--design",
                  "~ batch + age + exposure", "--coefficient", "exposure", "--coefficient", "batch_b3_vs_b1"],
        "gsea": lists,
        "desktop": [*lists, "--compatibility", "gsea-desktop"],
        "run": ["run", COHORT / "study.yaml"],
        "filtered": ["de", "--counts", COHORT / "counts.tsv.gz", "--samples", COHORT / "samples.tsv", "--design",
                     "~ age + stir_volume", "--annotation", COHORT / "genes.tsv.gz", "--filter", "count > 3 in >= 5",
                     "--chromosomes", "autosomes", "--transform", "vst", "--empirical-null", "fdrtool"],
    }
    for name, words in runs.items():
        command(modicum, *words, "--quiet", "--report", "off", "--out", folder / "runs" / name)
    command(modicum, "extend", folder / "runs/gsea", "--permutations", 150, "--quiet", "--report", "off")
    return list(runs)


def check_anndata(path, run):
    """The file opens without a warning, its results are those of the store, and it is written again."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = anndata.read_h5ad(path)
        store = anndata.read_h5ad(run / "modicum.h5")
        data.write_h5ad(path.with_suffix(".again.h5ad"))
        backed = anndata.read_h5ad(path, backed="r")
        expect(backed.shape == data.shape, f"{path}: backed, it has another shape")
        backed.file.close()
    record = json.loads((run / "run.json").read_text())
    expect(data.uns["identity"] == record["identity"], f"{path}: another identity")
    tables = 0
    for adjustment, analyses in store.uns.get("analyses", {}).items():
        groups = {adjustment: analyses} if "genes" in analyses else {
            f"{adjustment}.{name}": group for name, group in analyses.items()}
        for name, group in groups.items():
            tests = {name: group} if "results" in group else {
                f"{name}.{test}": part for test, part in group.items() if isinstance(part, dict) and "results" in part}
            for test, part in tests.items():
                tables += 1
                stored, exported = part["results"], data.varm[test]
                expect(list(exported.index) == list(data.var_names), f"{path}: {test} has other genes")
                for column in stored.columns.drop("betaConv"):
                    there = exported.loc[stored.index, column]
                    expect(
                        pandas.Series(numpy.asarray(there)).equals(pandas.Series(numpy.asarray(stored[column]))),
                        f"{path}: {test}, {column} differs")
                left = exported.index.difference(stored.index)
                expect(exported.loc[left, "baseMean"].isna().all(), f"{path}: a gene that was left out has numbers")
    expect(tables == len(data.varm), f"{path}: {len(data.varm)} tables in varm, {tables} in the store")


def check_multiqc(folder, output, run):
    """MultiQC takes it without a warning, and shows every analysis."""
    output.mkdir(parents=True)
    said = command(sys.executable, "-m", "multiqc", "--strict", "--no-ansi", "-o", output, folder)
    expect(not any(word in said for word in ("broke", "No data found", "rror")), f"{folder}: MultiQC says\n{said}")
    shown = (output / "multiqc_data/multiqc_modicum_analyses_plot.txt").read_text().splitlines()[1:]
    configuration = json.loads((run / "run.json").read_text())["configuration"]
    wanted = sum(len(analysis["tests"]) for analysis in configuration["analyses"]) or 1
    expect(len(shown) == wanted, f"{folder}: MultiQC shows {len(shown)} analyses of {wanted}")
    size = sum(file.stat().st_size for file in folder.iterdir())
    expect(size < 1 << 20, f"{folder}: {size} bytes")


def check_networks(folder):
    """The three formats hold the same network."""
    found = {}
    for file in sorted(folder.glob("cyjs/*")):
        document = json.loads(file.read_text())["elements"]
        found[file.stem] = (len(document["nodes"]), len(document["edges"]))
    for file in sorted(folder.glob("graphml/*")):
        graph = networkx.read_graphml(file)
        expect(found[file.stem] == (graph.number_of_nodes(), graph.number_of_edges()), f"{file}: another network")
    for file in sorted(folder.glob("cx2/*")):
        aspects = {key: value for part in json.loads(file.read_text()) for key, value in part.items()}
        expect(found[file.stem] == (len(aspects["nodes"]), len(aspects["edges"])), f"{file}: another network")


def check_generic(file):
    """EnrichmentMap's rules: a header, p and q in 0 to 1, a sign, genes; no set twice."""
    lines = [line.split("\t") for line in file.read_text().splitlines()]
    expect(len(lines) > 1 and lines[0][0] == "Name", f"{file}: no header")
    names = [line[0] for line in lines[1:]]
    expect(len(names) == len(set(names)), f"{file}: a set twice")
    for line in lines[1:]:
        expect(len(line) == 6 and 0 <= float(line[2]) <= 1 and 0 <= float(line[3]) <= 1, f"{file}: {line[:5]}")
        expect(line[4] in ("+1", "-1") and line[5], f"{file}: {line[:5]}")


def check_gsea(folder):
    """What EnrichmentMap looks for: the report file, and what it names."""
    reports = list(folder.glob("*.rpt"))
    expect(len(reports) == 1, f"{folder}: {len(reports)} report files")
    for line in reports[0].read_text().splitlines():
        fields = line.split("\t")
        if fields[0] == "param" and fields[1] in ("rnk", "gmx"):
            expect((folder / fields[2]).is_file(), f"{folder}: no {fields[2]}")
    expect((folder / "edb/results.edb").is_file(), f"{folder}: no edb/results.edb")
    expect(len(list(folder.glob("gsea_report_for_*.tsv"))) == 2, f"{folder}: not two tables")


def check_spreadsheets(folder, output):
    """LibreOffice opens every table as text and numbers: no date, no formula, no number made of a text."""
    office = shutil.which("soffice")
    if office is None:
        print("left out: LibreOffice Calc is not installed (package libreoffice-calc-nogui)")
        return
    # Comma 9: tabs; quotes; UTF-8; from line 1; what each cell looks like decides, as when a person opens the file.
    files = sorted(folder.glob("*.tsv"))
    command(office, f"-env:UserInstallation=file://{output.resolve()}/profile", "--headless", "--convert-to",
            "xlsx:Calc MS Excel 2007 XML", "--infilter=CSV:9,34,76,1,,0,false,true,false", "--outdir", output, *files)
    for file in files:
        text = [line.split("\t") for line in file.read_text().splitlines()]
        numeric = [bool(re.fullmatch(r"-?[0-9.]+(e[-+]?[0-9]+)?|NA|inf", cell)) for cell in text[1]]
        sheet = openpyxl.load_workbook(output / f"{file.stem}.xlsx").active
        for number, row in enumerate(sheet.iter_rows()):
            for cell, written, is_number in zip(row, text[number], numeric):
                place = f"{file}: {cell.coordinate}, {written!r}"
                expect(cell.data_type != "f", f"{place} is a formula")
                expect(not cell.is_date, f"{place} is a date")
                if number > 0 and cell.data_type == "n" and cell.value is not None:
                    expect(float(cell.value) == float(written) or is_number, f"{place} is the number {cell.value}")


def main():
    modicum, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in make_runs(modicum, folder):
        run, exports = folder / "runs" / name, folder / "exports" / name
        has_sets = (run / "gene_sets.tsv").exists() or any(run.glob("*/*/gene_sets.tsv"))
        formats = ["multiqc", "h5ad", "tsv", "xlsx-safe", "ro-crate"] + (
            ["gsea-folder", "generic", "cyjs", "graphml", "cx2"] if has_sets else [])
        for form in formats:
            command(modicum, "export", run, "--format", form, "--out", exports / form)
        check_anndata(exports / "h5ad/modicum.h5ad", run)
        check_multiqc(exports / "multiqc", folder / "multiqc" / name, run)
        check_spreadsheets(exports / "xlsx-safe", folder / "spreadsheets" / name)
        if has_sets:
            check_networks(exports)
            for file in (exports / "generic").iterdir():
                check_generic(file)
            place = exports / "gsea-folder"
            for part in [place] if (place / "edb").exists() else sorted(place.iterdir()):
                check_gsea(part)
        print(f"{name}: {', '.join(formats)}", flush=True)


main()
