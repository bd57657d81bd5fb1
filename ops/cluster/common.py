"""What the failure tests share: processes, studies, and the table of what was seen."""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TESTBED = os.path.join(os.path.dirname(ROOT), "shared", "testbed")

# A process that crashes ends at once. The backtrace of one whose memory is limited takes the Swift runtime half a minute.
os.environ.setdefault("SWIFT_BACKTRACE", "enable=no")


class Failed(Exception):
    """A test saw something else than it should have."""


def expect(condition, what):
    if not condition:
        raise Failed(what)


class Process:
    """A process whose output is read as it comes, each line with the time at which it came."""

    started = []

    def __init__(self, command, **options):
        Process.started.append(self)
        self.lines = []
        self.changed = threading.Condition()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", **options)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    @property
    def pid(self):
        return self.process.pid

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append((time.monotonic(), line.rstrip("\n")))
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def wait_for(self, text, within=60, since=0.0):
        """Waits for a line with `text` that came after `since`; returns when it came."""
        deadline = time.monotonic() + within
        with self.changed:
            while True:
                for moment, line in self.lines:
                    if moment >= since and re.search(text, line):
                        return moment
                left = deadline - time.monotonic()
                if left <= 0 or not self.reader.is_alive():
                    raise Failed(f"no line with `{text}` in:\n" + self.text())
                self.changed.wait(min(left, 0.5))

    def send(self, number):
        if self.process.poll() is None:
            os.kill(self.pid, number)

    def finish(self, within=300):
        """Waits for the end and returns the exit status."""
        try:
            status = self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            self.process.wait()
            raise Failed(f"it had not ended after {within} s:\n" + self.text()) from None
        self.reader.join(5)
        return status

    def stop(self):
        self.send(signal.SIGTERM)
        return self.finish(60)

    def text(self):
        return "\n".join(line for _, line in self.lines[-30:])


class Bench:
    """A program, a study that takes some seconds, and what it gives when nothing goes wrong."""

    def __init__(self, modicum, seed, permutations=400_000, is_quick=False):
        self.modicum = modicum
        self.is_quick = is_quick
        self.random = random.Random(seed)
        self.folder = tempfile.mkdtemp(prefix="modicum-failures-")
        self.study = os.path.join(self.folder, "study.yaml")
        cohort = os.path.join(ROOT, "datasets", "small-cohort")
        with open(os.path.join(cohort, "study.yaml")) as file:
            text = file.read().replace("permutations: 1000", f"permutations: {permutations}")
        for name in os.listdir(cohort):
            if name != "study.yaml":
                text = re.sub(rf"(?<=[ \[]){re.escape(name)}", os.path.join(cohort, name), text)
        with open(self.study, "w") as file:
            file.write(text)
        started = time.monotonic()
        status = self.run("undisturbed").finish()
        expect(status == 0, "the undisturbed run failed")
        self.seconds = time.monotonic() - started
        self.identity = self.identity_in("undisturbed")
        self.shards = sum(stage["shards"] for stage in self.record("undisturbed")["stages"])

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, out, *extra, prefix=(), **options):
        # A coordinator that served the study before would answer with what it has.
        shape = ("--again",) if "--connect" in extra else ("--workers", "2", "--threads", "1")
        return Process([*prefix, self.modicum, "run", self.study, "--out", self.path(out), *shape, *extra], **options)

    def record(self, out):
        with open(os.path.join(self.path(out), "run.json")) as file:
            return json.load(file)

    def identity_in(self, out):
        return self.record(out)["identity"]

    def expect_same(self, out):
        expect(self.identity_in(out) == self.identity, f"{out} has another identity than the undisturbed run")

    def reused(self, out):
        return sum(stage["reused"] for stage in self.record(out)["stages"])

    def remove(self):
        """Ends whatever a failed test left, and removes the folder."""
        for process in Process.started:
            process.send(signal.SIGCONT)
            process.send(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


def children(pid):
    """The processes that `pid` started."""
    found = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                found += [int(child) for child in file.read().split()]
    except OSError:
        pass
    return found


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


class Table:
    """The tests that ran, as rows."""

    HEADER = ("failure", "times", "what happened", "time to notice", "work repeated")

    def __init__(self, only=""):
        # Part of the names of the tests to run.
        self.only = only
        self.rows = []
        self.failures = 0

        # The names of the tests that failed.
        self.failed = []

        # What could not run here, and why.
        self.left_out = []

    def leave_out(self, reason):
        self.left_out.append(reason)
        print(f"left out: {reason}", flush=True)

    def test(self, failure, function, *arguments):
        """Runs one test, if it was asked for; it returns how often, what happened, the time to notice, and the work repeated."""
        if self.only not in failure:
            return
        print(f"-- {failure}", flush=True)
        try:
            times, happened, noticed, repeated = function(*arguments)
        except (Failed, OSError, subprocess.SubprocessError) as error:
            self.failures += 1
            print(f"FAILED: {failure}: {error}", flush=True)
            self.failed.append(failure)
            times, happened, noticed, repeated = 1, f"FAILED: {str(error).splitlines()[0]}", "", ""
        self.rows.append((failure, str(times), happened, noticed, repeated))

    def markdown(self):
        return "\n".join(markdown(self.HEADER, self.rows))


def markdown(header, rows):
    """The lines of a table."""
    return ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)] + ["| " + " | ".join(row) + " |" for row in rows]
