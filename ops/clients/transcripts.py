#!/usr/bin/env python3
"""Runs the transcripts of a document and compares what they print with what stands there.

  transcripts.py DOCUMENT RUNS [--write]      --write puts what was printed into the document

RUNS is what ops/clients/make-runs made; the transcripts see its study as the folder `results`, and `ops`. A block of code
whose first line begins with `$ ` is one of a shell, with `>>> ` of Python, with `> ` of R. Those of Python are one session,
those of R, too.
"""
import contextlib
import difflib
import doctest
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def shell(block):
    lines = [line for line in block.splitlines() if line.startswith("$ ")]
    parts = []
    for line in lines:
        done = subprocess.run(line[2:], shell=True, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"FAILED: {line[2:]}\n{done.stderr}")
        parts.append(f"{line}\n{done.stdout}{done.stderr}")
    # An empty line stands between commands where one stood there before.
    between = "\n" if "\n\n$ " in block else ""
    return between.join(parts)


def python(block, names):
    printed = ""
    for example in doctest.DocTestParser().get_examples(block):
        source = example.source.splitlines()
        printed += f">>> {source[0]}\n" + "".join(f"... {line}\n" for line in source[1:])
        with contextlib.redirect_stdout(io.StringIO()) as output:
            exec(compile(example.source, "<transcript>", "single"), names)
        printed += output.getvalue()
    return printed


def r(blocks):
    """What the blocks print, one after another in one session."""
    mark = "# next block"
    script = f"{mark}\n".join(
        "".join(f"{line[2:]}\n" for line in block.splitlines() if line[:2] in ("> ", "+ ")) for block in blocks)
    done = subprocess.run(["R", "--vanilla", "--quiet", "--no-save"], input=script, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"FAILED: R\n{done.stdout}{done.stderr}")
    text = done.stdout.removesuffix("> \n").removesuffix("> ") + done.stderr
    return text.split(f"> {mark}\n")


def main():
    document, runs = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    text = document.read_text()
    blocks = list(re.finditer(r"(?<=```\n)(\$ |>>> |> )(.|\n)*?(?=```\n)", text))
    kinds = {">>> ": "python", "$ ": "shell", "> ": "R"}
    has_r = shutil.which("R") is not None and subprocess.run(
        ["Rscript", "--vanilla", "-e", "library(rhdf5)"], capture_output=True).returncode == 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.symlink(runs / "run", "results")
        os.symlink(ROOT / "ops", "ops")
        # `ops/identity.py` and the transcripts want the same Python.
        os.environ["PATH"] = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        names = {"__name__": "__main__"}
        of_r = iter(r([match[0] for match in blocks if match[1] == "> "]) if has_r else [])
        printed = []
        for match in blocks:
            if match[1] == ">>> ":
                printed.append(python(match[0], names))
            elif match[1] == "$ ":
                printed.append(shell(match[0]))
            else:
                printed.append(next(of_r) if has_r else match[0])
        os.chdir(ROOT)
    new, end = "", 0
    for match, output in zip(blocks, printed):
        new += text[end:match.start()] + "".join(line.rstrip() + "\n" for line in output.splitlines())
        end = match.end()
    new += text[end:]
    left = "" if has_r else "; those of R are left out: R has no rhdf5"
    if "--write" in sys.argv:
        document.write_text(new)
    elif new != text:
        sys.stdout.writelines(difflib.unified_diff(
            text.splitlines(True), new.splitlines(True), "the document", "what was printed"))
        sys.exit("FAILED: the transcripts print something else")
    counts = ", ".join(f"{sum(match[1] == k for match in blocks)} of {kind}" for k, kind in kinds.items())
    print(f"transcripts: {counts} are as the document has them{left}")


main()
