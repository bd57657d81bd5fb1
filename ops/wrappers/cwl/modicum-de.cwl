cwlVersion: v1.2
class: CommandLineTool
id: modicum-de
label: Differential expression with DESeq2's numbers, and gene-set enrichment
doc: |
  modicum de: counts and a sample sheet to tables, figures, networks, an offline report and one HDF5 file. The results are
  the same bytes for any number of threads.
baseCommand: [modicum, de]
arguments:
  - {prefix: --threads, valueFrom: $(runtime.cores)}
hints:
  SoftwareRequirement:
    packages:
      modicum: {version: ["0.1.0"]}
requirements:
  ResourceRequirement: {coresMin: 1, ramMin: 2000}
inputs:
  counts:
    type: [File, Directory]
    doc: A count table, or a folder of salmon, kallisto or HTSeq files.
    inputBinding: {prefix: --counts}
  samples:
    type: File
    doc: Sample sheet, TSV or CSV.
    inputBinding: {prefix: --samples}
  design:
    type: string?
    doc: R-style formula; it may be left out where a contrasts file is given.
    inputBinding: {prefix: --design}
  contrasts:
    type: File?
    doc: A contrasts file of nf-core/differentialabundance.
    inputBinding: {prefix: --contrasts}
  contrast:
    type:
      - "null"
      - {type: array, items: string, inputBinding: {prefix: --contrast}}
    doc: FACTOR:LEVEL:BASE, or coefficients added up and taken away.
  reference:
    type:
      - "null"
      - {type: array, items: string, inputBinding: {prefix: --reference}}
    doc: COLUMN=LEVEL, the level that others are compared with.
  tx2gene:
    type: File?
    doc: Transcripts and their genes, for salmon, kallisto and RSEM.
    inputBinding: {prefix: --tx2gene}
  annotation:
    type: File?
    doc: gene_id, symbol, chromosome and biotype, or a GTF file.
    inputBinding: {prefix: --annotation}
  filter:
    type: string?
    doc: Genes to analyse, such as "count > 3 in >= 5".
    inputBinding: {prefix: --filter}
  empirical_null:
    type: {type: enum, symbols: [none, fdrtool]}
    default: none
    inputBinding: {prefix: --empirical-null}
  sets:
    type:
      - "null"
      - {type: array, items: File, inputBinding: {prefix: --sets}}
    doc: Gene sets (GMT, GMX, GRP, or pairs of set and gene).
  permutations:
    type: int?
    doc: Exactly so many random gene sets per size; without it until every set is settled.
    inputBinding: {prefix: --permutations}
  seed:
    type: int?
    inputBinding: {prefix: --seed}
  out:
    type: string
    default: results
    doc: Name of the folder of the results.
    inputBinding: {prefix: --out}
outputs:
  folder:
    type: Directory
    outputBinding: {glob: $(inputs.out)}
  results:
    type: File[]
    doc: One table for each coefficient or contrast.
    outputBinding: {glob: "$(inputs.out)/results.*.tsv"}
  gene_sets:
    type: File[]
    doc: One table for each ranked list; none without gene sets.
    outputBinding: {glob: "$(inputs.out)/gene_sets*.tsv"}
  report:
    type: File
    outputBinding: {glob: $(inputs.out)/report.html}
  store:
    type: File
    outputBinding: {glob: $(inputs.out)/modicum.h5}
  record:
    type: File
    outputBinding: {glob: $(inputs.out)/run.json}
