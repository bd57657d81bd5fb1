"""One finished run."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import numpy.typing as npt
import pandas as pd

from . import _tables

if TYPE_CHECKING:
    import anndata

#: The newest layout of the store that this package knows.
FORMAT = 1

#: What the group of an analysis holds besides its tests; a test of such a name has % in front.
PARTS = {"model_matrix", "reduced_model_matrix", "dispersion_trend", "genes"}


class ModicumError(Exception):
    """A file that is no run, or something that the run does not have."""


def read(path: str | os.PathLike[str]) -> Run:
    """Opens a finished run.

    path: the folder of `modicum run`, `de` or `gsea`, or its `modicum.h5`.
    """
    return Run(path)


class Run:
    """A finished run, read from its store when something is asked for."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        place = Path(path)
        self.path = place / "modicum.h5" if place.is_dir() else place
        if not self.path.is_file():
            raise ModicumError(
                f"{place}: there is no modicum.h5: give the folder of a finished run"
            )
        try:
            self._file = h5py.File(self.path, "r")
        except OSError as error:
            raise ModicumError(
                f"{self.path}: this is no HDF5 file, or it is damaged: {error}"
            ) from error
        attributes = self._file.attrs
        if "modicum-format" not in attributes or "identity" not in attributes:
            self._file.close()
            raise ModicumError(f"{self.path}: this HDF5 file is not the store of a run of Modicum")
        if int(attributes["modicum-format"]) > FORMAT:
            self._file.close()
            raise ModicumError(f"{self.path}: written by a newer Modicum: update this package")
        #: The digest of the results: equal for equal results.
        self.identity: str = _tables.text(attributes["identity"])
        #: The resolved settings.
        self.configuration: dict[str, Any] = json.loads(
            _tables.text(self._file["uns/configuration"][()])
        )
        self._places = self._find_analyses()

    def close(self) -> None:
        """Closes the file; what was sliced before stays."""
        self._file.close()

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<modicum.Run {self.path}: {', '.join(self.analyses) or 'no analysis'}>"

    # Analyses

    def _find_analyses(self) -> dict[str, tuple[str, str]]:
        """By name, the groups of an analysis and of its test."""
        places: dict[str, tuple[str, str]] = {}
        if "uns/gene_sets" in self._file:
            places["gsea"] = ("uns", "uns")
        for analysis in self.configuration["analyses"]:
            name = analysis["name"] or "de"
            base = "uns/analyses/" + "/".join(_tables.component(part) for part in name.split("/"))
            tests = analysis["tests"]
            for test in tests:
                part = _tables.component(test)
                group = base + "/" + ("%" if part in PARTS else "") + part
                places[name if len(tests) == 1 else f"{name}/{test}"] = (
                    base,
                    base if len(tests) == 1 else group,
                )
        return places

    @property
    def analyses(self) -> list[str]:
        """The names of the analyses, in the study's order."""
        return list(self._places)

    def _place(self, analysis: str | None) -> tuple[str, str]:
        if analysis is None:
            if len(self._places) != 1:
                raise ModicumError(f"{self.path} has several analyses: {', '.join(self._places)}")
            return next(iter(self._places.values()))
        if analysis not in self._places:
            known = ", ".join(self._places)
            raise ModicumError(f"{self.path} has no analysis {analysis!r}; it has {known}")
        return self._places[analysis]

    def _part(self, analysis: str | None, part: str, what: str, *, of_base: bool = False) -> Any:
        base, test = self._place(analysis)
        place = f"{base if of_base else test}/{part}"
        if place not in self._file:
            raise ModicumError(f"{self.path}: {analysis or self.analyses[0]} has no {what}")
        return self._file[place]

    # Counts

    @property
    def samples(self) -> pd.DataFrame:
        """The sample sheet, with the run's size factors."""
        return _tables.table(self._file["obs"], factors=True)

    @property
    def genes(self) -> pd.DataFrame:
        """All genes of the counts; `analysed` says which passed the filter."""
        return _tables.table(self._file["var"])

    @property
    def counts(self) -> h5py.Dataset:
        """Raw counts, samples × genes; read when they are sliced."""
        if "X" not in self._file:
            raise ModicumError(f"{self.path} has no counts: it was made from a ranked list")
        return self._file["X"]

    def layer(self, name: str) -> h5py.Dataset:
        """Such as `vst`: samples × genes, NaN for genes that were left out; read when it is sliced."""
        layers = self._file["layers"]
        if name not in layers:
            raise ModicumError(
                f"{self.path} has no layer {name!r}; it has {', '.join(layers) or 'none'}"
            )
        return layers[name]

    def anndata(self, *, backed: bool = False) -> anndata.AnnData:
        """The run as AnnData: counts, samples, genes, and all results in `uns`.

        backed: whether the counts stay in the file.
        """
        import anndata

        return anndata.read_h5ad(self.path, backed="r" if backed else None)

    # Differential expression

    def results(self, analysis: str | None = None, *, all_genes: bool = False) -> pd.DataFrame:
        """The test, under DESeq2's names, by gene.

        all_genes: whether genes that the filter left out have a row, too, in the order of the counts.
        """
        return self._genes(_tables.table(self._part(analysis, "results", "results")), all_genes)

    def intermediates(
        self, analysis: str | None = None, *, all_genes: bool = False
    ) -> pd.DataFrame:
        """Dispersions, coefficients and what else DESeq2 has in `mcols`, by gene."""
        stored = self._part(analysis, "genes", "intermediate results", of_base=True)
        return self._genes(_tables.table(stored), all_genes)

    def _genes(self, table: pd.DataFrame, all_genes: bool) -> pd.DataFrame:
        return table.reindex(_tables.strings(self._file["var/gene_id"])) if all_genes else table

    # Gene sets

    def gene_sets(self, analysis: str | None = None) -> pd.DataFrame:
        """The tested sets with the columns of `gene_sets.tsv`, by name."""
        table = _tables.table(self._part(analysis, "gene_sets", "gene sets"))
        table["leadingEdgeGenes"] = [",".join(genes) for genes in self.leading_edges(analysis)]
        return table

    def ranked_list(self, analysis: str | None = None) -> pd.Series[float]:
        """The scores that the sets were tested on, best first, by gene."""
        table = _tables.table(self._part(analysis, "ranked_list", "ranked list"))
        scores: pd.Series[float] = table["score"]
        return scores

    def leading_edges(self, analysis: str | None = None) -> list[list[str]]:
        """By row of `gene_sets`, the genes of the leading edge, from the end of the list that the score points to."""
        return self._named(
            _tables.lists(self._part(analysis, "leading_edges", "leading edges")), analysis
        )

    def members(self, analysis: str | None = None) -> list[list[str]]:
        """By row of `gene_sets`, the set's genes in the list, best first."""
        return self._named(self._ranks(analysis), analysis)

    def _named(self, rows: list[npt.NDArray[np.int32]], analysis: str | None) -> list[list[str]]:
        genes = self.ranked_list(analysis).index
        return [list(genes[ranks]) for ranks in rows]

    def _ranks(self, analysis: str | None) -> list[npt.NDArray[np.int32]]:
        """By row of `gene_sets`, the ranks of the set's genes, ascending."""
        sets = _tables.table(self._part(analysis, "gene_sets", "gene sets"))
        rank = {gene: place for place, gene in enumerate(self.ranked_list(analysis).index)}
        collection = self._file["uns/gene_set_collection"]
        described = _tables.table(collection["sets"])
        genes = np.array(
            [rank.get(gene, -1) for gene in _tables.strings(collection["genes"])], dtype=np.int32
        )
        found: list[npt.NDArray[np.int32]] = []
        # The tested sets are some of the collection's, in its order; two may have one name.
        given = zip(
            described.index, described["source"], _tables.lists(collection["members"]), strict=True
        )
        for name, source in zip(sets.index, sets["source"], strict=True):
            ranks = next(
                genes[members]
                for other, other_source, members in given
                if (other, other_source) == (name, source)
            )
            found.append(np.sort(ranks[ranks >= 0]))
        return found

    def running_sum(self, name: str | int, analysis: str | None = None) -> pd.Series[float]:
        """The running sum of one set at every gene of the list: an enrichment plot's line.

        name: the set, or its row in `gene_sets` where several have the name.
        """
        ranks = self._ranks(analysis)
        row = name if isinstance(name, int) else self._row(name, analysis)
        scores = self.ranked_list(analysis)
        weight = float(self.configuration["geneSets"]["weight"])
        hits = np.zeros(len(scores))
        hits[ranks[row]] = np.abs(scores.to_numpy()[ranks[row]]) ** weight
        # A set whose genes all score 0 has equal hits.
        total = hits.sum()
        if total == 0:
            hits[ranks[row]], total = 1.0, float(len(ranks[row]))
        steps = hits / total
        missed = np.ones(len(scores), dtype=bool)
        missed[ranks[row]] = False
        if missed.any():
            steps[missed] = -1.0 / missed.sum()
        return pd.Series(np.cumsum(steps), index=scores.index, name="running_sum")

    def _row(self, name: str, analysis: str | None) -> int:
        names = _tables.strings(self._part(analysis, "gene_sets/name", "gene sets"))
        if names.count(name) != 1:
            problem = "several sets" if name in names else "no tested set"
            raise ModicumError(f"{self.path} has {problem} of the name {name!r}")
        return names.index(name)

    def null(self, analysis: str | None = None) -> h5py.Dataset:
        """The null enrichment scores, sets × permutations; read when they are sliced.

        Of permuted phenotypes they are stored with `--gsea-folder`. Where sets of one size share a null, or scores were
        counted alone, it is in Modicum's own encoding, and there is none to give.
        """
        stored = self._part(analysis, "null", "null distribution")
        if stored.ndim != 2:
            raise ModicumError(
                f"{self.path}: the null of {analysis or self.analyses[0]} is merged by size, or counted without "
                "--gsea-folder, in Modicum's own encoding"
            )
        return stored
