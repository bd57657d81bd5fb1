#!/usr/bin/env python3
"""Writes docs/commands.md, the reference of every command, from the program's own description of its options.

  commands.py EXECUTABLE [--check]      --check: compares, and writes nothing
"""
import json
import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "commands.md"
HEAD = """# Commands

Made from the program by `ops/manual EXECUTABLE`; `modicum COMMAND --help` says the same. Exit codes of all commands: 0 done,
2 usage, 3 bad input, 4 finished with warnings under `--strict`, 5 interrupted and resumable, 1 anything else.

"""
EVERYWHERE = {"version", "help"}


def cell(text):
    return " ".join((text or "").split()).replace("|", "\\|").replace("<", "&lt;")


def name(argument):
    if argument["kind"] == "positional":
        return f"`{argument['valueName'].upper()}`"
    names = [("-" if n["kind"] == "short" else "--") + n["name"] for n in argument["names"]]
    value = f" {argument['valueName'].upper().replace('-', '_')}" if argument["kind"] == "option" else ""
    return ", ".join(f"`{n}{value}`" for n in names)


def rule(argument):
    said = []
    if not argument["isOptional"] and argument["kind"] != "flag":
        said.append("required")
    if argument["isRepeating"]:
        said.append("may be repeated")
    values = argument.get("allValues") or argument.get("allValueStrings")
    if values:
        said.append(", ".join(f"`{value}`" if " " not in value else value for value in values))
    default = argument.get("defaultValue")
    if default and argument["kind"] != "flag" and "default" not in (argument.get("abstract") or ""):
        said.append(f"default `{default}`")
    return "; ".join(said)


def table(command):
    arguments = [a for a in command.get("arguments", []) if a.get("shouldDisplay", True) and a["valueName"] not in EVERYWHERE]
    if not arguments:
        return ""
    text, section = "", None
    for argument in sorted(arguments, key=lambda a: a["kind"] != "positional"):
        if not text or argument.get("sectionTitle") != section:
            section = argument.get("sectionTitle")
            text += (f"\n**{section[0].upper() + section[1:].lower()}**\n" if section else "") + "\n| option | what it does | values |\n|---|---|---|\n"
        text += f"| {name(argument)} | {cell(argument.get('abstract'))} | {cell(rule(argument))} |\n"
    return text


def fenced(discussion):
    """The discussion, with its indented lines as code."""
    lines, code = [], False
    for line in (discussion or "").splitlines():
        is_code = line.startswith("  ") and line.strip() != ""
        if is_code != code:
            lines.append("```" if code else "\n```")
            if code:
                lines.append("")
            code = is_code
        lines.append(line[2:] if is_code else line)
    return "\n".join(lines + (["```"] if code else []))


def all_commands(command, prefix=()):
    for child in command.get("subcommands", []):
        if child["commandName"] == "help" or not child.get("shouldDisplay", True):
            continue
        path = (*prefix, child["commandName"])
        yield path, child
        yield from all_commands(child, path)


def main():
    executable, *options = sys.argv[1:]
    dump = json.loads(subprocess.run([executable, "--experimental-dump-help"], check=True, capture_output=True).stdout)
    text = HEAD
    for path, command in all_commands(dump["command"]):
        text += f"## modicum {' '.join(path)}\n\n{' '.join(command['abstract'].split())}\n"
        if command.get("discussion"):
            text += f"\n{fenced(command['discussion'])}\n"
        text += table(command) + "\n"
    text = re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"
    if options == ["--check"]:
        if PAGE.read_text() != text:
            sys.exit("docs/commands.md is not what the program says: run ops/manual EXECUTABLE and commit it")
        print("docs/commands.md is as the program says")
    else:
        PAGE.write_text(text)


main()
