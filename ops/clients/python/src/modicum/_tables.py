"""Tables, factors, lists and names as the store has them (docs/store.md)."""

from __future__ import annotations

import hashlib
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
import pandas as pd


def component(name: str) -> str:
    """The name as one component of a path in the file."""
    if name == "":
        return "%"
    if name == ".":
        return "%2E"
    escaped = "".join(
        f"%{ord(c):02X}" if c in "/%" or ord(c) < 0x20 or ord(c) == 0x7F else c for c in name
    )
    if len(escaped.encode()) <= 255:
        return escaped
    digest = "~" + hashlib.sha256(name.encode()).hexdigest()[:16]
    start = escaped.encode()[: 255 - len(digest)].decode(errors="ignore")
    return start + digest


def text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def strings(dataset: h5py.Dataset) -> list[str]:
    return [text(value) for value in dataset[:]]


def own_name(node: h5py.Group | h5py.Dataset, name: str) -> str:
    """A column's own name, which it may not have in the file."""
    return text(node.attrs.get("column-name", name))


def factor(group: h5py.Group) -> pd.Categorical:
    return pd.Categorical.from_codes(
        group["codes"][:], strings(group["categories"]), ordered=bool(group.attrs["ordered"])
    )


def column(node: h5py.Group | h5py.Dataset, *, as_text: bool) -> Any:
    """A column of a table; a factor as text where it only saves room."""
    if isinstance(node, h5py.Group):
        values = factor(node)
        return np.where(values.isna(), "", np.asarray(values, dtype=object)) if as_text else values
    if h5py.check_string_dtype(node.dtype) is not None:
        return strings(node)
    values = node[:]
    if values.dtype == np.int8:
        logical = pd.array(values == 1, dtype="boolean")
        logical[values < 0] = pd.NA
        return logical
    if np.issubdtype(values.dtype, np.signedinteger) and (values < 0).any():
        whole = pd.array(values, dtype="Int64")
        whole[values < 0] = pd.NA
        return whole
    return values


def table(group: h5py.Group, *, factors: bool = False) -> pd.DataFrame:
    """A stored table, by the names of its rows.

    factors: whether factors stay such, as in the sample sheet; elsewhere they are text.
    """
    index = text(group.attrs["_index"])
    names = [text(name) for name in group.attrs["column-order"]]
    columns = {
        own_name(group[name], name): column(group[name], as_text=not factors) for name in names
    }
    return pd.DataFrame(columns, index=pd.Index(strings(group[index]), name=index))


def lists(group: h5py.Group) -> list[npt.NDArray[np.int32]]:
    offsets, values = group["offsets"][:], group["values"][:]
    return [values[start:end] for start, end in zip(offsets[:-1], offsets[1:], strict=True)]
