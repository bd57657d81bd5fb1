#!/bin/sh
# Makes datasets/goldens/de and datasets/goldens/formulas anew with R, DESeq2 and fdrtool
# (Debian: r-base-core r-bioc-deseq2 r-cran-fdrtool r-cran-jsonlite), and the goldens of apeglm where R has it.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$root/datasets/goldens/de"
# One thread for the linear algebra: the number of threads may change last digits.
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
Rscript --vanilla "$root/ops/goldens/make-de.R" "$root/datasets/goldens/de"
Rscript --vanilla "$root/ops/goldens/make-de-options.R" "$root/datasets/goldens/de"
Rscript --vanilla "$root/ops/goldens/make-de-rates.R" "$root/datasets/goldens/de"
Rscript --vanilla "$root/ops/goldens/make-formulas.R" "$root/datasets/goldens"
if Rscript --vanilla -e 'quit(status = !requireNamespace("apeglm", quietly = TRUE))'; then
    Rscript --vanilla "$root/ops/goldens/make-de-apeglm.R" "$root/datasets/goldens/de"
else
    echo "make-de.sh: R has no package apeglm (Bioconductor): its goldens stay as they are" >&2
fi
