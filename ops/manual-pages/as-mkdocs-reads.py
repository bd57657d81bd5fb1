#!/usr/bin/env python3
"""Writes the staged pages as mkdocs reads Markdown, where the repository's host reads it otherwise.

  as-mkdocs-reads.py SOURCE

A list has an empty line before it there. What belongs to a step of a numbered list is indented by four, and code in it has no fences.
A bar inside of code has no backslash in a table. Tabs become blanks: columns of twelve, so that the tables of the examples line up.
"""
import pathlib
import re
import sys


def lines_of(text):
    in_list = fenced = block = False
    previous = ""
    for line in text.split("\n"):
        if not in_list and line.startswith("```"):
            block = not block
        if block:
            yield line.expandtabs(12)
            continue
        item = re.match(r"([-*]|\d+\.) ", line)
        if item and (previous.startswith("   ") if in_list else previous and not re.match(r"[-*] | ", previous)):
            yield ""
        previous = line
        if re.match(r"\d+\. ", line):
            in_list = True
        elif in_list and line.startswith("   "):
            if line.startswith("   ```"):
                fenced = not fenced
                yield ""
                continue
            line = ("     " if fenced else " ") + line
        elif line and not fenced:
            in_list = False
        if line.startswith("|"):
            line = re.sub(r"`[^`]*`", lambda code: code[0].replace(r"\|", "|"), line)
        yield line


for page in sorted(pathlib.Path(sys.argv[1]).rglob("*.md")):
    page.write_text("\n".join(lines_of(page.read_text())))
