#!/bin/sh
# Makes datasets/goldens/de anew with R, DESeq2 and fdrtool
# (Debian: r-base-core r-bioc-deseq2 r-cran-fdrtool r-cran-jsonlite).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$root/datasets/goldens/de"
# One thread for the linear algebra: the number of threads may change last digits.
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
Rscript --vanilla "$root/ops/goldens/make-de.R" "$root/datasets/goldens/de"
Rscript --vanilla "$root/ops/goldens/make-de-options.R" "$root/datasets/goldens/de"
