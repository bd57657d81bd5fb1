"""The rounded counts of make-inputs.R as AnnData files and as a 10x folder. Usage: make-inputs.py FOLDER"""
import gzip
import json
import os
import sys

import anndata
import numpy
import pandas
import scipy
from scipy import io, sparse

folder = sys.argv[1]
counts = pandas.read_csv(os.path.join(folder, "counts.tsv"), sep="\t", index_col=0)
samples = pandas.read_csv(os.path.join(folder, "samples.tsv"), sep="\t", index_col=0)
samples["age"] = [30, 41, 35, 52, 47, 38]
samples["purity"] = [0.5, 0.75, 0.625, 0.5, 0.875, 1.0]
samples["passed"] = True
samples["stage"] = pandas.Categorical(["II", "I", "III", "I", "II", "III"], categories=["I", "II", "III"], ordered=True)
matrix = counts.to_numpy().T.astype(numpy.float32)


def write(name, values, layer=None, compression="gzip"):
    data = anndata.AnnData(values, obs=samples.copy(), var=pandas.DataFrame(index=counts.index))
    if layer is not None:
        data.layers["counts"] = layer
    data.write_h5ad(os.path.join(folder, name), compression=compression)


write("dense.h5ad", matrix)
write("csr.h5ad", sparse.csr_matrix(matrix))
write("csc.h5ad", sparse.csc_matrix(matrix.astype(numpy.int64)))
write("layer.h5ad", numpy.log1p(matrix), layer=sparse.csr_matrix(matrix.astype(numpy.int32)))
write("normalised.h5ad", numpy.log1p(matrix))
# The other compression that anndata offers, which the HDF5 library does not come with.
write("lzf.h5ad", matrix, compression="lzf")

mtx = os.path.join(folder, "mtx")
os.makedirs(mtx, exist_ok=True)
io.mmwrite(os.path.join(mtx, "matrix.mtx"), sparse.coo_matrix(counts.to_numpy()), field="integer")
with open(os.path.join(mtx, "matrix.mtx"), "rb") as plain, open(os.path.join(mtx, "matrix.mtx.gz"), "wb") as packed:
    packed.write(gzip.compress(plain.read(), mtime=0))
os.remove(os.path.join(mtx, "matrix.mtx"))
with open(os.path.join(mtx, "features.tsv"), "w") as file:
    file.writelines(f"{gene}\tsymbol\tGene Expression\n" for gene in counts.index)
with open(os.path.join(mtx, "barcodes.tsv"), "w") as file:
    file.writelines(f"{sample}\n" for sample in counts.columns)

with open(os.path.join(folder, "versions-python.json"), "w") as file:
    versions = {m.__name__: m.__version__ for m in (anndata, numpy, pandas, scipy)}
    json.dump({"python": sys.version.split()[0], **versions}, file, indent=2)
    file.write("\n")
