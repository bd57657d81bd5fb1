cwlVersion: v1.2
class: CommandLineTool
id: modicum-run
label: A whole study, every exposure with every set of covariates
doc: |
  modicum run: a study file and the folder with what it names to all tables, figures, networks and the offline report.
baseCommand: [modicum, run]
arguments:
  - {valueFrom: $(inputs.inputs.path)/$(inputs.study), position: 1}
  - {prefix: --threads, valueFrom: $(runtime.cores)}
hints:
  SoftwareRequirement:
    packages:
      modicum: {version: ["0.1.0"]}
requirements:
  ResourceRequirement: {coresMin: 1, ramMin: 2000}
inputs:
  inputs:
    type: Directory
    doc: The folder that holds the study file and what it names.
  study:
    type: string
    default: study.yaml
    doc: The study file's name in that folder.
  out:
    type: string
    default: results
    inputBinding: {prefix: --out}
outputs:
  folder:
    type: Directory
    outputBinding: {glob: $(inputs.out)}
  summary:
    type: File
    outputBinding: {glob: $(inputs.out)/summary.tsv}
  report:
    type: File
    outputBinding: {glob: $(inputs.out)/report.html}
  record:
    type: File
    outputBinding: {glob: $(inputs.out)/run.json}
