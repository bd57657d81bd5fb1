#!/usr/bin/env python3
"""Computes the identity of a run from its modicum.h5 with h5py alone (docs/store.md).

    ops/identity.py modicum.h5              prints the identity, and fails if the file records another one
    ops/identity.py --manifest modicum.h5   prints the manifest, whose SHA-256 it is
"""
import hashlib
import sys

import h5py
import numpy as np


def datasets(group, path=""):
    for name, member in group.items():
        if isinstance(member, h5py.Dataset):
            yield path + name, member
        else:
            yield from datasets(member, path + name + "/")


def content(dataset):
    """The type's name, and the elements' bytes as they are hashed."""
    if h5py.check_string_dtype(dataset.dtype):
        strings = np.ravel(dataset.asstr()[()]).tolist()
        encoded = [string.encode() for string in strings]
        return "string", b"".join(len(string).to_bytes(8, "little") + string for string in encoded)
    values = np.asarray(dataset[()])
    if np.issubdtype(values.dtype, np.floating):
        values = np.where(np.isnan(values), values.dtype.type(np.nan), values)
    return values.dtype.name, values.astype(values.dtype.newbyteorder("<")).tobytes()


def manifest(file):
    lines = []
    for path, dataset in datasets(file):
        kind, data = content(dataset)
        shape = "x".join(map(str, dataset.shape)) or "scalar"
        lines.append((path.encode(), f"{path}\t{kind}\t{shape}\t{hashlib.sha256(data).hexdigest()}\n"))
    return "".join(line for _, line in sorted(lines))


if __name__ == "__main__":
    with h5py.File(sys.argv[-1], "r") as file:
        text, recorded = manifest(file), file.attrs["identity"]
    identity = hashlib.sha256(text.encode()).hexdigest()
    print(text if sys.argv[1] == "--manifest" else identity, end="" if sys.argv[1] == "--manifest" else "\n")
    if identity != recorded:
        sys.exit(f"the file records the identity {recorded}")
