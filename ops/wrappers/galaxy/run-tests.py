#!/usr/bin/env python3
"""Runs the tests that the tools of this folder declare, without a Galaxy server.

  run-tests.py FOLDER      FOLDER is written anew

The command is rendered by Cheetah as Galaxy renders it, bash runs it, and Galaxy's own functions judge what it wrote. What a server
adds (upload, datatypes, its user interface) is not seen here.
"""
import copy
import os
import pathlib
import re
import shutil
import subprocess
import sys
import types

from Cheetah.Template import Template
from galaxy.tool_util.parser import get_tool_source
from galaxy.tool_util.verify.asserts import verify_assertions

HERE = pathlib.Path(__file__).resolve().parent


def inputs(tool, test):
    """What the command sees: the declared defaults, and over them what the test says."""
    data = HERE / "test-data"

    def value(parameter, given):
        name = parameter.get("name") or parameter.get("argument").lstrip("-").replace("-", "_")
        text = given.get(name)
        if parameter.get("type") == "data":
            path = str(data / text) if text else None
            return name, ([path] if path else []) if parameter.get("multiple") == "true" else path
        if parameter.get("type") == "select" and text is None:
            text = next(option.get("value") for option in parameter.findall("option") if option.get("selected") == "true")
        return name, text if text is not None else parameter.get("value", "")

    def below(node, element):
        given = {child.get("name"): child.get("value") for child in element.findall("param")}
        found = dict(value(parameter, given) for parameter in node.findall("param"))
        for section in node.findall("section"):
            of_test = next((s for s in element.findall("section") if s.get("name") == section.get("name")), None)
            found[section.get("name")] = types.SimpleNamespace(
                **below(section, of_test if of_test is not None else element.makeelement("section")))
        for repeat in node.findall("repeat"):
            found[repeat.get("name")] = [
                types.SimpleNamespace(**below(repeat, row))
                for row in element.findall("repeat") if row.get("name") == repeat.get("name")]
        return found

    return below(tool.find("inputs"), test)


def outputs(tool, folder):
    """The files of each output, by the names of elements for a collection."""
    found = {}
    for output in tool.find("outputs"):
        if output.tag == "data":
            found[output.get("name")] = folder / output.get("from_work_dir")
        else:
            discover = output.find("discover_datasets")
            matches = ((re.fullmatch(discover.get("pattern"), path.name), path)
                       for path in sorted((folder / discover.get("directory")).iterdir()))
            found[output.get("name")] = {match["designation"]: path for match, path in matches if match}
    return found


def judge(declared, path):
    assertions = declared.get("attributes", {}).get("assert_list")
    if assertions:
        verify_assertions(path.read_bytes(), assertions, None)
    elif not path.stat().st_size:
        sys.exit(f"{path} is empty")
    return len(assertions or [])


def main(folder):
    shutil.rmtree(folder, ignore_errors=True)
    tests = assertions = 0
    for description in sorted(HERE.glob("modicum_*.xml")):
        source = get_tool_source(str(description))
        # The parser takes the tests out of the tree that it reads.
        tool = copy.deepcopy(source.xml_tree.getroot())
        declared = source.parse_tests_to_dict()["tests"]
        for number, (test, about) in enumerate(zip(tool.find("tests"), declared), 1):
            place = folder / f"{description.stem}.{number}"
            place.mkdir(parents=True)
            command = str(Template(tool.find("command").text, searchList=[inputs(tool, test)]))
            command = " ".join(command.split())
            print(f"$ {command}")
            subprocess.run(["bash", "-c", command], cwd=place, check=True, env=os.environ | {"GALAXY_SLOTS": "1"})
            found = outputs(tool, place)
            for output in about["outputs"]:
                assertions += judge(output, found[output["name"]])
            for collection in about["output_collections"]:
                files, count = found[collection["name"]], int(collection["attributes"]["count"])
                if len(files) != count:
                    sys.exit(f"{collection['name']} has {len(files)} elements, not {count}")
                for name, (_, attributes) in collection["element_tests"].items():
                    assertions += judge({"attributes": attributes}, files[name])
            tests += 1
    print(f"{tests} tests run as Galaxy renders them, {assertions} assertions hold")


if len(sys.argv) != 2:
    sys.exit(__doc__)
main(pathlib.Path(sys.argv[1]).resolve())
