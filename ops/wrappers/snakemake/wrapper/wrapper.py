"""Runs one command of Modicum; meta.yaml says what it reads and writes."""

import shlex
from pathlib import Path

from snakemake.shell import shell

COMMANDS = {
    "de": ("counts", "samples", "annotation", "tx2gene", "sets"),
    "gsea": ("ranks", "sets"),
    "run": (),
}


def listed(value):
    return [value] if isinstance(value, str) else list(value or [])


command = snakemake.params.get("command", "de")
if command not in COMMANDS:
    raise ValueError(f"params.command is {command!r}: it must be one of {', '.join(COMMANDS)}")

arguments = ["modicum", command]
if command == "run":
    arguments.append(snakemake.input.study)
for name in COMMANDS[command]:
    for path in listed(snakemake.input.get(name)):
        arguments += [f"--{name}", path]
if command == "de":
    if design := snakemake.params.get("design"):
        arguments += ["--design", design]
    for contrast in listed(snakemake.params.get("contrasts")):
        arguments += ["--contrast", contrast]

folder = snakemake.output.get("directory")
if folder is None:
    # Only files were declared: they lie side by side in the folder of the results.
    folders = {str(Path(path).parent) for path in snakemake.output}
    if len(folders) != 1:
        raise ValueError(f"the outputs lie in several folders: {', '.join(sorted(folders))}")
    folder = folders.pop()
arguments += ["--out", folder, "--threads", str(snakemake.threads)]

log = snakemake.log_fmt_shell(stdout=True, stderr=True)
shell(f"{shlex.join(map(str, arguments))} {snakemake.params.get('extra', '')} {log}")
