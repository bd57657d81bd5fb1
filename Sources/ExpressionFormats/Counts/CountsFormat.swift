import ExpressionData

/// The layouts of counts that are read.
package enum CountsFormat: String, OptionWord {
    /// One row per gene, one column per sample; the first column names the genes.
    case table

    /// Subread's `featureCounts`: six columns about the gene, then one per BAM file.
    case featureCounts = "featurecounts"

    /// A folder of HTSeq's files, one per sample.
    case htseq

    /// A folder of STAR's `ReadsPerGene.out.tab`, one per sample.
    case star

    /// Folders of salmon's `quant.sf`, one per sample; needs a table of transcripts and genes.
    case salmon

    /// Folders of kallisto's `abundance.tsv` or `abundance.h5`, one per sample; needs a table of transcripts and genes.
    case kallisto

    /// A folder of RSEM's `genes.results` or `isoforms.results`, one per sample.
    case rsem

    /// A folder with a Matrix Market file, its features and its barcodes, as 10x Genomics' programs write it.
    case mtx

    /// AnnData in an HDF5 file: samples in rows, genes in columns.
    case h5ad

    /// The GCT format, version 1.2: gene and description, then one column per sample.
    case gct
}
