#!/usr/bin/env python3
"""Measures an agent and a collector of this clone as they run on one host, and prints a table.

    python3 benchmarks/footprint.py [--seconds 600]

Run ./muster --help once before, so that everything is built. As root, packets are counted with tcpdump; else that row says why not.
Nothing is installed and nothing is left: homes lie in a temporary folder, ports are free ones.
"""

import argparse
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


def muster(*args, **more):
    env = dict(os.environ, MUSTER_BUILD="never")
    return subprocess.Popen([str(TOP / "muster"), *args], env=env, start_new_session=True, **more)


def wait(what, ready, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = ready()
        if value:
            return value
        time.sleep(0.01)
    sys.exit(f"footprint: {what} did not happen within {seconds} s")


def rss_mib(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024


def cpu_seconds(pid):
    """Of the process and of the scripts that it ran and waited for."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / TICKS


def first_packet(home, keys):
    """From exec to the first datagram, with a socket of our own in the collector's place; the median of five."""
    times = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(20)
        for run in range(5):
            folder = home / f"first-{run}"
            shutil.copytree(keys, folder / "collector-keys")
            began = time.monotonic()
            agent = muster("agent", "run", f"--home={folder}", "--port=0", f"--collector=127.0.0.1:{sock.getsockname()[1]}",
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            sock.recv(2048)
            times.append(time.monotonic() - began)
            stop(agent)
            sock.setblocking(False)
            try:
                while True:
                    sock.recv(2048)
            except BlockingIOError:
                sock.settimeout(20)
    return sorted(times)[2]


def start_collector(home):
    log = open(home / "collector.log", "ab")
    for name in ("api/api.url", "link.address"):
        (home / "collector" / name).unlink(missing_ok=True)
    began = time.monotonic()
    process = muster("collector", f"--home={home / 'collector'}", "--listen=127.0.0.1:0", "--api=127.0.0.1:0", "--bolt-port=0",
                     "--allow-root", stdout=log, stderr=log)
    wait("the collector's start", lambda: (home / "collector/api/api.url").exists() and (home / "collector/link.address").exists())
    return process, time.monotonic() - began


def stop(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def packets(capture):
    text = subprocess.run(["tcpdump", "-nn", "-q", "-r", capture], capture_output=True, text=True).stdout
    sizes = [int(n) for n in re.findall(r"UDP, length (\d+)", text)]
    return len(sizes), sum(sizes) + 28 * len(sizes)


def main():
    options = argparse.ArgumentParser(description="Footprint of an agent and a collector")
    options.add_argument("--seconds", type=int, default=600, help="how long the steady state is watched (default 600)")
    seconds = options.parse_args().seconds
    home = pathlib.Path(tempfile.mkdtemp(prefix="muster-footprint-"))
    running = []
    try:
        collector, first = start_collector(home)
        stop(collector)
        collector, again = start_collector(home)
        running.append(collector)
        keys = home / "keys"
        keys.mkdir()
        shutil.copy(home / "collector/keys/collector.pub", keys)
        opened = first_packet(home, keys)

        env = dict(os.environ, MUSTER_BUILD="never", MUSTER_API_HOME=str(home / "collector/api"))
        token = subprocess.run([str(TOP / "muster"), "enroll", "token", "--uses", "1", "--expires", "1h"], env=env,
                               capture_output=True, text=True, check=True).stdout
        (home / "agent").mkdir()
        (home / "agent/token").write_text(re.search(r"[A-Za-z0-9_-]{20,}", token)[0])
        shutil.copytree(keys, home / "agent/collector-keys")
        address = (home / "collector/link.address").read_text().strip()
        agent = muster("agent", "run", f"--home={home / 'agent'}", "--port=0", f"--collector={address}",
                       f"--token-file={home / 'agent/token'}", stdout=open(home / "agent.log", "wb"), stderr=subprocess.STDOUT)
        running.append(agent)
        wait("the agent's trust", lambda: b"event=trusted" in (home / "agent.log").read_bytes())
        time.sleep(90)  # the first round of every type, and its facts in the graph

        capture = None
        if os.geteuid() == 0 and shutil.which("tcpdump"):
            port = address.rsplit(":", 1)[1]
            capture = subprocess.Popen(["tcpdump", "-i", "lo", "-nn", "-w", str(home / "packets"), "udp", "port", port],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            running.append(capture)
        before = cpu_seconds(agent.pid), cpu_seconds(collector.pid)
        time.sleep(seconds)
        agent_cpu, collector_cpu = (cpu_seconds(each.pid) - b for each, b in zip((agent, collector), before))
        hour = 3600 / seconds
        rows = [
            ("agent: resident memory", f"{rss_mib(agent.pid):.0f} MiB"),
            ("agent with its scripts: CPU", f"{agent_cpu * hour:.0f} s an hour"),
            ("agent: exec to first packet, median of 5", f"{opened:.2f} s"),
            ("collector: resident memory, one agent", f"{rss_mib(collector.pid):.0f} MiB"),
            ("collector: CPU, one agent", f"{collector_cpu * hour:.0f} s an hour"),
            ("collector: exec to ready, first start", f"{first:.1f} s"),
            ("collector: exec to ready, restart", f"{again:.1f} s"),
        ]
        if capture:
            stop(capture)
            count, size = packets(str(home / "packets"))
            rows.append(("packets an hour, both directions", f"{count * hour:.0f}"))
            rows.append(("bytes an hour with IP and UDP headers", f"{size * hour / 1024:.0f} KiB"))
        else:
            rows.append(("packets an hour", "not counted: needs root and tcpdump"))
        print(f"steady state over {seconds} s, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
        print("| what | figure |\n|---|---|")
        for what, figure in rows:
            print(f"| {what} | {figure} |")
    finally:
        for process in reversed(running):
            stop(process)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
