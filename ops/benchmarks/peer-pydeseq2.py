"""The analysis of ops/benchmarks/de with PyDESeq2: peer-pydeseq2.py COUNTS SAMPLES ANNOTATION OUT

PyDESeq2 has no empirical null; the table ends with the model's p-values.
"""
import sys

import numpy
import pandas
from pydeseq2.dds import DeseqDataSet
from pydeseq2.default_inference import DefaultInference
from pydeseq2.ds import DeseqStats

counts_path, samples_path, annotation_path, out = sys.argv[1:]
counts = pandas.read_csv(counts_path, sep="\t", index_col=0)
samples = pandas.read_csv(samples_path, sep="\t", index_col=0)
genes = pandas.read_csv(annotation_path, sep="\t", index_col=0, dtype=str, keep_default_na=False)
autosomal = genes["chromosome"].isin([str(number) for number in range(1, 23)]).to_numpy()
kept = ((counts > 3).sum(axis=1) >= 5).to_numpy() & autosomal
inference = DefaultInference(n_cpus=1)
data = DeseqDataSet(
    counts=counts[kept].T, metadata=samples, design="~ batch + age + gender + stir_volume", inference=inference, quiet=True)
data.deseq2()
contrast = numpy.array([float(column == "stir_volume") for column in data.obsm["design_matrix"].columns])
statistics = DeseqStats(data, contrast=contrast, inference=inference, quiet=True)
statistics.summary()
statistics.results_df.to_csv(out, sep="\t", index_label="gene_id", na_rep="NA")
