cwlVersion: v1.2
class: CommandLineTool
id: modicum-gsea
label: Gene-set enrichment of a ranked list
doc: |
  modicum gsea: a ranked list and gene sets to GSEA's numbers, each with its interval, and an offline report.
baseCommand: [modicum, gsea]
arguments:
  - {prefix: --threads, valueFrom: $(runtime.cores)}
hints:
  SoftwareRequirement:
    packages:
      modicum: {version: ["0.1.0"]}
requirements:
  ResourceRequirement: {coresMin: 1, ramMin: 2000}
inputs:
  ranks:
    type: File
    doc: Ranked list (RNK), gene and score.
    inputBinding: {prefix: --ranks}
  sets:
    type:
      type: array
      items: File
      inputBinding: {prefix: --sets}
    doc: Gene sets (GMT, GMX, GRP, or pairs of set and gene).
  min_size:
    type: int?
    inputBinding: {prefix: --min-size}
  max_size:
    type: int?
    inputBinding: {prefix: --max-size}
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
    inputBinding: {prefix: --out}
outputs:
  folder:
    type: Directory
    outputBinding: {glob: $(inputs.out)}
  gene_sets:
    type: File
    outputBinding: {glob: $(inputs.out)/gene_sets.tsv}
  report:
    type: File
    outputBinding: {glob: $(inputs.out)/report.html}
  store:
    type: File
    outputBinding: {glob: $(inputs.out)/modicum.h5}
  record:
    type: File
    outputBinding: {glob: $(inputs.out)/run.json}
