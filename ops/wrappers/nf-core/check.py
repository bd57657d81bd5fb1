#!/usr/bin/env python3
"""Checks the modules and the subworkflow of this folder as far as can be without Nextflow.

  check.py FOLDER      FOLDER is written anew

- The files, the sections of main.nf and the keys of meta.yml are those of the template in the nf_core package.
- The script of each module is run by bash on this repository's data, with and without what is optional; every output pattern
  must match a file, and the optional ones where they are asked for. The stub must match them all.
- meta.yml lists the outputs that main.nf has; the subworkflow takes and emits what its meta.yml says, of channels that exist.
"""
import glob
import itertools
import pathlib
import re
import shutil
import subprocess
import sys

import nf_core
import yaml

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parents[2] / "datasets"
TEMPLATE = pathlib.Path(nf_core.__file__).parent / "module-template"
COHORT, GOLDENS = DATA / "small-cohort", DATA / "goldens" / "gsea"
EXAMPLES = {
    "de": {
        "design": "~ batch + gender + age + stir_volume",
        "counts": COHORT / "counts.tsv.gz", "samples": COHORT / "samples.tsv",
        "annotation": COHORT / "genes.tsv.gz", "sets": [COHORT / "sets.gmt", COHORT / "custom.gmt"],
        "args": '--filter "count > 3 in >= 5" --empirical-null fdrtool --permutations 1000 --transform vst',
    },
    "gsea": {"ranks": GOLDENS / "list.rnk", "sets": [GOLDENS / "sets.gmt"], "args": "--permutations 1000 --seed 7"},
}


def expect(condition, text):
    if not condition:
        sys.exit(f"FAILED: {text}")


def sections(source):
    return re.findall(r"^    (input|output|when|script|stub):$", source, re.M)


def blocks(source):
    """The definitions and the text of script and stub."""
    parts = re.split(r"^    (?:script|stub):\n", source, flags=re.M)[1:]
    return [re.match(r'(.*?)^    """\n(.*?)^    """', part, re.M | re.S).groups() for part in parts]


def rendered(definitions, text, values):
    """What Groovy makes of the block, for the few forms that the modules use."""
    names = dict(values)
    for name, condition, then in re.findall(r"def (\w+) = (\w+) \? \"(.*)\" : ''", definitions):
        names[name] = substituted(then, names) if names.get(condition) else ""
    return substituted(text, names)


def substituted(text, names):
    text = text.replace("$task.cpus", "2")
    text = re.sub(r"(?<!\\)\$\{?([a-z_]\w*)\}?", lambda match: str(names[match[1]]), text)
    return text.replace("\\$", "$").replace("\\\\", "\\")


def patterns(source):
    return [(emit, pattern.replace("${prefix}", "study"), "optional: true" in rest)
            for pattern, emit, rest in re.findall(r'path\("([^"]+)"\)\s*,\s*emit: (\w+)(.*)', source)]


def matches(place, pattern):
    braces = re.search(r"\{(.*)\}", pattern)
    choices = [pattern.replace(braces[0], choice) for choice in braces[1].split(",")] if braces else [pattern]
    return list(itertools.chain.from_iterable(glob.glob(str(place / choice)) for choice in choices))


def run(source, index, values, place):
    place.mkdir(parents=True)
    staged = {}
    for name, value in values.items():
        if name == "sets":
            (place / "sets").mkdir()
            for path in value:
                (place / "sets" / path.name).symlink_to(path)
            staged[name] = " ".join(f"sets/{path.name}" for path in value)
        elif isinstance(value, pathlib.Path):
            (place / value.name).symlink_to(value)
            staged[name] = value.name
        else:
            staged[name] = value
    script = rendered(*blocks(source)[index], staged | {"prefix": "study"})
    (place / ".command.sh").write_text(f"#!/usr/bin/env bash\nset -euo pipefail\n{script}")
    subprocess.run(["bash", ".command.sh"], cwd=place, check=True)


def check_module(name, folder):
    place = HERE / "modules/nf-core/modicum" / name
    source = (place / "main.nf").read_text()
    meta = yaml.safe_load((place / "meta.yml").read_text())
    template = (TEMPLATE / "main.nf").read_text()
    for path in TEMPLATE.rglob("*"):
        ours = place / str(path.relative_to(TEMPLATE)).removesuffix(".j2")
        expect(ours.exists(), f"the template has {path.name}, {name} has not")
    expect(sections(source) == sections(template), f"{name} has other sections than the template")
    of_template = re.findall(r"^(\w+):", (TEMPLATE / "meta.yml").read_text(), re.M)
    expect(list(meta) == of_template, f"keys of {name}/meta.yml are not {of_template}")
    emitted = [emit for emit, _, _ in patterns(source)] + ["versions_modicum"]
    expect(list(meta["output"]) == emitted, f"outputs of {name}/meta.yml are not {emitted}")
    taken = re.findall(r"(?:path|val)\(?\s?(\w+)", re.search(r"input:\n(.*?)\n\n", source, re.S)[1])
    listed = [key for channel in meta["input"] for item in (channel if isinstance(channel, list) else [channel]) for key in item]
    expect(taken == listed, f"inputs of {name}/meta.yml are not {taken}")

    example = EXAMPLES[name]
    run(source, 0, example, folder / name / "all")
    run(source, 1, example, folder / name / "stub")
    checked = 0
    for emit, pattern, _ in patterns(source):
        for kind in ("all", "stub"):
            expect(matches(folder / name / kind, pattern), f"{name}: {pattern} matches nothing ({kind})")
            checked += 1
    if name == "de":
        bare = {**example, "annotation": "", "sets": [], "args": ""}
        run(source, 0, bare, folder / name / "bare")
        for emit, pattern, optional in patterns(source):
            expect(optional or matches(folder / name / "bare", pattern), f"{name}: {pattern} is not optional and matches nothing")
            checked += 1
    return checked, set(emitted)


def check_subworkflow(emits):
    place = HERE / "subworkflows/nf-core/counts_genesets_modicum"
    source, meta = (place / "main.nf").read_text(), yaml.safe_load((place / "meta.yml").read_text())
    for process, path in re.findall(r"include \{ (\w+)\s*\} from '([^']+)'", source):
        expect((place / f"{path}.nf").exists(), f"{path}.nf is not there")
        expect(f"process {process} " in (place / f"{path}.nf").read_text(), f"{path}.nf has no process {process}")
    for process, channel in re.findall(r"MODICUM_(\w+)\.out\.(\w+)", source):
        expect(channel in emits[process.lower()], f"MODICUM_{process} emits no {channel}")
    taken = re.findall(r"^    (ch_\w+) ", source, re.M)
    expect([key for item in meta["input"] for key in item] == taken, f"inputs of the subworkflow's meta.yml are not {taken}")
    emitted = re.findall(r"^    (\w+) += MODICUM", source, re.M)
    expect([key for item in meta["output"] for key in item] == emitted, f"outputs of the subworkflow's meta.yml are not {emitted}")
    expect(len(re.findall(r"ch_\w+", re.search(r"MODICUM_DE \((.*?)\)", source)[1])) == 3, "MODICUM_DE takes three channels")


def main(folder):
    shutil.rmtree(folder, ignore_errors=True)
    checked = {name: check_module(name, folder) for name in EXAMPLES}
    check_subworkflow({name: emits for name, (_, emits) in checked.items()})
    version = getattr(nf_core, "__version__", "")
    print(f"nf-core {version}: two modules and a subworkflow as its template has them, "
          f"{sum(count for count, _ in checked.values())} output patterns checked against real runs and stubs; Nextflow itself did not run")


if len(sys.argv) != 2:
    sys.exit(__doc__)
main(pathlib.Path(sys.argv[1]).resolve())
