"""Reads the results of Modicum: differential expression and gene-set enrichment."""

from ._run import ModicumError, Run, read

__all__ = ["ModicumError", "Run", "read"]
__version__ = "0.1.0"
