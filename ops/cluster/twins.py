"""A cluster under Slurm whose nodes are hosts of their own: cut off, so that Slurm starts a job a second time elsewhere
while its first process goes on; and crashed under the coordinator."""
import os
import shutil
import subprocess
import time

import slurm
from common import TESTBED, Failed, expect

FOLDER = f"/tmp/slurm-cluster-{os.environ.get('USER') or 'root'}"


def missing():
    """Why these tests cannot run here; None where they can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if not shutil.which("ip"):
        return "`ip` is not installed (package iproute2)"
    probe = subprocess.run(["unshare", "--net", "true"], capture_output=True, text=True)
    if probe.returncode != 0:
        return f"the kernel gives no network namespace: {probe.stderr.strip()}"
    return slurm.missing()


def test_all(bench, table, _):
    subprocess.run([slurm.SCRIPT, "up", "3", "--netns"], check=True, env=slurm.ENVIRONMENT, stdout=subprocess.DEVNULL)
    try:
        # Two nodes would do for all: there is room to start a job again.
        cluster = slurm.Cluster(bench, "twins", cpus=2)
        try:
            table.test("Slurm: a worker's node cut off until Slurm has started the job again elsewhere", twins, bench,
                       cluster)
            table.test("Slurm: the coordinator's node crashes, and Slurm starts it again elsewhere", coordinator, bench,
                       cluster)
        finally:
            cluster.command("stop")
    finally:
        subprocess.run([slurm.SCRIPT, "down"], check=True, env=slurm.ENVIRONMENT, stdout=subprocess.DEVNULL)


def network(*arguments):
    environment = dict(slurm.ENVIRONMENT, NETNS_HOSTS_NAME=slurm.ENVIRONMENT["SLURM_CLUSTER_NETNS"],
                       NETNS_HOSTS_DIR=f"{FOLDER}/netns")
    subprocess.run([os.path.join(TESTBED, "netns-hosts"), *arguments], check=True, env=environment,
                   stdout=subprocess.DEVNULL)


def jobs_of_workers(cluster):
    """The Slurm job of each worker that serves."""
    return [word for line in cluster.status().splitlines() if " serving " in line for word in line.split()
            if word.startswith("SLURM_JOB_ID=")]


class Studies:
    """One study after another, so that there is work as long as a test takes."""

    def __init__(self, bench, cluster, name):
        self.bench, self.cluster, self.name = bench, cluster, name
        self.runs = 0
        self.client = None

    def go_on(self):
        if self.client is None or self.client.process.poll() is not None:
            if self.client is not None:
                self.check()
            self.client = self.cluster.submit(f"{self.name}-{self.runs}")

    def check(self):
        self.cluster.fetch(f"{self.name}-{self.runs}", self.client)
        self.runs += 1

    def wait_until(self, condition, what, within):
        deadline = time.monotonic() + within
        while not condition():
            if time.monotonic() > deadline:
                raise Failed(what + "\n" + slurm.slurm("squeue", "--array") + self.cluster.status())
            self.go_on()
            time.sleep(1)


def twins(bench, cluster):
    home = slurm.slurm("squeue", "--noheader", "--name", "modicum-coordinator", "--format=%N").strip()
    job, _, node = next(task for task in cluster.tasks() if task[1] == "RUNNING" and task[2] != home)
    studies = Studies(bench, cluster, "twins")
    studies.go_on()
    time.sleep(3)
    network("cut", node.lstrip("n"))
    cut = time.monotonic()
    lost = lambda: " lost " in cluster.status()
    studies.wait_until(lost, "a worker behind a cut is not noticed", 60)
    noticed = time.monotonic() - cut
    # The second process of the job, on another node.
    moved = lambda: any(task == job and state == "RUNNING" and other != node for task, state, other in cluster.tasks())
    studies.wait_until(moved, "Slurm does not start the job again", 400)
    started = time.monotonic() - cut
    network("heal", node.lstrip("n"))

    def both():
        jobs = jobs_of_workers(cluster)
        return any(jobs.count(name) == 2 for name in jobs)

    seen = False
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not seen:
        studies.go_on()
        seen = both()
        time.sleep(0.3)
    studies.check()
    how = "two processes of one job served side by side" if seen else "Slurm ended the first before it was back"
    return studies.runs, f"same bytes; {how}; the job was started again after {started:.0f} s", f"{noticed:.0f} s", \
        "the shards in hand"


def coordinator(bench, cluster):
    home = slurm.slurm("squeue", "--noheader", "--name", "modicum-coordinator", "--format=%N").strip()
    client = cluster.submit("crashed-home")
    client.wait_for("gene-set nulls: .*[1-9]")
    subprocess.run([slurm.SCRIPT, "kill-node", home.lstrip("n")], check=True, env=slurm.ENVIRONMENT,
                   stdout=subprocess.DEVNULL)
    started = time.monotonic()
    client.finish(600)
    cluster.wait_until(lambda: "epoch 1," not in cluster.status() and "epoch" in cluster.status(),
                       "the coordinator does not come back", 400)
    seconds = time.monotonic() - started
    cluster.wait_until(lambda: " serving " in cluster.status(), "no worker comes back", 120)
    again = cluster.submit("crashed-home")
    expect(again.finish() == 0, again.text())
    bench.expect_same("crashed-home")
    subprocess.run([slurm.SCRIPT, "start-node", home.lstrip("n")], check=True, env=slurm.ENVIRONMENT,
                   stdout=subprocess.DEVNULL)
    return 1, f"same bytes; Slurm had it running again after {seconds:.0f} s, workers found it by themselves", \
        "at once", "what was not journalled"
