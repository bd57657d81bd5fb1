"""Workers that get a fixed part of one core, as if each had a slow machine of its own.

On few cores the coordinator and the command that waits compete with the workers, so that two workers on two cores say
little about two workers on two machines. With a quota below half a core each, neither the workers nor the coordinator
ever wait for one another. Needs root and a control group for CPU time (version 1 or 2).
"""
import os
import subprocess
import time

PERIOD = 10_000  # µs: short against a shard


class Unavailable(Exception):
    """No control group can be made here."""


class Quota:
    """A control group whose processes get `share` of one core together."""

    def __init__(self, name, share):
        for base, is_first in (("/sys/fs/cgroup/cpu", True), ("/sys/fs/cgroup", False)):
            self.folder = os.path.join(base, f"modicum-{os.getpid()}-{name}")
            try:
                os.mkdir(self.folder)
            except OSError:
                continue
            try:
                if is_first:
                    self._write("cpu.cfs_period_us", PERIOD)
                    self._write("cpu.cfs_quota_us", int(PERIOD * share))
                else:
                    self._write("cpu.max", f"{int(PERIOD * share)} {PERIOD}")
                return
            except OSError:
                os.rmdir(self.folder)
        raise Unavailable("control groups of CPU time cannot be made here (that needs root)")

    def _write(self, name, value):
        # Not created where it is missing: the file is the kernel's.
        descriptor = os.open(os.path.join(self.folder, name), os.O_WRONLY)
        try:
            os.write(descriptor, str(value).encode())
        finally:
            os.close(descriptor)

    def start(self, command):
        """Starts a process that is in the group before its first instruction."""
        return subprocess.Popen(
            command, stdout=subprocess.DEVNULL, preexec_fn=lambda: self._write("cgroup.procs", os.getpid()))

    def remove(self):
        """To be called once all its processes have ended."""
        for _ in range(100):
            try:
                return os.rmdir(self.folder)
            except OSError:
                time.sleep(0.05)  # the kernel lets go of the last process a moment after it was waited for


class Cluster:
    """A coordinator with `nodes` workers of one thread, each with `share` of one core."""

    def __init__(self, modicum, store, nodes, share):
        self.connection = os.path.join(store, "connection.json")
        self.quotas, self.workers = [], []
        self.coordinator = subprocess.Popen([modicum, "coordinator", "--store", store, "--quiet"])
        try:
            for node in range(nodes):
                self.quotas.append(Quota(node, share))
                self.workers.append(self.quotas[-1].start(
                    [modicum, "worker", "--connection-file", self.connection, "--threads", "1", "--quiet"]))
            deadline = time.monotonic() + 60
            while self._connected(modicum) < nodes:
                if time.monotonic() > deadline:
                    raise RuntimeError("the workers have not connected within a minute")
                time.sleep(0.1)
        except BaseException:
            self.close()
            raise

    def _connected(self, modicum):
        if not os.path.exists(self.connection):
            return 0
        status = subprocess.run(
            [modicum, "status", "--connection-file", self.connection], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True).stdout
        return sum(f"pid={worker.pid}" in status for worker in self.workers)

    def close(self):
        for process in [*self.workers, self.coordinator]:
            process.terminate()
        for process in [*self.workers, self.coordinator]:
            process.wait()
        for quota in self.quotas:
            quota.remove()
