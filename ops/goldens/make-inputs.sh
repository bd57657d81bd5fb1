#!/bin/sh
# Makes datasets/goldens/inputs anew with R, tximport and DESeq2 (Debian: r-base-core r-bioc-tximport r-bioc-deseq2
# r-bioc-rhdf5 r-cran-readr r-cran-jsonlite) and with Python, anndata and scipy, of which PYTHON names the interpreter.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$root/datasets/goldens/inputs"
OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 Rscript --vanilla "$root/ops/goldens/make-inputs.R" "$root/datasets/goldens/inputs"
"${PYTHON:-python3}" "$root/ops/goldens/make-inputs.py" "$root/datasets/goldens/inputs"
