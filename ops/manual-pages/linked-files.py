#!/usr/bin/env python3
"""Copies the files of the repository that the staged pages link to, and points links to a folder at its README.

  linked-files.py SOURCE
"""
import os
import pathlib
import re
import shutil
import sys

LINK = re.compile(r"(\]\()([^)\s#:]+)((?:#[^)\s]*)?\))")
source = pathlib.Path(sys.argv[1])


def mended(page):
    def mend(match):
        target = os.path.normpath(page.parent / match[2])
        origin = pathlib.Path(os.path.relpath(target, source))
        if origin.is_dir():
            # A folder without a page of its own is shown as text: there is nothing to open.
            inner = next((f"{match[2].rstrip('/')}/{name}" for name in ("README.md",) if (origin / name).exists()), None)
            return f"{match[1]}{inner}{match[3]}" if inner else match[0]
        if origin.is_file() and not pathlib.Path(target).exists():
            pathlib.Path(target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(origin, target)
        return match[0]
    return mend


for page in sorted(source.rglob("*.md")):
    text = page.read_text()
    page.write_text(LINK.sub(mended(page), text))
