"""Failures of the network between hosts, each a namespace of this machine (testbed/netns-hosts)."""
import json
import os
import shutil
import signal
import subprocess
import time

from common import TESTBED, Process, expect

SCRIPT = os.path.join(TESTBED, "netns-hosts")
ENVIRONMENT = dict(os.environ, NETNS_HOSTS_NAME="mh", NETNS_HOSTS_PREFIX="10.78.0")


def missing():
    """Why these tests cannot run here; None where they can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if not os.path.exists(SCRIPT):
        return "the test beds are not beside the project"
    if not shutil.which("ip"):
        return "`ip` is not installed (package iproute2)"
    probe = subprocess.run(["unshare", "--net", "true"], capture_output=True, text=True)
    return None if probe.returncode == 0 else f"the kernel gives no network namespace: {probe.stderr.strip()}"


def bed(*arguments):
    subprocess.run([SCRIPT, *map(str, arguments)], check=True, env=ENVIRONMENT, stdout=subprocess.DEVNULL)


def on(host, *command):
    return Process([SCRIPT, "exec", str(host), "--", *command], env=ENVIRONMENT)


def test_all(bench, table, _):
    bed("up", 4)
    try:
        cluster = Hosts(bench)
        try:
            table.test("network of one worker cut for 5 s", cut, bench, cluster, 5)
            if not bench.is_quick:
                table.test("network of one worker cut for 25 s", cut, bench, cluster, 25)
            table.test("2 % loss and 50 ms delay each way to one worker", shaped, bench, cluster)
            if not bench.is_quick:
                table.test("20 % loss each way to one worker", lossy, bench, cluster)
                table.test("one worker heard by nobody for 25 s, while it hears", one_way, bench, cluster)
            table.test("worker with another cluster's key", wrong_key, bench, cluster)
            table.test("worker that cannot reach the coordinator", unreachable, bench, cluster)
            table.test("store taken over by a second coordinator", taken_over, bench, cluster)
            if not bench.is_quick:
                table.test("network split in two halves, a coordinator in each", split, bench, cluster)
        finally:
            cluster.stop()
    finally:
        bed("down")


class Hosts:
    """A coordinator on host 1 and a worker each on hosts 2 and 3."""

    def __init__(self, bench):
        self.bench = bench
        self.store = bench.path("hosts")
        self.connection = os.path.join(self.store, "connection.json")
        self.coordinator = self.start_coordinator(1)
        self.workers = {host: self.start_worker(host) for host in (2, 3)}
        for worker in self.workers.values():
            worker.wait_for("welcomed")

    def start_coordinator(self, host, *extra):
        self.home = host
        coordinator = on(
            host, self.bench.modicum, "coordinator", "--store", self.store, "--bind", f"tcp://10.78.0.{host}:*", *extra)
        coordinator.wait_for("Listening on")
        return coordinator

    def start_worker(self, host, connection=None):
        return on(
            host, self.bench.modicum, "worker", "--connection-file", connection or self.connection, "--threads", "1")

    def submit(self, out):
        return on(1, self.bench.modicum, "run", self.bench.study, "--out", self.bench.path(out), "--connect",
                  self.connection, "--again")

    def stop(self):
        for process in [*self.workers.values(), self.coordinator]:
            process.send(signal.SIGTERM)
        for process in [*self.workers.values(), self.coordinator]:
            process.finish(60)


def cut(bench, cluster, seconds):
    out = f"cut-{seconds}"
    client = cluster.submit(out)
    moment = cluster.coordinator.wait_for("models and tests: .* shards", since=time.monotonic())
    bed("cut", 2)
    started = time.monotonic()
    time.sleep(seconds)
    bed("heal", 2)
    expect(client.finish() == 0, client.text())
    bench.expect_same(out)
    noticed = [line for line in cluster.coordinator.lines if line[0] > started and "lost" in line[1]]
    if seconds < 15:
        expect(not noticed, "a cut shorter than the lease moved leases")
        return 1, "same bytes; no lease moved", "", "none"
    if not noticed:
        # The other worker had finished everything before.
        return 1, "same bytes; the run ended without the worker", "", "the shards in hand"
    cluster.coordinator.wait_for("(is back|joined)", within=90, since=noticed[0][0])
    return 1, "same bytes; leases moved, the worker came back by itself", f"{noticed[0][0] - started:.1f} s", \
        "the shards in hand"


def shaped(bench, cluster):
    bed("shape", 3, "delay=50", "loss=2")
    try:
        started = time.monotonic()
        client = cluster.submit("shaped")
        expect(client.finish() == 0, client.text())
        bench.expect_same("shaped")
        lost = [line for moment, line in cluster.coordinator.lines if moment > started and " lost: " in line]
        expect(not lost, f"a slow network was taken for a dead worker: {lost}")
    finally:
        bed("unshape", 3)
    return 1, "same bytes, slower; nobody taken for dead", "", "none"


def lossy(bench, cluster):
    """So much loss may look like silence; what counts is the result."""
    before = repeated_segments(3)
    bed("shape", 3, "loss=20")
    try:
        started = time.monotonic()
        client = cluster.submit("lossy")
        expect(client.finish() == 0, client.text())
        bench.expect_same("lossy")
        lost = [line for moment, line in cluster.coordinator.lines if moment > started and " lost: " in line]
        repeated = repeated_segments(3) - before
        expect(repeated > 0, "no segment was sent once more: the test breaks nothing")
    finally:
        bed("unshape", 3)
    return 1, f"same bytes, slower ({repeated} segments sent once more); the worker was given up {len(lost)} times", "", "the shards in hand, if given up"


def repeated_segments(host):
    """How many TCP segments a host has sent once more, since it is there."""
    process = on(host, "cat", "/proc/net/snmp")
    expect(process.finish() == 0, process.text())
    names, values = (line.split() for _, line in process.lines if line.startswith("Tcp:"))
    return int(values[names.index("RetransSegs")])


def one_way(bench, cluster):
    """The worker's frames go to an address that nobody has; those of the coordinator arrive."""
    coordinator = ["10.78.0.1", "dev", "eth0"]
    client = cluster.submit("one-way")
    cluster.coordinator.wait_for("models and tests: .* shards", since=time.monotonic())
    expect(on(2, "ip", "neigh", "replace", *coordinator, "lladdr", "02:00:00:00:00:99", "nud", "permanent").finish() == 0,
           "the neighbour's address could not be changed")
    started = time.monotonic()
    try:
        time.sleep(25)
    finally:
        restored = on(2, "ip", "neigh", "del", *coordinator).finish()
    expect(restored == 0, "the neighbour's address could not be restored")
    expect(client.finish() == 0, client.text())
    bench.expect_same("one-way")
    noticed = [moment for moment, line in cluster.coordinator.lines if moment > started and " lost: " in line]
    expect(noticed, "nobody noticed that the worker was heard no more:\n" + cluster.coordinator.text())
    cluster.coordinator.wait_for("(is back|joined)", within=90, since=noticed[0])
    return 1, "same bytes; leases moved, the worker came back by itself", f"{noticed[0] - started:.1f} s", \
        "the shards in hand"


def wrong_key(bench, cluster):
    other = bench.path("other-key.json")
    with open(cluster.connection) as file:
        content = json.load(file)
    subprocess.run([bench.modicum, "keys", "new", bench.path("stranger")], check=True, stdout=subprocess.DEVNULL)
    keys = [name for name in os.listdir(bench.folder) if name.startswith("stranger")]
    with open(other, "w") as file:
        json.dump(content, file)
    os.chmod(other, 0o600)
    shutil.copy(bench.path(sorted(keys)[0]), other + ".key")
    os.chmod(other + ".key", 0o600)
    started = time.monotonic()
    worker = cluster.start_worker(4, other)
    status = worker.finish(30)
    seconds = time.monotonic() - started
    expect(status != 0, "a stranger's worker left with success")
    expect("key" in worker.text(), "it does not say that the key was rejected:\n" + worker.text())
    return 1, f"refused; both sides say so; exit status {status}", f"{seconds:.1f} s", ""


def unreachable(bench, cluster):
    bed("cut", 4)
    try:
        started = time.monotonic()
        client = on(4, bench.modicum, "status", "--connection-file", cluster.connection)
        expect(client.finish(60) == 1, client.text())
        expect("10.78.0.1" in client.text(), "it does not name the address that failed:\n" + client.text())
        seconds = time.monotonic() - started
    finally:
        bed("heal", 4)
    return 1, "the command names the address and the error, and ends with 1", f"{seconds:.1f} s", ""


def taken_over(bench, cluster):
    second = on(4, bench.modicum, "coordinator", "--store", cluster.store, "--bind", "tcp://10.78.0.4:*")
    expect(second.finish(60) != 0, "two coordinators serve one store")
    client = cluster.submit("taken-over")
    cluster.coordinator.wait_for("models and tests: .* shards", since=time.monotonic())
    started = time.monotonic()
    first, cluster.coordinator = cluster.coordinator, cluster.start_coordinator(4, "--take-over")
    expect(first.finish(60) != 0, "the coordinator that lost its store ended with success")
    seconds = time.monotonic() - started
    client.finish()
    again = cluster.submit("taken-over")
    expect(again.finish() == 0, again.text())
    bench.expect_same("taken-over")
    return 1, "refused without --take-over; with it the first one stops, workers follow, same bytes", \
        f"{seconds:.1f} s", "what was not journalled"


def split(bench, cluster):
    """Hosts 1 and 2 on one side, 3 and 4 on the other. All see the store, as on a cluster's file system."""
    expect(cluster.home == 4, "the coordinator is not where this test wants it")
    client = cluster.submit("split")
    cluster.coordinator.wait_for("models and tests: .* shards", since=time.monotonic())
    for host in (1, 2):
        bed("group", host, 2)
    try:
        refused = on(1, bench.modicum, "coordinator", "--store", cluster.store, "--bind", "tcp://10.78.0.1:*")
        expect(refused.finish(60) != 0, "two coordinators serve one store")
        started = time.monotonic()
        first, cluster.coordinator = cluster.coordinator, cluster.start_coordinator(1, "--take-over")
        expect(first.finish(60) != 0, "the coordinator that lost its store ended with success")
        seconds = time.monotonic() - started
        # Its own half has a worker, and the other half's can only wait.
        expect(client.finish() == 1, "a client that nobody answers ended otherwise:\n" + client.text())
        expect("the same command again waits for the run" in client.text(), client.text())
        again = cluster.submit("split")
        expect(again.finish() == 0, again.text())
        bench.expect_same("split")
        joined = [line for _, line in cluster.coordinator.lines if " joined" in line]
        expect(len(joined) == 1 and "mh-2" in joined[0], f"other workers than the half's own served: {joined}")
    finally:
        healed = time.monotonic()
        for host in (1, 2):
            bed("group", host, 1)
    cluster.coordinator.wait_for("joined from mh-3", within=90, since=healed)
    return 1, "one writes, as only one holds the store; the half with the new coordinator finished, same bytes; the other " \
        "half's worker joined it after healing", f"{seconds:.1f} s", "what was not journalled"
