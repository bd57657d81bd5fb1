#!/usr/bin/env python3
"""Validates a crate as `modicum export --format ro-crate` makes it, and reads it with the rocrate package.

  crate.py CRATE RUN     needs roc-validator and rocrate

It needs no network: the terms of RO-Crate 1.1 come from the context in the rocrate package. That is of a later version,
in which the terms that a run uses mean the same.
"""
import atexit
import hashlib
import json
import pathlib
import sys
import tempfile

import requests
import rocrate
from rocrate.rocrate import ROCrate
from rocrate_validator import models, services
from rocrate_validator.utils import http, log

# What the profiles recommend and a run does not know: the program has no address, and nobody told who ran it or publishes
# it. Addresses by content (ni:) are ones that the validator cannot try.
NOT_KNOWN = {
    "The Application SHOULD have a url",
    "The SoftwareApplication id SHOULD be an absolute URI",
    "The Action SHOULD have an agent that is a Person or Organization",
    "The Root Data Entity SHOULD have a link to a Contextual Entity representing the `author` of the RO-Crate",
    "The `publisher` property of a `Root Data Entity` SHOULD be an `Organization`",
}


def expect(truth, what):
    if not truth:
        sys.exit(f"FAILED: {what}")


def offline():
    context = (pathlib.Path(rocrate.__file__).parent / "data/ro-crate.jsonld").read_bytes()

    def get(_, address, *_words, **_names):
        answer = requests.Response()
        answer.url, answer.status_code = address, 200 if address.endswith("/context") else 404
        answer._content = context if answer.status_code == 200 else b""
        answer.headers["Content-Type"] = "application/ld+json"
        return answer

    http.HttpRequester.get = http.HttpRequester.head = get
    # What it would print at the end is that it cannot try addresses by content.
    atexit.unregister(log.__print_logs_on_exit__)


def validate(crate):
    """All that is required holds, and of what is recommended all that a run can know."""
    settings = services.ValidationSettings(
        rocrate_uri=str(crate), profile_identifier="process-run-crate-0.5",
        requirement_severity=models.Severity.RECOMMENDED)
    result = services.validate(settings)
    expect(result.executed_checks, f"{crate}: nothing was checked")
    for issue in result.get_issues():
        known = issue.message in NOT_KNOWN or "scheme 'ni'" in issue.message
        expect(
            known and issue.severity == models.Severity.RECOMMENDED,
            f"{crate}: {issue.severity.name}: {issue.check.identifier}: {issue.message}")
    return len(result.executed_checks)


def read(crate, run):
    """The rocrate package finds every file with its digest, the action, and writes the same crate again."""
    record = json.loads((run / "run.json").read_text())
    content = ROCrate(crate)
    names = {file["name"] for file in record["files"] + record.get("derivedFiles", [])} | {"run.json"}
    files = {entity["name"]: entity for entity in content.data_entities if not entity.id.startswith("ni:")}
    expect(set(files) == names, f"{crate}: other files than the run's")
    for name, entity in files.items():
        data = (crate / name).read_bytes()
        expect(
            entity["contentSize"] == str(len(data)) and entity["sha256"] == hashlib.sha256(data).hexdigest(),
            f"{crate}: {name} has another size or digest")
    inputs = {entity["sha256"] for entity in content.data_entities if entity.id.startswith("ni:")}
    expect(inputs == {one["sha256"] for one in record["configuration"]["inputs"]}, f"{crate}: other inputs")
    expect(content.root_dataset["identifier"] == record["identity"], f"{crate}: another identity")
    (action,) = [entity for entity in content.contextual_entities if entity.type == "CreateAction"]
    expect(action["instrument"]["softwareVersion"] == record["version"], f"{crate}: another version")
    with tempfile.TemporaryDirectory() as folder:
        content.write(folder)
        again = ROCrate(folder)
        expect(
            {entity.id for entity in again.get_entities()} == {entity.id for entity in content.get_entities()},
            f"{crate}: written again, it has other entities")


def main():
    crate, run = map(pathlib.Path, sys.argv[1:])
    offline()
    checks = validate(crate)
    read(crate, run)
    print(f"{crate}: {checks} checks of RO-Crate 1.1 and Process Run Crate 0.5")


main()
