"""A cluster under Slurm (testbed/slurm-cluster): cancelled, preempted and crashed jobs."""
import glob
import json
import os
import shutil
import subprocess
import time

import processes
from common import TESTBED, Process, alive, children, expect

SCRIPT = os.path.join(TESTBED, "slurm-cluster")
# Nodes as small as the defaults of `cluster slurm` have to fit.
ENVIRONMENT = dict(os.environ, SLURM_CLUSTER_MEM="4000", SLURM_CLUSTER_CPUS="4", SLURM_CLUSTER_NETNS="ms")


def missing():
    """Why these tests cannot run here; None where they can."""
    if not os.path.exists(SCRIPT):
        return "the test beds are not beside the project"
    tools = [tool for tool in ("slurmctld", "slurmd", "munged", "sbatch") if not shutil.which(tool)]
    if tools:
        return f"{', '.join(tools)} not installed (packages slurm-wlm, slurm-wlm-basic-plugins, munge)"
    return None


def slurm(*command, **options):
    return subprocess.run(
        [SCRIPT, "exec", *command], check=True, env=ENVIRONMENT, capture_output=True, text=True, **options).stdout


def test_all(bench, table, _):
    up = subprocess.run([SCRIPT, "up", "3"], env=ENVIRONMENT, capture_output=True, text=True)
    if up.returncode != 0:
        subprocess.run([SCRIPT, "down"], env=ENVIRONMENT, capture_output=True)
        words = (up.stderr or up.stdout).strip().splitlines() or ["no word"]
        if os.environ.get("CI") == "true":
            raise OSError(f"Slurm's test bed does not start, and CI=true wants it: {words[-1]}")
        table.leave_out(f"slurm: the test bed does not start ({words[-1]})")
        return
    try:
        if not bench.is_quick:
            test_counting(bench, table)
        cluster = Cluster(bench)
        try:
            table.test("Slurm: workers submitted, run computed, one cancelled (`scancel`)", cancelled, bench, cluster)
            table.test("Slurm: worker's node crashes", crashed, bench, cluster)
            table.test("Slurm: workers submitted by hand with the printed script", by_hand, bench, cluster)
            table.test("Slurm: jobs that ask for more than any node has", too_large, bench)
            if not bench.is_quick:
                test_at_length(bench, table, cluster)
        finally:
            cluster.command("stop")
            cluster.wait_until(lambda: not slurm("squeue", "--noheader").strip(), "jobs do not leave the queue")
    finally:
        subprocess.run([SCRIPT, "down"], check=True, env=ENVIRONMENT, stdout=subprocess.DEVNULL)


def test_counting(bench, table):
    """On nodes that are still empty."""
    absent = [tool for tool in ("hisat2", "hisat2-build", "samtools", "featureCounts") if not shutil.which(tool)]
    if absent:
        table.leave_out(f"counting of reads under Slurm: {', '.join(absent)} not installed (ops/dependencies reads)")
    else:
        table.test("Slurm: reads counted on three nodes, a worker killed (SIGKILL) in the middle", counted, bench)


def test_at_length(bench, table, cluster):
    """What Slurm itself needs minutes for."""
    table.test("Slurm: workers preempted by another partition, then requeued", preempted, bench, cluster)
    table.test("Slurm: coordinator's job cancelled and submitted again", resubmitted, bench, cluster)
    table.test("Slurm: a worker's job comes to its time limit", at_time_limit, bench, cluster)
    if os.path.exists(processes.faulty_worker(bench)):
        table.test("Slurm: a shard takes more memory than the job's `--mem`, in every worker", over_memory, bench)
    else:
        table.leave_out("a shard that takes too much memory: FaultyWorker was not built (ops/build --tests)")


class Cluster:
    """What `modicum cluster slurm` runs."""

    def __init__(self, bench, name="slurm", cpus=1):
        self.bench = bench
        self.store = bench.path(name)
        self.connection = os.path.join(self.store, "connection.json")
        self.command("submit", "--workers", "2", "--cpus-per-task", str(cpus), "--mem", "500M", "--time", "30")
        self.wait_for_workers(2)

    def command(self, name, *arguments):
        return slurm(self.bench.modicum, "cluster", "slurm", name, *arguments, "--store", self.store)

    def status(self):
        done = subprocess.run(
            [SCRIPT, "exec", self.bench.modicum, "status", "--connection-file", self.connection], env=ENVIRONMENT,
            capture_output=True, text=True)
        return done.stdout if done.returncode == 0 else ""

    def wait_until(self, condition, what, within=120):
        deadline = time.monotonic() + within
        while not condition():
            expect(time.monotonic() < deadline, what + "\n" + slurm("squeue", "--array"))
            time.sleep(0.3)

    def wait_for_workers(self, count):
        self.wait_until(lambda: self.status().count(" serving ") >= count, f"{count} workers do not come")

    def tasks(self):
        lines = slurm("squeue", "--noheader", "--array", "--name", "modicum-worker", "--format=%i|%T|%N").split()
        return [line.split("|") for line in lines]

    def submit(self, out):
        return Process(
            [SCRIPT, "exec", self.bench.modicum, "run", self.bench.study, "--out", self.bench.path(out), "--connect",
             self.connection, "--again"], env=ENVIRONMENT)

    def fetch(self, out, client):
        if client.finish() != 0:
            client = self.submit(out)
            expect(client.finish() == 0, client.text())
        self.bench.expect_same(out)


def cancelled(bench, cluster):
    client = cluster.submit("slurm-cancelled")
    client.wait_for("gene-set nulls: .*[1-9]")
    slurm("scancel", cluster.tasks()[0][0])
    cluster.fetch("slurm-cancelled", client)
    cluster.command("scale", "3")
    cluster.wait_for_workers(3)
    return 1, "same bytes; the worker gave its shards back; `scale` replaced it", "at once", "none"


def crashed(bench, cluster):
    # The coordinator's node must stay: any other that has a worker.
    home = slurm("squeue", "--noheader", "--name", "modicum-coordinator", "--format=%N").strip()
    nodes = [node for _, state, node in cluster.tasks() if state == "RUNNING" and node != home]
    client = cluster.submit("slurm-crashed")
    client.wait_for("gene-set nulls: .*[1-9]")
    if nodes:
        number = nodes[0].lstrip("n")
        subprocess.run([SCRIPT, "kill-node", number], check=True, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    else:
        # All tasks share the coordinator's node: the crash is one of a task.
        pids = [word[4:] for word in cluster.status().split() if word.startswith("pid=")]
        os.kill(int(pids[0]), 9)
    cluster.fetch("slurm-crashed", client)
    if nodes:
        subprocess.run([SCRIPT, "start-node", number], check=True, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    return 1, "same bytes; its shards went to the others", "at once", "the shards in hand"


def preempted(bench, cluster):
    cluster.command("scale", "3")
    cluster.wait_for_workers(1)
    client = cluster.submit("slurm-preempted")
    client.wait_for("gene-set nulls: .*[1-9]")
    # The coordinator's own preemption is another test's.
    home = slurm("squeue", "--noheader", "--name", "modicum-coordinator", "--format=%N").strip()
    blockers = [
        slurm("sbatch", "--parsable", "--partition=high", "--exclusive", "--exclude=" + home, "--time=1",
              "--output=/dev/null", "--wrap=sleep 4").strip() for _ in range(2)]
    cluster.fetch("slurm-preempted", client)
    slurm("scancel", *blockers)
    return 1, "same bytes; the workers leave on SIGTERM", "at once", "none"


def resubmitted(bench, cluster):
    client = cluster.submit("slurm-resubmitted")
    client.wait_for("gene-set nulls: .*[1-9]")
    cluster.command("stop")
    client.finish()
    cluster.wait_until(lambda: not slurm("squeue", "--noheader").strip(), "jobs do not leave the queue")
    cluster.command("submit", "--workers", "2")
    cluster.wait_for_workers(2)
    again = cluster.submit("slurm-resubmitted")
    expect(again.finish() == 0, again.text())
    bench.expect_same("slurm-resubmitted")
    return 1, "same bytes; the store goes on where it was", "", "what was not journalled"


def at_time_limit(bench, cluster):
    """A job of two minutes, in the middle of studies: Slurm tells it beforehand, and the worker knows how long it has."""
    number = submit_printed(bench, cluster, "limit", tasks=1, minutes=2)
    cluster.wait_for_workers(3)
    studies = 0
    started = time.monotonic()
    while slurm("squeue", "--noheader", "--job", number).strip():
        out = f"slurm-limit-{studies}"
        cluster.fetch(out, cluster.submit(out))
        studies += 1
        expect(time.monotonic() < started + 150, "the job outlived its time limit")
    job = slurm("scontrol", "show", "job", number)
    expect("JobState=COMPLETED" in job and "ExitCode=0:0" in job, "the job did not end with success:\n" + job)
    with open(bench.path("limit-1.log")) as file:
        log = file.read()
    expect(" worker error " not in log and " worker info leaving " in log, "the worker did not leave in order:\n" + log)
    return studies, "same bytes; Slurm told the worker before its time (the scripts' `--signal`), it left in order, and its " \
        "job ended with 0", "before the limit", "none"


def submit_printed(bench, cluster, name, tasks, minutes):
    """Submits the printed script of workers as a user would, and returns the job's number."""
    script = bench.path(name + ".sbatch")
    with open(script, "w") as file:
        file.write(slurm(bench.modicum, "cluster", "slurm", "print", "workers", "--cpus-per-task", "1", "--mem", "500M",
                         "--time", str(minutes)))
    return slurm(
        "sbatch", "--parsable", f"--array=1-{tasks}", "--output=" + bench.path(name + "-%a.log"),
        f"--export=ALL,MODICUM_STORE={cluster.store},MODICUM={bench.modicum}", script).strip()


def by_hand(bench, cluster):
    number = submit_printed(bench, cluster, "by-hand", tasks=2, minutes=10)
    cluster.wait_for_workers(4)
    slurm("scancel", number)
    return 1, "they join as the others do", "", ""


def too_large(bench):
    """Of what Slurm refuses, and of what it takes and never starts, the option and the node's share are named."""
    store = bench.path("too-large")
    submit = [SCRIPT, "exec", bench.modicum, "cluster", "slurm", "submit", "--store", store, "--workers", "1"]

    def words(*options):
        done = subprocess.run([*submit, *options], env=ENVIRONMENT, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    asked = {"--coordinator-mem": ("5G", "4000M"), "--partition": ("fast", "batch, high")}
    for option, (value, has) in asked.items():
        status, text = words(option, value)
        expect(status == 1 and option in text and has in text and "Slurm refused the coordinator's job" in text, text)
    expect(not os.path.exists(os.path.join(store, "slurm", "jobs.json")), "a refused job was noted")
    try:
        status, text = words("--cpus-per-task", "64", "--mem", "100M", "--coordinator-mem", "100M")
        expect(status == 0 and "may never start" in text and "--cpus-per-task" in text, text)
    finally:
        slurm(bench.modicum, "cluster", "slurm", "stop", "--store", store)
    return len(asked) + 1, "what was asked, what the nodes have and the option are named; nothing is noted of a job that was " \
        "refused", "at once", ""


def counted(bench):
    """Reads to counts by workers that run programs, a node each, over a folder that all see."""
    reads = bench.path("reads")
    subprocess.run(
        [bench.modicum, "simulate", "reads", "--out", reads, "--samples", "6", "--pairs", "5000", "--seed", "7"], check=True,
        capture_output=True)

    def count(out, *options):
        return Process(
            [SCRIPT, "exec", bench.modicum, "count", os.path.join(reads, "sheet.csv"), "--reference",
             os.path.join(reads, "genome.fa"), "--annotation", os.path.join(reads, "genes.gtf"), "--out",
             bench.path(out), "--trimmer", "none", "--fastqc", "off", *options], env=ENVIRONMENT)

    alone = count("counted-alone", "--threads", "1")
    expect(alone.finish() == 0, alone.text())
    store = Store(bench, "counting")
    workers = {}
    try:
        # One that runs no programs is there as well, and gets no sample.
        for node, options in (("n1", True), ("n2", True), ("n3", True), ("n3", False)):
            allowed = f" --allow-programs --root {bench.folder} --scratch {bench.path('scratch')}" if options else ""
            workers[node, options] = slurm(
                "sbatch", "--parsable", f"--nodelist={node}", "--cpus-per-task=1", "--mem=1800M", "--time=10",
                "--output=" + bench.path(f"counting-{node}-{options}.log"), "--wrap",
                f"exec {bench.modicum} worker --connection-file {store.connection} --threads 1{allowed}").strip()
        store.wait_for(lambda status: len(status["workers"]) == 4, "the workers do not come")
        client = count("counted", "--connect", store.connection)
        status = store.wait_for(
            lambda status: status["runs"] and status["runs"][-1]["stageTitle"] == "samples"
            and any(worker["leases"] for worker in status["workers"]), "no sample is counted")
        victim = next(worker for worker in status["workers"] if worker["leases"])
        pid = next(int(label[4:]) for label in victim["labels"] if label.startswith("pid="))
        programs = children(pid)
        os.kill(pid, 9)
        expect(client.finish() == 0, client.text())
        expect(not any(alive(program) for program in programs), "programs outlived their worker")
        jobs = {
            label.removeprefix("SLURM_JOB_ID=") for worker in record_of(bench, "counted")["workers"] if worker["shards"]
            for label in worker["labels"] if label.startswith("SLURM_JOB_ID=")}
    finally:
        # The killed worker's job has ended already.
        for job in workers.values():
            subprocess.run([SCRIPT, "exec", "scancel", job], env=ENVIRONMENT, capture_output=True)
        store.stop()
    same = record_of(bench, "counted")["identity"] == record_of(bench, "counted-alone")["identity"]
    with open(bench.path("counted/counts.tsv.gz"), "rb") as ours, open(
            bench.path("counted-alone/counts.tsv.gz"), "rb") as theirs:
        expect(same and ours.read() == theirs.read(), "the counts are others than those of one machine")
    expect(len(jobs) >= 2 and workers["n3", False] not in jobs, f"of {workers} these counted: {jobs}")
    return 1, "same bytes of 6 samples as on one machine; the sample went to another worker; the programs ended with their " \
        "worker; a worker without `--allow-programs` got none", "at once", "the sample in hand"


def record_of(bench, out):
    with open(os.path.join(bench.path(out), "run.json")) as file:
        return json.load(file)


class Store:
    """A coordinator beside the nodes."""

    def __init__(self, bench, name):
        self.bench = bench
        self.connection = os.path.join(bench.path(name), "connection.json")
        self.coordinator = Process(
            [SCRIPT, "exec", bench.modicum, "coordinator", "--store", bench.path(name)],
            env=ENVIRONMENT)
        self.coordinator.wait_for("Listening on")

    def wait_for(self, condition, what, within=120):
        deadline = time.monotonic() + within
        while True:
            done = subprocess.run(
                [SCRIPT, "exec", self.bench.modicum, "status", "--json", "--connection-file", self.connection],
                env=ENVIRONMENT, capture_output=True, text=True)
            status = json.loads(done.stdout) if done.returncode == 0 else None
            if status and condition(status):
                return status
            expect(time.monotonic() < deadline, what + "\n" + done.stdout + done.stderr + slurm("squeue", "--array"))
            time.sleep(0.2)

    def stop(self):
        self.coordinator.stop()


def over_memory(bench):
    """Jobs with such a worker one after another, until each of the shards has had its attempts."""
    cluster = processes.Cluster(bench, "over-memory", workers=0)
    client = bench.run("over-memory-out", "--connect", cluster.connection)
    worker = " ".join(processes.harmed_command(bench, cluster, "memory"))
    number = slurm("sbatch", "--parsable", "--array=1-60%2", "--mem=200M", "--time=5", "--cpus-per-task=1",
                   "--output=" + bench.path("over-memory-%a.log"), "--wrap", "exec " + worker).strip()
    try:
        status = client.finish()
    finally:
        slurm("scancel", number)

    def killed():
        count = 0
        for log in glob.glob(bench.path("over-memory-*.log")):
            with open(log, errors="replace") as file:
                count += "xceeded job memory limit" in file.read()
        return count

    expect(status == 1, f"a run with a shard that cannot be computed ended with {status}:\n" + client.text())
    named = client.text().count("gene-set-nulls 0..<")
    expect(named > 0 and client.text().count("its job or container may use 200 MiB in all") == named,
           "a shard is not named, or the memory of its workers is not:\n" + client.text())
    # The node's daemon writes its line after the job's end.
    deadline = time.monotonic() + 30
    while (ended := killed()) < 3 * named and time.monotonic() < deadline:
        time.sleep(0.2)
    expect(ended >= 3 * named, f"Slurm ended {ended} jobs for their memory, with {named} shards given up")
    cluster.workers = [cluster.start_worker()]
    again = bench.run("over-memory-out", "--connect", cluster.connection)
    expect(again.finish() == 0, "the repeated command failed:\n" + again.text())
    bench.expect_same("over-memory-out")
    cluster.stop()
    return ended, f"the run ended with 1, the names of the {named} shards and how much memory their workers had; " \
        "repeated with sound workers, same bytes", "1 s (Slurm's)", "none"
