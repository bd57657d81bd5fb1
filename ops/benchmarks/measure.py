#!/usr/bin/env python3
"""Measures a whole command: wall time, CPU time of it and all its children, peak memory of the tree.

    ops/benchmarks/measure.py COMMAND [ARGUMENT]...

CPU time comes from wait4 and so covers every child that was itself waited for. Memory is sampled ten times a second: the
private pages of the process and its descendants, plus the largest amount that any of them shares, so that the executable's
pages do not count once per worker. A single process's peak from wait4 is the lower bound where a peak falls between samples.
(Proportional set sizes would be exact, but reading them stops a large process for milliseconds at a time.)
"""
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass


PAGE = os.sysconf("SC_PAGE_SIZE") / 2**20  # MiB


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
            resident = [resident_mebibytes(process) for process in tree(child.pid)]
            peak[0] = max(peak[0], sum(private for private, _ in resident) + max(shared for _, shared in resident))

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


def resident_mebibytes(process):
    """Private and shared resident memory; nothing for a process that has just ended."""
    try:
        with open(f"/proc/{process}/statm") as file:
            resident, shared = (int(pages) * PAGE for pages in file.read().split()[1:3])
        return resident - shared, shared
    except (OSError, ValueError):
        return 0.0, 0.0


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
