"""Runs of every kind, made by the program: MODICUM_RUNS is the folder that ops/check-clients made them in."""

import os
import warnings
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

import modicum

RUNS = Path(os.environ["MODICUM_RUNS"])


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def written(path):
    """A table that the program wrote beside the store, as text."""
    return pd.read_csv(
        path,
        sep="\t",
        keep_default_na=False,
        na_values=["NA"],
        float_precision="round_trip",
        dtype={"gene_id": str},
    )


def same(found, expected):
    if str(found.dtype) == "boolean":
        return [None if pd.isna(v) else bool(v) for v in found] == [
            None if pd.isna(v) else bool(v) for v in expected
        ]
    if pd.api.types.is_numeric_dtype(expected):
        return np.array_equal(
            found.astype(float).to_numpy(), expected.to_numpy(dtype=float), equal_nan=True
        )
    return list(found) == list(expected.fillna(""))


CASES = [
    ("de", "de", "results.condition_treated_vs_control.tsv", "genes.tsv"),
    ("filtered", "de", "results.stir_volume.tsv", "genes.tsv"),
    ("tests", "de/exposure", "results.exposure.tsv", "genes.tsv"),
    ("tests", "de/batch_b3_vs_b1", "results.batch_b3_vs_b1.tsv", "genes.tsv"),
    ("parts", "de/genes", "results.genes.tsv", "genes.tsv"),
    ("parts", "de/model_matrix", "results.model_matrix.tsv", "genes.tsv"),
    (
        "run",
        "main/stir_volume",
        "main/stir_volume/results.stir_volume.tsv",
        "main/stir_volume/genes.tsv",
    ),
    (
        "run",
        "cells/stir_composite",
        "cells/stir_composite/results.stir_composite.tsv",
        "cells/stir_composite/genes.tsv",
    ),
]


@pytest.mark.parametrize(("name", "analysis", "results", "genes"), CASES)
def test_results_are_those_of_the_tables(name, analysis, results, genes):
    run = modicum.read(RUNS / name)
    assert analysis in run.analyses
    kept = set(run.genes.index[run.genes["analysed"]])
    for file, found in ((results, run.results(analysis)), (genes, run.intermediates(analysis))):
        table = written(RUNS / name / file)
        table = table[table["gene_id"].isin(kept)]
        assert list(found.index) == list(table["gene_id"])
        for column in found.columns:
            assert same(found[column], table[column]), f"{file}: {column}"
    everything = run.results(analysis, all_genes=True)
    assert list(everything.index) == list(run.genes.index)
    assert everything["baseMean"].notna().sum() == len(run.results(analysis)["baseMean"].dropna())


SETS = [
    ("gsea", "gsea", "gene_sets.tsv"),
    ("desktop", "gsea", "gene_sets.tsv"),
    ("phenotype", "gsea", "gene_sets.tsv"),
    ("run", "main/stir_volume", "main/stir_volume/gene_sets.tsv"),
    ("run", "cells/stir_intensity", "cells/stir_intensity/gene_sets.tsv"),
]


@pytest.mark.parametrize(("name", "analysis", "file"), SETS)
def test_gene_sets_are_those_of_the_table(name, analysis, file):
    run = modicum.read(RUNS / name)
    table, found = written(RUNS / name / file), run.gene_sets(analysis)
    assert list(found.index) == list(table["name"])
    for column in found.columns:
        assert same(found[column], table[column]), column
    # The sum's extreme is the score, and where it stands are the leading edge's genes.
    for row in range(0, len(found), 7):
        curve = run.running_sum(row, analysis)
        extreme = curve.max() if found["ES"].iloc[row] >= 0 else curve.min()
        assert abs(extreme - found["ES"].iloc[row]) < 1e-5
        assert abs(curve.iloc[-1]) < 1e-9
    members = run.members(analysis)
    assert [len(genes) for genes in members] == list(found["size"])
    assert all(set(edge) <= set(genes) for edge, genes in zip(run.leading_edges(analysis), members))


def test_running_sums_are_those_of_the_store():
    run = modicum.read(RUNS / "gsea" / "modicum.h5")
    with h5py.File(run.path) as file:
        offsets, ranks = file["uns/members/offsets"][:], file["uns/members/values"][:]
        sums = file["uns/running_sums"][:]
    for row, (start, end) in enumerate(zip(offsets, offsets[1:])):
        curve = run.running_sum(row)
        assert np.allclose(curve.to_numpy()[ranks[start:end]], sums[start:end], atol=1e-6)


def test_null_scores_are_read_when_they_are_sliced():
    run = modicum.read(RUNS / "phenotype")
    null = run.null()
    assert isinstance(null, h5py.Dataset) and null.shape == (len(run.gene_sets()), 20)
    assert np.isfinite(null[0]).all()
    with pytest.raises(modicum.ModicumError, match="merged by size"):
        modicum.read(RUNS / "gsea").null()


def test_samples_and_counts():
    run = modicum.read(RUNS / "filtered")
    assert isinstance(run.samples["batch"].dtype, pd.CategoricalDtype)
    sizes = written(RUNS / "filtered" / "size_factors.tsv")
    assert np.array_equal(run.samples["sizeFactor"].to_numpy(), sizes["sizeFactor"].to_numpy())
    assert run.counts.shape == (len(run.samples), len(run.genes))
    assert isinstance(run.layer("vst"), h5py.Dataset)
    assert {"symbol", "chromosome", "biotype", "analysed"} <= set(run.genes.columns)


@pytest.mark.parametrize("name", ["de", "filtered", "tests", "run", "gsea", "parts"])
def test_anndata(name):
    pytest.importorskip("anndata")
    with modicum.read(RUNS / name) as run:
        data = run.anndata()
        assert data.shape == (len(run.samples), len(run.genes))
        assert data.uns["configuration"] and len(run.identity) == 64


def test_errors_say_what_there_is(tmp_path):
    run = modicum.read(RUNS / "run")
    with pytest.raises(modicum.ModicumError, match="several analyses: main/stir_volume"):
        run.results()
    with pytest.raises(modicum.ModicumError, match="no analysis 'main/nothing'"):
        run.results("main/nothing")
    with pytest.raises(modicum.ModicumError, match="no gene sets"):
        modicum.read(RUNS / "de").gene_sets()
    with pytest.raises(modicum.ModicumError, match="no tested set"):
        run.running_sum("NOTHING", "main/stir_volume")
    with pytest.raises(modicum.ModicumError, match="no layer"):
        run.layer("rlog")
    with pytest.raises(modicum.ModicumError, match="no modicum.h5"):
        modicum.read(tmp_path)
    other = tmp_path / "other.h5"
    with h5py.File(other, "w"):
        pass
    with pytest.raises(modicum.ModicumError, match="not the store"):
        modicum.read(other)
    other.write_text("text")
    with pytest.raises(modicum.ModicumError, match="no HDF5 file"):
        modicum.read(other)
