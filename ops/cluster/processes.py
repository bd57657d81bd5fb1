"""Failures of processes on one machine: killed, stopped, without disk or descriptors."""
import ctypes
import glob
import json
import os
import resource
import shutil
import signal
import subprocess
import time

from common import Failed, Process, alive, children, expect

FAKETIME = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)


def test_all(bench, table, kills):
    """`kills` are shared out: commands, workers, coordinators, and commands that write their results."""
    table.test("command killed (SIGKILL) at a random moment, then repeated", commands_killed, bench, kills * 4 // 10)
    table.test("worker killed (SIGKILL) at a random moment", workers_killed, bench, kills * 3 // 10)
    table.test("coordinator killed (SIGKILL) at a random moment, its workers staying", coordinators_killed, bench,
               max(1, kills * 2 // 10))
    table.test("command killed (SIGKILL) while it writes its results, then repeated", writers_killed, bench,
               max(1, kills - kills * 4 // 10 - kills * 3 // 10 - max(1, kills * 2 // 10)))
    table.test("worker killed: time until its shards are others'", kill_noticed, bench)
    if not bench.is_quick:
        table.test("worker stopped (SIGSTOP), later continued", worker_stopped, bench)
        table.test("all workers of a command stopped (SIGSTOP) for ever", workers_stopped, bench)
        table.test("compute thread hung while the worker goes on to beat (ptrace)", thread_hung, bench)
    table.test("worker that runs 5 ms every other second (SIGSTOP and SIGCONT in turn)", straggler, bench)
    table.test("workers killed (SIGKILL) one after another over the same shards, then repeated", poisoned, bench)
    if not os.path.exists(faulty_worker(bench)):
        table.leave_out("a poisoned shard, the system's memory killer: FaultyWorker was not built (ops/build --tests)")
    else:
        table.test("one shard ends every worker that computes it (SIGABRT)", shard_poisoned, bench)
        reason = MemoryGroup.missing()
        if reason:
            table.leave_out(f"the system's memory killer: {reason}")
        else:
            table.test("worker killed by the system for its memory (control group)", memory_killed, bench)
    if not bench.is_quick:
        crowd, reason = Crowd(bench), None
        if not os.path.exists(crowd.program):
            reason = "EngineBenchmark was not built (ops/build --tests)"
        elif resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 2 * Crowd.SIZE:
            reason = f"the kernel's hard limit of descriptors is below {2 * Crowd.SIZE} (ulimit -Hn)"
        if reason:
            table.leave_out(f"ten thousand workers at once: {reason}")
        else:
            table.test("10,000 workers connect at once", crowd.test)
    table.test("folder of the results removed while a command computes, then repeated", folder_removed, bench)
    table.test("descriptors run out at the coordinator (`prlimit --nofile`)", descriptors, bench)
    if not bench.is_quick:
        table.test("memory of the command and of its workers limited (`prlimit --as`)", memory, bench)
    if FAKETIME:
        table.test("wall clock jumps a day forth and back, at coordinator and workers (faketime)", clock_jumps, bench)
    else:
        table.leave_out("clock jumps: faketime is not installed")
    library = failing_disk(bench)
    if library:
        table.test("`fsync` of the journal fails (EIO) for two seconds", disk_fails, bench, library, "fsync 5 /journal")
        table.test("quota of the run used up (EDQUOT) for two seconds", disk_fails, bench, library, "write 122 /journal")
        table.test("disk of the run fails for longer than `--disk-timeout`, then repeated", disk_given_up, bench, library)
        table.test("`fsync` of the results fails (EIO), then repeated", results_fail, bench, library)
    else:
        table.leave_out("failing disks: there is no C compiler (package gcc)")
    if os.geteuid() == 0:
        table.test("disk of the run full (tmpfs), later enlarged, with `--quiet`", disk_full, bench)
        table.test("disk of a worker full (tmpfs)", worker_disk_full, bench)
    else:
        table.leave_out("full disks: a small file system can be mounted by root only")


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


def writers_killed(bench, kills):
    """Kills commands once the first of their results' temporary files is there."""
    caught, runs = 0, 0
    while caught < kills:
        expect(runs < 5 * kills + 5, f"only {caught} of {runs} commands could be caught while they wrote")
        out = f"writer-{runs}"
        runs += 1
        run = bench.run(out)
        while run.process.poll() is None:
            if any(name.endswith((".writing", ".tsv")) for _, _, names in os.walk(bench.path(out)) for name in names):
                time.sleep(bench.random.uniform(0, 0.06))
                if run.process.poll() is None:
                    run.send(signal.SIGKILL)
                    caught += not os.path.exists(os.path.join(bench.path(out), "run.json"))
                break
            time.sleep(0.0005)
        run.finish()
        again = bench.run(out)
        expect(again.finish() == 0, "the repeated command failed:\n" + again.text())
        bench.expect_same(out)
        left = [name for _, _, names in os.walk(bench.path(out)) for name in names
                if name.endswith((".writing", ".tmp"))]
        expect(not left, f"temporary files are left: {left}")
    return caught, f"same bytes in {runs} runs, no temporary file left", "", "the writing"


def workers_killed(bench, kills):
    killed, runs = 0, 0
    while killed < kills:
        out = f"worker-{runs}"
        runs += 1
        run = bench.run(out)
        # Two a run: the third death of one shard's worker makes the shard the culprit, as it should.
        for _ in range(2):
            time.sleep(bench.random.uniform(0.02, 0.5 * bench.seconds))
            workers = children(run.pid)
            if workers and killed < kills and run.process.poll() is None:
                os.kill(bench.random.choice(workers), signal.SIGKILL)
                killed += 1
        expect(run.finish() == 0, "the run failed:\n" + run.text())
        bench.expect_same(out)
    return killed, f"same bytes in {runs} runs; another worker started each time", "at once", "the shards in hand"


class Cluster:
    """A coordinator and workers as a user starts them by hand."""

    def __init__(self, bench, name, workers=2, prefix=(), environment=None, options=()):
        self.bench = bench
        self.store = bench.path(name)
        self.prefix = list(prefix)
        self.options = list(options)
        self.environment = environment
        # The first program that libfaketime sees of a process tree may lose its arguments; `env` does not mind.
        self.shell = ["env"] if environment else []
        self.connection = os.path.join(self.store, "connection.json")
        self.coordinator = None
        self.start_coordinator()
        self.workers = [self.start_worker() for _ in range(workers)]

    def start_coordinator(self):
        self.coordinator = Process(
            self.prefix + self.shell + [self.bench.modicum, "coordinator", "--store", self.store, *self.options],
            env=self.environment)
        self.coordinator.wait_for("Listening on")

    def start_worker(self):
        return Process(
            self.shell + [self.bench.modicum, "worker", "--connection-file", self.connection, "--threads", "1"],
            env=self.environment)

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
    # A machine that is busy with other tests may read its messages late.
    limit = 5 if bench.is_quick else 1
    expect(noticed < limit, f"it took {noticed:.1f} s to notice a killed worker")
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


def straggler(bench):
    """One of two workers is let run for some milliseconds every other second: it beats, and computes next to nothing."""
    cluster = Cluster(bench, "straggler", options=["--verbose"])
    slow = cluster.workers[0]
    client = bench.run("straggler-out", "--connect", cluster.connection)
    cluster.coordinator.wait_for("gene-set nulls: .* shards")
    while client.process.poll() is None:
        slow.send(signal.SIGSTOP)
        stopped = time.monotonic()
        while time.monotonic() < stopped + 2 and client.process.poll() is None:
            time.sleep(0.02)
        slow.send(signal.SIGCONT)
        time.sleep(0.005)
    expect(client.finish() == 0, client.text())
    bench.expect_same("straggler-out")
    lines = [line for _, line in cluster.coordinator.lines]
    lost = [line for line in lines if " lost: " in line]
    expect(not lost, f"a slow worker was taken for a dead one: {lost}")
    copies = sum("is computed on" in line for line in lines)
    expect(copies > 0, "no shard of the slow worker was copied:\n" + cluster.coordinator.text())
    cluster.stop()
    return 1, f"same bytes; {copies} of its shards computed by the other worker as well", "", "the copied shards"


def thread_hung(bench):
    """A tracer holds one thread of a worker; the others go on, as when a computation never ends."""
    cluster = Cluster(bench, "hung", options=["--verbose"])
    client = bench.run("hung-out", "--connect", cluster.connection)
    cluster.coordinator.wait_for("gene-set nulls: .* shards")
    process = cluster.workers[0].pid
    thread = next(
        int(task) for task in os.listdir(f"/proc/{process}/task")
        if open(f"/proc/{process}/task/{task}/comm").read().startswith("compute"))
    held = time.monotonic()
    with Tracer(thread):
        expect(client.finish() == 0, client.text())
        bench.expect_same("hung-out")
        lines = [(moment, line) for moment, line in cluster.coordinator.lines if moment > held]
        expect(not [line for _, line in lines if " lost: " in line], "a worker that beats was taken for a dead one")
        copied = [moment for moment, line in lines if "is computed on" in line or "shows no progress" in line]
        expect(copied, "nobody noticed the thread that hangs:\n" + cluster.coordinator.text())
    cluster.stop()
    return 1, "same bytes; its shards computed by the other worker", f"{copied[0] - held:.1f} s", "the shards in hand"


class Tracer:
    """Holds one thread of another process, and lets it go."""

    SEIZE, INTERRUPT, DETACH, WAIT_ALL = 0x4206, 0x4207, 17, 0x40000000

    def __init__(self, thread):
        self.thread = thread
        self.libc = ctypes.CDLL(None, use_errno=True)

    def request(self, number):
        if self.libc.ptrace(number, self.thread, None, None) != 0:
            raise Failed(f"ptrace: {os.strerror(ctypes.get_errno())}")

    def __enter__(self):
        self.request(self.SEIZE)
        self.request(self.INTERRUPT)
        os.waitpid(self.thread, self.WAIT_ALL)

    def __exit__(self, *_):
        self.request(self.DETACH)


def poisoned(bench):
    """Every worker of a one-worker command is killed once it computes, as a shard that crashes would kill it."""
    shape = ("--workers", "1", "--threads", "1")
    run = bench.run("poisoned", *shape)
    run.wait_for("gene-set nulls: .* shards")
    started, killed = time.monotonic(), set()
    while run.process.poll() is None and len(killed) < 12:
        # Not before it has a shard: a worker that dies before it says a word is another matter.
        workers = [worker for worker in children(run.pid) if worker not in killed and computes(worker)]
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
            killed.add(worker)
        time.sleep(0.002)
    seconds = time.monotonic() - started
    status = run.finish(120)
    expect(status == 1, f"a run whose workers all die ended with {status}:\n" + run.text())
    expect("3 attempts" in run.text() and "vanished" in run.text(), "it does not name the shards:\n" + run.text())
    again = bench.run("poisoned")
    expect(again.finish() == 0, "the repeated command failed:\n" + again.text())
    bench.expect_same("poisoned")
    return len(killed), "ended with 1 and the names of the shards; repeated, same bytes", f"{seconds:.1f} s", \
        f"{bench.reused('poisoned')} journalled shards used again"


def computes(process):
    """Whether a worker's compute thread has used any time."""
    try:
        for task in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{task}/stat") as file:
                name, fields = file.read().split("(", 1)[1].rsplit(")", 1)
            if name.startswith("compute") and int(fields.split()[11]) > 1:
                return True
    except OSError:
        pass
    return False


def faulty_worker(bench):
    """The worker with a fault of choice, which the tests' build leaves beside the program."""
    return os.path.join(os.path.dirname(os.path.realpath(bench.modicum)), "FaultyWorker")


def harmed_command(bench, cluster, fault):
    """The command line of a worker that the first shard of permutations harms."""
    version = subprocess.run([bench.modicum, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return [faulty_worker(bench), "--connection-file", cluster.connection, "--build", version, "--fault", fault,
            "--stage", "gene-set-nulls", "--first", "0"]


def start_harmed(bench, cluster, fault, prefix=()):
    return Process([*prefix, *harmed_command(bench, cluster, fault)])


def shard_poisoned(bench):
    """Workers are started again as a scheduler would, until nothing is left to compute but what ends them."""
    cluster = Cluster(bench, "poisoned-shard", workers=0)
    client = bench.run("poisoned-shard-out", "--connect", cluster.connection)
    deaths = 0
    workers = [start_harmed(bench, cluster, "abort") for _ in range(2)]
    while client.process.poll() is None:
        for position, worker in enumerate(workers):
            status = worker.process.poll()
            if status is not None:
                expect(status == -signal.SIGABRT, f"a worker ended with {status}:\n" + worker.text())
                deaths += 1
                workers[position] = start_harmed(bench, cluster, "abort")
        time.sleep(0.01)
    status = client.finish()
    expect(status == 1, f"a run with a shard that cannot be computed ended with {status}:\n" + client.text())
    # One for each of the study's ranked lists.
    named = client.text().count("gene-set-nulls 0..<")
    expect(named > 0 and client.text().count("3 attempts") == named, "no shard is named:\n" + client.text())
    told = subprocess.run(
        [bench.modicum, "status", "--connection-file", cluster.connection, "--json"], capture_output=True, text=True,
        check=True)
    (run,) = json.loads(told.stdout)["runs"]
    expect(run["phase"] == "failed" and run["failed"] == named, f"not {named} shards are given up: {run}")
    expect(run["done"] == run["shards"] - named, f"other shards were not finished: {run}")
    # A death before the worker could say that it had begun the shard is not counted against the shard.
    expect(3 * named <= deaths <= 6 * named, f"{deaths} workers died of {named} shards with three attempts each")
    for worker in workers:
        expect(worker.stop() == 0, "a worker did not leave with 0:\n" + worker.text())
    # The same study, by workers that no shard harms.
    cluster.workers = [cluster.start_worker()]
    again = bench.run("poisoned-shard-out", "--connect", cluster.connection)
    expect(again.finish() == 0, "the repeated command failed:\n" + again.text())
    bench.expect_same("poisoned-shard-out")
    cluster.stop()
    return deaths, f"the run ended with 1 and the names of the {named} shards; the other {run['done']} of their stage " \
        "were finished; repeated with sound workers, same bytes", "at once", "none"


class MemoryGroup:
    """A control group with a limit of memory, of either version of the kernel's interface."""

    PLACES = [("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")]

    @staticmethod
    def place():
        """The folder of groups and the name of a group's limit; None without either."""
        if os.path.exists("/sys/fs/cgroup/memory/memory.limit_in_bytes"):
            return MemoryGroup.PLACES[0]
        try:
            with open("/sys/fs/cgroup/cgroup.subtree_control") as file:
                return MemoryGroup.PLACES[1] if "memory" in file.read().split() else None
        except OSError:
            return None

    @staticmethod
    def missing():
        """Why no such group can be made here; None where it can."""
        if os.geteuid() != 0:
            return "control groups need root"
        return None if MemoryGroup.place() else "the kernel hands out no control groups of memory"

    def __init__(self, mebibytes):
        parent, limit = MemoryGroup.place()
        self.path = os.path.join(parent, f"modicum-{os.getpid()}")
        os.mkdir(self.path)
        with open(os.path.join(self.path, limit), "w") as file:
            file.write(str(mebibytes << 20))

    @property
    def prefix(self):
        """What starts a command in the group."""
        return ["sh", "-c", f'echo $$ > {self.path}/cgroup.procs && exec "$@"', "sh"]

    def remove(self):
        os.rmdir(self.path)


def memory_killed(bench):
    """A shard takes all that its worker may have, and the kernel's killer ends the worker; another one has enough."""
    group = MemoryGroup(64)
    try:
        cluster = Cluster(bench, "memory-killed", workers=0)
        small = start_harmed(bench, cluster, "memory", prefix=group.prefix)
        try:
            client = bench.run("memory-killed-out", "--connect", cluster.connection)
            # It has the shard before there is anybody else.
            small.wait_for("computes the shard that harms it")
            cluster.workers = [cluster.start_worker()]
            status = small.finish(60)
            killed = time.monotonic()
            expect(status == -signal.SIGKILL, f"the kernel did not end the small worker: {status}\n" + small.text())
            noticed = cluster.coordinator.wait_for(" lost: ", within=30) - killed
            expect(client.finish() == 0, client.text())
            bench.expect_same("memory-killed-out")
        finally:
            small.send(signal.SIGKILL)
            small.process.wait()
        cluster.stop()
    finally:
        group.remove()
    return 1, "same bytes; another worker computed its shard", f"{max(0, noticed):.1f} s", "the shards in hand"


class Crowd:
    """So many light workers, with a connection each and a worker's own decisions, in eight processes."""

    SIZE = 10_000

    def __init__(self, bench):
        self.program = os.path.join(os.path.dirname(os.path.realpath(bench.modicum)), "EngineBenchmark")

    def test(self):
        crowd = Process([self.program, "run", "--workers", "8", "--agents", str(self.SIZE // 8), "--threads", "1",
                         "--shards", str(2 * self.SIZE), "--milliseconds", "20000"])
        expect(crowd.finish() == 0, crowd.text())
        (result,) = [json.loads(line) for _, line in crowd.lines if line.startswith("{")]
        answers = [float(line.split()[-2]) for _, line in crowd.lines if line.startswith("longest answer")]
        expect(result["mostWorkers"] == self.SIZE, f"not all were connected at one time: {result}")
        # Nobody who is already in may suffer from the crowd: a beat's interval, on a machine without other work.
        expect(max(answers) < 2, f"a beat was answered after {max(answers)} s only")
        cores = len(os.sched_getaffinity(0))
        return 1, f"all admitted after {result['secondsUntilAllWorkers']:.0f} s, on the same {cores} cores; no beat waited " \
            f"longer than {max(answers):.1f} s for its answer; {result['shards']:,.0f} shards", "", "none"


def workers_stopped(bench):
    run = bench.run("all-stopped")
    run.wait_for("gene-set nulls: .* shards")
    stopped = children(run.pid)
    started = time.monotonic()
    for worker in stopped:
        os.kill(worker, signal.SIGSTOP)
    while any(alive(worker) for worker in stopped):
        expect(time.monotonic() < started + 150, "stopped workers were not replaced:\n" + run.text())
        time.sleep(0.2)
    seconds = time.monotonic() - started
    expect(run.finish() == 0, "the run failed:\n" + run.text())
    bench.expect_same("all-stopped")
    return 1, "same bytes; the command ended them and started others", f"{seconds:.0f} s", "the shards in hand"


def folder_removed(bench):
    run = bench.run("removed")
    run.wait_for("gene-set nulls: .* shards")
    removed = time.monotonic()
    shutil.rmtree(bench.path("removed"))
    status = run.finish(60)
    seconds = time.monotonic() - removed
    expect(status == 1, f"exit status {status}:\n" + run.text())
    expect("was removed or moved" in run.text(), "it does not say what happened:\n" + run.text())
    again = bench.run("removed")
    expect(again.finish() == 0, "the repeated command failed:\n" + again.text())
    bench.expect_same("removed")
    return 1, "ended with 1 and the folder's name; repeated, same bytes", f"{seconds:.1f} s", "all, it was removed"


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
        full += "no more are admitted" in worker.text()
    cluster.workers = []
    cluster.stop()
    expect(0 < full < 7, f"{full} of 7 workers were told that no more fit into 76 descriptors")
    return 1, f"as many workers admitted as fit, {full} of 7 told that no more are; same bytes", "at once", "none"


def memory(bench):
    """Address space in steps from too little to enough: the command ends by itself, and repeated it goes on."""
    statuses = []
    out = "memory"
    # A Swift process maps some hundred megabytes that it never touches.
    for mebibytes in (150, 250, 400, 600, 900, 1400):
        run = bench.run(out, prefix=["prlimit", f"--as={mebibytes << 20}"])
        statuses.append(run.finish())
        if statuses[-1] == 0:
            break
    if statuses[-1] != 0:
        statuses.append(bench.run(out).finish())
    expect(statuses[0] != 0, "the command does not mind 150 MiB of address space: the test limits nothing")
    expect(statuses[-1] == 0, f"the repeated command failed: {statuses}")
    bench.expect_same(out)
    short = bench.run("memory-of-a-worker")
    short.wait_for("shards", within=60)
    for worker in children(short.pid):
        subprocess.run(["prlimit", "--pid", str(worker), f"--as={32 << 20}"], check=True)
    expect(short.finish() in (0, 1), short.text())
    again = bench.run("memory-of-a-worker")
    expect(again.finish() == 0, again.text())
    bench.expect_same("memory-of-a-worker")
    failed = sum(status != 0 for status in statuses)
    return failed + 1, "ended by itself, and repeated with more memory it went on: same bytes", "at once", \
        "what was not journalled"


def clock_jumps(bench):
    """The clock that the processes see is in a file; the monotonic one stays true."""
    clock = bench.path("clock")

    def set_clock(offset):
        with open(clock + ".new", "w") as file:
            file.write(offset)
        os.rename(clock + ".new", clock)

    set_clock("+0")
    environment = dict(
        os.environ, LD_PRELOAD=FAKETIME, FAKETIME_TIMESTAMP_FILE=clock, FAKETIME_NO_CACHE="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1", FAKETIME_DONT_RESET="1", DONT_FAKE_MONOTONIC="1")
    cluster = Cluster(bench, "clocks", environment=environment)
    jumps = 0
    client = bench.run("clocks-out", "--connect", cluster.connection, prefix=cluster.shell, env=environment)
    while client.process.poll() is None:
        set_clock(("+1d", "-1d", "+0", "-30", "+30")[jumps % 5])
        jumps += 1
        time.sleep(0.4)
    expect(client.finish() == 0, client.text())
    bench.expect_same("clocks-out")
    lines = [line for _, line in cluster.coordinator.lines]
    expect(len({line[:10] for line in lines if line[4:5] == "-"}) > 1, "the clock of the log did not jump")
    expect(not [line for line in lines if "lost" in line or "stall" in line], "a jump was taken for time that passed")
    cluster.stop()
    return jumps, "same bytes; nobody lost, nothing stalled; only the log's stamps jump", "", "none"


def failing_disk(bench):
    """A library whose calls to the disk fail on demand, made from failing-disk.c; None without a compiler."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        return None
    library = bench.path("failing-disk.so")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "failing-disk.c")
    subprocess.run([compiler, "-O2", "-fPIC", "-shared", "-o", library, source], check=True)
    return library


class FailingDisk:
    """The calls of one command that fail, from `begin` to `end`."""

    def __init__(self, bench, library):
        self.control = bench.path("failing-disk")
        self.environment = dict(os.environ, LD_PRELOAD=library, FAILING_DISK=self.control)
        if os.path.exists(self.control + ".count"):
            os.remove(self.control + ".count")

    def begin(self, fault):
        with open(self.control + ".new", "w") as file:
            file.write(fault)
        os.rename(self.control + ".new", self.control)

    def end(self):
        """Returns how many calls have failed."""
        os.remove(self.control)
        try:
            return os.path.getsize(self.control + ".count")
        except OSError:
            return 0


def disk_fails(bench, library, fault):
    """Nothing is acknowledged that is not on the disk, and nothing is asked of a descriptor that failed once."""
    disk = FailingDisk(bench, library)
    out = "failing-" + fault.split()[0]
    run = bench.run(out, env=disk.environment)
    run.wait_for("gene-set nulls: .* shards")
    started = time.monotonic()
    disk.begin(fault)
    noticed = run.wait_for("waiting for space: .*/journal", within=60) - started
    # The window in which tries fail; the program tries again every three seconds.
    time.sleep(2)
    failed = disk.end()
    expect(run.finish() == 0, run.text())
    bench.expect_same(out)
    expect(failed > 0, "no call failed: the test breaks nothing")
    return failed, "same bytes; said so, waited and went on by itself", f"{noticed:.1f} s", "none"


def disk_given_up(bench, library):
    """What waits for its disk for too long ends so that it can be resumed."""
    disk = FailingDisk(bench, library)
    run = bench.run("given-up", "--disk-timeout", "4", env=disk.environment)
    run.wait_for("gene-set nulls: .* shards")
    started = time.monotonic()
    disk.begin("write 28 /journal")
    status = run.finish(60)
    seconds = time.monotonic() - started
    disk.end()
    expect(status == 5, f"a command that gave up waiting ended with {status}:\n" + run.text())
    expect("gave up after" in run.text() and "resumes" in run.text(), "it does not say how to go on:\n" + run.text())
    again = bench.run("given-up")
    expect(again.finish() == 0, "the repeated command failed:\n" + again.text())
    bench.expect_same("given-up")
    return 1, f"ended with 5 after {seconds:.0f} s, and what to do; repeated, same bytes", "at once", \
        f"{bench.reused('given-up')} journalled shards used again"


def results_fail(bench, library):
    """A disk that fails when the results are made durable: nothing is there under its name that is not whole."""
    disk = FailingDisk(bench, library)
    disk.begin("fsync 5 modicum.h5")
    run = bench.run("failing-results", env=disk.environment)
    status = run.finish()
    failed = disk.end()
    expect(failed > 0, "no call failed: the test breaks nothing")
    expect(status == 1, f"a command whose results cannot be written ended with {status}:\n" + run.text())
    expect("modicum.h5" in run.text(), "it does not name the file:\n" + run.text())
    out = bench.path("failing-results")
    expect(not os.path.exists(os.path.join(out, "run.json")), "the run calls itself complete")
    expect(not os.path.exists(os.path.join(out, "modicum.h5")), "a store that is not durable has its name")
    again = bench.run("failing-results")
    expect(again.finish() == 0, "the repeated command failed:\n" + again.text())
    bench.expect_same("failing-results")
    return failed, "ended with 1 and the file's name; repeated, same bytes", "at once", "the writing"


def worker_disk_full(bench):
    """Everything that a worker could write to is full."""
    place = bench.path("full-disk")
    os.mkdir(place)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", place], check=True)
    try:
        with open(os.path.join(place, "filling"), "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
        cluster = Cluster(bench, "worker-disk", workers=0)
        environment = dict(os.environ, TMPDIR=place, HOME=place)
        cluster.workers = [Process(
            [bench.modicum, "worker", "--connection-file", cluster.connection, "--threads", "1"], cwd=place,
            env=environment)]
        client = bench.run("worker-disk-out", "--connect", cluster.connection)
        expect(client.finish() == 0, client.text())
        bench.expect_same("worker-disk-out")
        cluster.stop()
    finally:
        subprocess.run(["umount", place], check=True)
    return 1, "same bytes; a worker writes nothing", "", "none"


def disk_full(bench):
    place = bench.path("small-disk")
    os.mkdir(place)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", place], check=True)
    try:
        # Quiet about everything but that: a command that waits for ever without a word is a riddle.
        command = [bench.modicum, "run", bench.study, "--out", place + "/out", "--threads", "1", "--quiet"]
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
