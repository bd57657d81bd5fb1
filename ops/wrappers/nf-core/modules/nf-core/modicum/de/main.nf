process MODICUM_DE {
    tag "$meta.id"
    label 'process_medium'

    conda "${moduleDir}/environment.yml"
    container "modicum:0.1.0"

    input:
    tuple val(meta), val(design), path(counts), path(samples)
    path annotation
    path sets, stageAs: 'sets/*'

    output:
    tuple val(meta), path("${prefix}/results.*.tsv")  , emit: results
    tuple val(meta), path("${prefix}/genes.tsv")      , emit: genes
    tuple val(meta), path("${prefix}/size_factors.tsv"), emit: size_factors
    tuple val(meta), path("${prefix}/model_matrix.tsv"), emit: model_matrix
    tuple val(meta), path("${prefix}/modicum.h5")     , emit: store
    tuple val(meta), path("${prefix}/run.json")       , emit: record
    tuple val(meta), path("${prefix}/report.html")    , emit: report      , optional: true
    tuple val(meta), path("${prefix}/ranks*.rnk")     , emit: ranks       , optional: true
    tuple val(meta), path("${prefix}/gene_sets*.tsv") , emit: gene_sets   , optional: true
    tuple val(meta), path("${prefix}/{vst,rlog}.tsv.gz"), emit: transformed, optional: true
    tuple val(meta), path("${prefix}/multiqc/*_mqc.json"), emit: multiqc
    tuple val("${task.process}"), val('modicum'), eval("modicum --version"), topic: versions, emit: versions_modicum

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    def annotation_arg = annotation ? "--annotation $annotation" : ''
    def sets_arg = sets ? "\$(printf -- '--sets %s ' sets/*)" : ''
    """
    modicum \\
        de \\
        --counts $counts \\
        --samples $samples \\
        --design '$design' \\
        $annotation_arg \\
        $sets_arg \\
        $args \\
        --threads $task.cpus \\
        --out $prefix

    modicum export $prefix --format multiqc --out $prefix/multiqc
    """

    stub:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    echo '$args'
    mkdir -p $prefix/multiqc
    touch $prefix/results.condition_treated_vs_untreated.tsv
    touch $prefix/genes.tsv
    touch $prefix/size_factors.tsv
    touch $prefix/model_matrix.tsv
    touch $prefix/modicum.h5
    touch $prefix/run.json
    touch $prefix/report.html
    touch $prefix/ranks.rnk
    touch $prefix/gene_sets.tsv
    touch $prefix/multiqc/modicum_analyses_mqc.json
    echo '' | gzip > $prefix/vst.tsv.gz
    """
}
