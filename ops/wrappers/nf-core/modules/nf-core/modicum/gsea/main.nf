process MODICUM_GSEA {
    tag "$meta.id"
    label 'process_medium'

    conda "${moduleDir}/environment.yml"
    container "modicum:0.1.0"

    input:
    tuple val(meta), path(ranks)
    path sets, stageAs: 'sets/*'

    output:
    tuple val(meta), path("${prefix}/gene_sets.tsv")           , emit: gene_sets
    tuple val(meta), path("${prefix}/leading_edges.tsv")       , emit: leading_edges
    tuple val(meta), path("${prefix}/leading_edge_overlap.tsv"), emit: leading_edge_overlap
    tuple val(meta), path("${prefix}/generic_enrichment.txt")  , emit: generic
    tuple val(meta), path("${prefix}/modicum.h5")              , emit: store
    tuple val(meta), path("${prefix}/run.json")                , emit: record
    tuple val(meta), path("${prefix}/report.html")             , emit: report, optional: true
    tuple val("${task.process}"), val('modicum'), eval("modicum --version"), topic: versions, emit: versions_modicum

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    modicum \\
        gsea \\
        --ranks $ranks \\
        \$(printf -- '--sets %s ' sets/*) \\
        $args \\
        --threads $task.cpus \\
        --out $prefix
    """

    stub:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    echo '$args'
    mkdir -p $prefix
    touch $prefix/gene_sets.tsv
    touch $prefix/leading_edges.tsv
    touch $prefix/leading_edge_overlap.tsv
    touch $prefix/generic_enrichment.txt
    touch $prefix/modicum.h5
    touch $prefix/run.json
    touch $prefix/report.html
    """
}
