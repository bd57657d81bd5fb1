"""ops/benchmarks/de with PyDESeq2: peer-pydeseq2.py COUNTS SAMPLES OUT DESIGN FACTORS EXPRESSED [ANNOTATION]

The arguments are those of peer-deseq2.R. PyDESeq2 has no empirical null; the table ends with the model's p-values.
"""
import sys

import numpy
import pandas
from pydeseq2.dds import DeseqDataSet
from pydeseq2.default_inference import DefaultInference
from pydeseq2.ds import DeseqStats

counts_path, samples_path, out, design, factors, expressed, *annotation = sys.argv[1:]
counts = pandas.read_csv(counts_path, sep="\t", index_col=0)
samples = pandas.read_csv(samples_path, sep="\t", index_col=0)
samples = samples.astype({factor: str for factor in factors.split(",")})
kept = ((counts > 3).sum(axis=1) >= int(expressed)).to_numpy()
for path in annotation:
    genes = pandas.read_csv(path, sep="\t", index_col=0, dtype=str, keep_default_na=False)
    kept &= genes["chromosome"].isin([str(number) for number in range(1, 23)]).to_numpy()
inference = DefaultInference(n_cpus=1)
data = DeseqDataSet(counts=counts[kept].T, metadata=samples, design=design, inference=inference, quiet=True)
data.deseq2()
columns = len(data.obsm["design_matrix"].columns)
statistics = DeseqStats(data, contrast=numpy.eye(columns)[-1], inference=inference, quiet=True)
statistics.summary()
statistics.results_df.to_csv(out, sep="\t", index_label="gene_id", na_rep="NA")
