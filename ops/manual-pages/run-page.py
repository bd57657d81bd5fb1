#!/usr/bin/env python3
"""Runs the commands of a page of the manual, as a reader who copies them: blocks of sh, of Python and of R, in their order.

  run-page.py EXECUTABLE PAGE...

Python's blocks of a page are one session, R's another. R's are left out where R is not there, which is said; blocks of R on a page
without a run before them are for a session that the reader has, and are left out, too.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
executable = pathlib.Path(sys.argv[1]).resolve()


def run(page):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "bin").mkdir()
        (folder / "bin" / "modicum").symlink_to(executable)
        (folder / "datasets").symlink_to(ROOT / "datasets")
        environment = os.environ | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
        names, said, has_run = {}, [], False
        os.chdir(folder)
        for language, text in re.findall(r"^```(sh|python|r)\n(.*?)^```$", page.read_text(), re.M | re.S):
            if language == "python":
                exec(compile(text, str(page), "exec"), names)
            elif language == "sh":
                done = subprocess.run(["bash", "-euo", "pipefail", "-c", text], env=environment, capture_output=True, text=True)
                if done.returncode != 0:
                    sys.exit(f"FAILED: {page.name}: {text}\n{done.stdout}{done.stderr}")
                has_run = True
            elif has_run and shutil.which("Rscript"):
                done = subprocess.run(["Rscript", "--vanilla", "-e", text], capture_output=True, text=True)
                if done.returncode != 0:
                    sys.exit(f"FAILED: {page.name}: {text}\n{done.stdout}{done.stderr}")
            else:
                said.append("its R is left out")
                continue
            said.append(language)
        os.chdir(ROOT)
        print(f"{page.name}: {', '.join(said)}")


for page in sys.argv[2:]:
    run(pathlib.Path(page).resolve())
