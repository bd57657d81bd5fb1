include { MODICUM_DE   } from '../../../modules/nf-core/modicum/de/main'
include { MODICUM_GSEA } from '../../../modules/nf-core/modicum/gsea/main'

workflow COUNTS_GENESETS_MODICUM {

    take:
    ch_counts     // channel: [ val(meta), val(design), path(counts), path(samples) ]
    ch_annotation // channel: [ path(annotation) ], or []
    ch_sets       // channel: [ path(sets) ], one file or more: ranked in MODICUM_DE
    ch_more_sets  // channel: [ path(sets) ]: tested on the same list afterwards

    main:
    MODICUM_DE ( ch_counts, ch_annotation, ch_sets )

    MODICUM_GSEA ( MODICUM_DE.out.ranks, ch_more_sets )

    emit:
    results        = MODICUM_DE.out.results     // channel: [ val(meta), [ results.*.tsv ] ]
    ranks          = MODICUM_DE.out.ranks       // channel: [ val(meta), ranks.rnk ]
    gene_sets      = MODICUM_DE.out.gene_sets   // channel: [ val(meta), gene_sets.tsv ]
    more_gene_sets = MODICUM_GSEA.out.gene_sets // channel: [ val(meta), gene_sets.tsv ]
    report         = MODICUM_DE.out.report      // channel: [ val(meta), report.html ]
    store          = MODICUM_DE.out.store       // channel: [ val(meta), modicum.h5 ]
    multiqc        = MODICUM_DE.out.multiqc     // channel: [ val(meta), [ *_mqc.json ] ]
}
