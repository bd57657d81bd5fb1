"""Failures of processes on one machine: killed, stopped, without disk or descriptors."""
import os
import signal
import subprocess
import time

from common import Failed, Process, alive, children, expect


def test_all(bench, table, kills):
    table.test("command killed (SIGKILL) at a random moment, then repeated", commands_killed, bench, kills)
    table.test("worker killed (SIGKILL) at a random moment", workers_killed, bench, kills)
    table.test("coordinator killed (SIGKILL) at a random moment, its workers staying", coordinators_killed, bench,
               max(1, kills // 5))
    table.test("worker killed: time until its shards are others'", kill_noticed, bench)
    table.test("worker stopped (SIGSTOP), later continued", worker_stopped, bench)
    table.test("descriptors run out at the coordinator (`prlimit --nofile`)", descriptors, bench)
    if os.geteuid() == 0:
        table.test("disk of the run full (tmpfs), later enlarged", disk_full, bench)
    else:
        print("left out: full disks need root, to mount a small file system", flush=True)


def commands_killed(bench, kills):
    reused, killed = 0, 0
    while killed < kills:
        out = f"command-{killed}"
        # Up to three times in a row the same run; the last time it may end.
        for _ in range(3):
            run = bench.run(out)
            time.sleep(bench.random.uniform(0.05, 1.1 * bench.seconds))
            workers = children(run.pid)
            run.send(signal.SIGKILL)
            run.finish()
            killed += 1
            deadline = time.monotonic() + 5
            while any(alive(worker) for worker in workers):
                expect(time.monotonic() < deadline, "workers outlived their command")
                time.sleep(0.02)
        last = bench.run(out)
        expect(last.finish() == 0, "the repeated command failed:\n" + last.text())
        bench.expect_same(out)
        reused += bench.reused(out)
    return killed, "same bytes; workers gone with the command", "", f"{reused} journalled shards used again"


def workers_killed(bench, kills):
    killed, runs = 0, 0
    while killed < kills:
        out = f"worker-{runs}"
        runs += 1
        run = bench.run(out)
        while killed < kills and run.process.poll() is None:
            time.sleep(bench.random.uniform(0.02, 0.3 * bench.seconds))
            workers = children(run.pid)
            if workers:
                os.kill(bench.random.choice(workers), signal.SIGKILL)
                killed += 1
        expect(run.finish() == 0, "the run failed:\n" + run.text())
        bench.expect_same(out)
    return killed, f"same bytes in {runs} runs; another worker started each time", "at once", "the shards in hand"


class Cluster:
    """A coordinator and workers as a user starts them by hand."""

    def __init__(self, bench, name, workers=2, prefix=()):
        self.bench = bench
        self.store = bench.path(name)
        self.prefix = list(prefix)
        self.connection = os.path.join(self.store, "connection.json")
        self.coordinator = None
        self.start_coordinator()
        self.workers = [self.start_worker() for _ in range(workers)]

    def start_coordinator(self):
        self.coordinator = Process(self.prefix + [self.bench.modicum, "coordinator", "--store", self.store])
        self.coordinator.wait_for("Listening on")

    def start_worker(self):
        return Process([self.bench.modicum, "worker", "--connection-file", self.connection, "--threads", "1"])

    def stop(self):
        for worker in self.workers:
            worker.send(signal.SIGCONT)
            expect(worker.stop() in (0, -signal.SIGKILL), "a worker did not leave with 0:\n" + worker.text())
        expect(self.coordinator.stop() == 5, "the coordinator did not stop in order:\n" + self.coordinator.text())


def coordinators_killed(bench, kills):
    cluster = Cluster(bench, "coordinators")
    killed, runs = 0, 0
    while killed < kills:
        out = f"coordinator-{runs}"
        runs += 1
        for _ in range(4):
            client = bench.run(out, "--connect", cluster.connection)
            time.sleep(bench.random.uniform(0.1, bench.seconds))
            if killed < kills and client.process.poll() is None:
                cluster.coordinator.send(signal.SIGKILL)
                cluster.coordinator.finish()
                killed += 1
                cluster.start_coordinator()
            if client.finish() == 0:
                break
        else:
            client = bench.run(out, "--connect", cluster.connection)
            expect(client.finish() == 0, "the run was not fetched:\n" + client.text())
        bench.expect_same(out)
    cluster.stop()
    return killed, f"same bytes in {runs} runs; workers reconnect by themselves, the command is repeated", "at once", \
        "what was not journalled"


def kill_noticed(bench):
    cluster = Cluster(bench, "noticed")
    client = bench.run("noticed-out", "--connect", cluster.connection)
    cluster.coordinator.wait_for("gene-set nulls: .* shards")
    killed = time.monotonic()
    cluster.workers[0].send(signal.SIGKILL)
    noticed = cluster.coordinator.wait_for("(lost|closed|left|gone)", within=30, since=killed) - killed
    expect(noticed < 1, f"it took {noticed:.1f} s to notice a killed worker")
    expect(client.finish() == 0, client.text())
    bench.expect_same("noticed-out")
    cluster.workers.pop(0).finish()
    cluster.stop()
    return 1, "same bytes", f"{noticed:.2f} s", "the shards in hand"


def worker_stopped(bench):
    cluster = Cluster(bench, "stopped")
    client = bench.run("stopped-out", "--connect", cluster.connection)
    cluster.coordinator.wait_for("gene-set nulls: .* shards")
    cluster.workers[0].send(signal.SIGSTOP)
    stopped = time.monotonic()
    status = client.finish()
    expect(status == 0, client.text())
    bench.expect_same("stopped-out")
    try:
        noticed = cluster.coordinator.wait_for("(lost|silent|suspect|second copy|backup)", within=25, since=stopped)
        seconds = f"{noticed - stopped:.1f} s"
        expect(noticed - stopped <= 20, f"it took {seconds} to notice a worker that hangs")
    finally:
        cluster.workers[0].send(signal.SIGCONT)
    # It comes back by itself, and can be told to leave as any other.
    cluster.stop()
    return 1, "same bytes; its shards went to the other worker; back again when it was continued", seconds, \
        "the shards in hand"


def descriptors(bench):
    cluster = Cluster(bench, "descriptors", workers=0, prefix=["prlimit", "--nofile=76:76"])
    cluster.workers = [cluster.start_worker() for _ in range(7)]
    client = bench.run("descriptors-out", "--connect", cluster.connection)
    expect(client.finish() == 0, client.text())
    bench.expect_same("descriptors-out")
    for worker in cluster.workers:
        worker.send(signal.SIGTERM)
    full = 0
    for worker in cluster.workers:
        worker.finish()
        full += "full" in worker.text()
    cluster.workers = []
    cluster.stop()
    return 1, f"as many workers admitted as fit, {full} of 7 told that the coordinator is full; same bytes", "at once", \
        "none"


def disk_full(bench):
    place = bench.path("small-disk")
    os.mkdir(place)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", place], check=True)
    try:
        command = [bench.modicum, "run", bench.study, "--out", place + "/out", "--threads", "1"]
        run = Process(command)
        try:
            run.wait_for("(space|No space|full)", within=60)
        except Failed:
            # A run that is quick enough fails when it writes its results, which is as good.
            pass
        time.sleep(1)
        waited = run.process.poll() is None
        subprocess.run(["mount", "-o", "remount,size=200m", place], check=True)
        status = run.finish()
        if status != 0:
            expect(status in (1, 5), f"exit status {status}:\n" + run.text())
            again = Process(command)
            expect(again.finish() == 0, again.text())
        with open(place + "/out/run.json") as file:
            expect(bench.identity in file.read(), "another identity after a full disk")
    finally:
        subprocess.run(["umount", place], check=True)
    how = "waited for space and went on by itself" if waited and status == 0 else "ended with the reason; repeated, it went on"
    return 1, f"same bytes; {how}", "at once", "none"
