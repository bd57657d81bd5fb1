#!/usr/bin/env python3
"""Measures a whole command: wall time, CPU time of it and all its children, peak memory of the tree.

    ops/benchmarks/measure.py COMMAND [ARGUMENT]...

CPU time comes from wait4 and so covers every child that was itself waited for. Memory is sampled ten times a second as the
sum of the proportional set sizes (PSS) of the process and its descendants, so that pages shared by workers count once; a
single process's peak from wait4 is the lower bound where the command is shorter than a sample.
"""
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass


@dataclass
class Measurement:
    """What one run of a command took."""

    status: int
    wall_seconds: float
    cpu_seconds: float
    peak_mebibytes: float


def measure(command, log=subprocess.DEVNULL, environment=None):
    """Runs a command to its end. Its output goes to `log`."""
    started = time.monotonic()
    child = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
    peak = [0.0]
    ended = threading.Event()

    def sample():
        while not ended.wait(0.1):
            peak[0] = max(peak[0], sum(proportional_mebibytes(p) for p in tree(child.pid)))

    sampler = threading.Thread(target=sample)
    sampler.start()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - started
    ended.set()
    sampler.join()
    child.returncode = os.waitstatus_to_exitcode(status)
    return Measurement(
        child.returncode, wall, usage.ru_utime + usage.ru_stime, max(peak[0], usage.ru_maxrss / 1024))


def tree(root):
    """A process and its living descendants."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    # The name stands in parentheses and may hold spaces; the parent is the second field after it.
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry))
    found = [root]
    for process in found:
        found += children.get(process, [])
    return found


def proportional_mebibytes(process):
    try:
        with open(f"/proc/{process}/smaps_rollup") as file:
            return sum(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
    except (OSError, IndexError):
        return 0.0


def markdown(header, rows):
    """A Markdown table with aligned columns."""
    cells = [header] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: measure.py COMMAND [ARGUMENT]...")
    taken = measure(sys.argv[1:], log=sys.stderr)
    print(
        f"wall {taken.wall_seconds:.2f} s, CPU {taken.cpu_seconds:.2f} s, peak {taken.peak_mebibytes:.0f} MiB, "
        f"exit {taken.status}")
    sys.exit(taken.status)
