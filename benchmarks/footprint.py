#!/usr/bin/env python3
"""Measures an agent and a collector as they run on one host, and prints a table.

    python3 benchmarks/footprint.py [--seconds 600]
    python3 benchmarks/footprint.py --packages packaging/target [--peers FOLDER] [--seconds 600]

The first runs those of this clone: call ./muster --help once before, so that everything is built. The second needs root and runs those of
the packages (mvn -Ppackages package): unpacked, and laid over /usr for the measured processes alone; the agent as nobody with the
capabilities of its unit. --peers: a folder with the packages zabbix-agent2 and prometheus-node-exporter (apt-get download), which run
beside, as Debian configures them.

As root, packets are counted with tcpdump; else that row says why not. Nothing is installed and nothing is left: homes lie in a temporary
folder, ports are free ones.
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


NOBODY = 65534


class Clone:
    """Starts the programs of this clone."""

    def collector(self):
        return [str(TOP / "muster"), "collector", "--allow-root"]

    def agent(self):
        return [str(TOP / "muster"), "agent"]

    def cli(self):
        return [str(TOP / "muster")]

    def own(self, folder):
        pass


class Packages:
    """Starts the programs of packages that are not installed."""

    OVER_USR = 'mount -t overlay -o lowerdir="$0/usr:/usr" overlay /usr && exec "$@"'

    def __init__(self, packages, home):
        self.files = home / "packages"
        for package in packages:
            subprocess.run(["dpkg-deb", "-x", package, self.files], check=True)
        unit = (self.files / "usr/lib/systemd/system/muster-agent.service").read_text()
        names = re.search(r"^AmbientCapabilities=(.*)$", unit, re.M)[1].split()
        self.capabilities = "".join(["-all"] + [",+" + name[4:].lower() for name in names])
        self.cache = home / "cache"
        self.cache.mkdir()
        for folder in (home, self.files, self.cache):
            folder.chmod(0o755)
        self.own(self.cache)

    def inside(self, *command):
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", self.OVER_USR, str(self.files), *command]

    def unprivileged(self, capabilities="-all"):
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs", f"--inh-caps={capabilities}",
                f"--ambient-caps={capabilities}", f"--bounding-set={capabilities}"]

    def make_cache(self):
        subprocess.run(self.inside(*self.unprivileged(), "env", f"CACHE_DIRECTORY={self.cache}",
                                   "/usr/lib/muster-collector/make-aot-cache"), check=True, stderr=subprocess.DEVNULL)

    def collector(self):
        return self.inside(*self.unprivileged(), "env", f"MUSTER_COLLECTOR_AOT={self.cache}/collector.aot", "/usr/bin/muster-collector")

    def agent(self):
        return self.inside(*self.unprivileged(self.capabilities), "/usr/bin/muster-agent")

    def cli(self):
        return self.inside("/usr/bin/muster")

    def own(self, folder):
        for each in (folder, *folder.rglob("*")):
            os.chown(each, NOBODY, NOBODY)


programs = Clone()


def muster(command, *args, **more):
    env = dict(os.environ, MUSTER_BUILD="never")
    return subprocess.Popen([*command, *args], env=env, start_new_session=True, **more)


def wait(what, ready, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = ready()
        if value:
            return value
        time.sleep(0.01)
    sys.exit(f"footprint: {what} did not happen within {seconds} s")


def rss_mib(pid, kind="VmRSS"):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(kind + r":\s+(\d+)", text)[1]) / 1024


def memory(pid):
    """RssAnon is what nobody else has and what cannot be dropped; the rest are pages of files."""
    return f"{rss_mib(pid):.0f} MiB, {rss_mib(pid, 'RssAnon'):.0f} of it private"


def cpu_seconds(pid, of=slice(11, 15)):
    """Of the process and of the scripts that it ran and waited for."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[of])) / TICKS


def own_cpu_seconds(pid):
    return cpu_seconds(pid, slice(11, 13))


def first_packet(home, keys):
    """From exec to the first datagram, with a socket of our own in the collector's place; the median of five."""
    times = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(20)
        for run in range(5):
            folder = home / f"first-{run}"
            shutil.copytree(keys, folder / "collector-keys")
            programs.own(folder)
            began = time.monotonic()
            agent = muster(programs.agent(), "run", f"--home={folder}", "--port=0", f"--collector=127.0.0.1:{sock.getsockname()[1]}",
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
    process = muster(programs.collector(), f"--home={home / 'collector'}", "--listen=127.0.0.1:0", "--api=127.0.0.1:0", "--bolt-port=0",
                     stdout=log, stderr=log)
    wait("the collector's start", lambda: (home / "collector/api/api.url").exists() and (home / "collector/link.address").exists(), 180)
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


def median_seconds(command, env, times=11):
    """Of runs to their end."""
    took = []
    for _ in range(times):
        began = time.monotonic()
        subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        took.append(time.monotonic() - began)
    return sorted(took)[times // 2]


def free_port(among=(0,)):
    """0: any."""
    for port in among:
        with socket.socket() as sock:
            try:
                sock.bind(("127.0.0.1", port))
                return sock.getsockname()[1]
            except OSError:
                continue
    raise SystemExit("no port is free")


def start_peers(home):
    """As Debian configures them, but for ports and files. Nobody asks them anything. Zabbix takes no port above 32767."""
    port = free_port(range(20_000, 32_768))
    (home / "zabbix.conf").write_text(f"LogType=console\nServer=127.0.0.1\nHostname=footprint\nListenPort={port}\n"
                                      f"PidFile={home}/zabbix.pid\nControlSocket={home}/zabbix.sock\n")
    commands = {
        "zabbix-agent2": ["/usr/sbin/zabbix_agent2", "-f", "-c", str(home / "zabbix.conf")],
        "prometheus-node-exporter": ["/usr/bin/prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{free_port()}"],
    }
    return {name: muster(programs.inside(*command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for name, command in commands.items()}


def main():
    global programs
    options = argparse.ArgumentParser(description="Footprint of an agent and a collector")
    options.add_argument("--seconds", type=int, default=600, help="how long the steady state is watched (default 600)")
    options.add_argument("--packages", type=pathlib.Path, help="a folder with the packages to measure instead of this clone")
    options.add_argument("--peers", type=pathlib.Path, help="a folder with the packages of other agents, to run beside")
    options.add_argument("--no-cache", action="store_true", help="without the AOT cache of the installed collector, which takes a minute of CPU")
    given = options.parse_args()
    seconds = given.seconds
    home = pathlib.Path(tempfile.mkdtemp(prefix="muster-footprint-"))
    running, rows, peers = [], [], {}
    try:
        if given.packages:
            for package in sorted(given.packages.glob("muster-*.deb")) + sorted(given.packages.glob("muster-*.rpm")):
                rows.append((package.name, f"{package.stat().st_size / 1e6:.1f} MB"))
            programs = Packages([*given.packages.glob("muster-*.deb"), *(given.peers.glob("*.deb") if given.peers else [])], home)
            if not given.no_cache:
                programs.make_cache()
        (home / "collector").mkdir()
        programs.own(home / "collector")
        collector, first = start_collector(home)
        stop(collector)
        collector, again = start_collector(home)
        running.append(collector)
        keys = home / "keys"
        keys.mkdir()
        shutil.copy(home / "collector/keys/collector.pub", keys)
        opened = first_packet(home, keys)

        env = dict(os.environ, MUSTER_BUILD="never", MUSTER_API_HOME=str(home / "collector/api"))
        token = subprocess.run([*programs.cli(), "enroll", "token", "--uses", "1", "--expires", "1h"], env=env,
                               capture_output=True, text=True, check=True).stdout
        (home / "agent").mkdir()
        (home / "agent/token").write_text(re.search(r"[A-Za-z0-9_-]{20,}", token)[0])
        shutil.copytree(keys, home / "agent/collector-keys")
        programs.own(home / "agent")
        address = (home / "collector/link.address").read_text().strip()
        if given.peers:
            peers = start_peers(home)
            running.extend(peers.values())
        agent = muster(programs.agent(), "run", f"--home={home / 'agent'}", "--port=0", f"--collector={address}",
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
        everybody = (agent, collector, *peers.values())
        before = [cpu_seconds(each.pid) for each in everybody]
        own = -own_cpu_seconds(agent.pid)
        time.sleep(seconds)
        used = [cpu_seconds(each.pid) - b for each, b in zip(everybody, before)]
        own += own_cpu_seconds(agent.pid)
        agent_cpu, collector_cpu = used[:2]
        hour = 3600 / seconds
        rows += [
            ("agent: resident memory", memory(agent.pid)),
            ("agent with its scripts: CPU", f"{agent_cpu * hour:.0f} s an hour, {own * hour:.1f} of it its own"),
            ("agent: exec to first packet, median of 5", f"{opened:.2f} s"),
            ("collector: resident memory, one agent", memory(collector.pid)),
            ("collector: CPU, one agent", f"{collector_cpu * hour:.0f} s an hour"),
            ("collector: exec to ready, first start", f"{first:.1f} s"),
            ("collector: exec to ready, restart", f"{again:.1f} s"),
            ("muster hosts, median of 11", f"{median_seconds([*programs.cli(), 'hosts'], env):.2f} s"),
        ]
        for (name, peer), cpu in zip(peers.items(), used[2:]):
            if peer.poll() is not None:
                rows.append((name, f"ended with {peer.returncode}"))
                continue
            rows.append((f"{name}: resident memory", memory(peer.pid)))
            rows.append((f"{name}: CPU", f"{cpu * hour:.0f} s an hour"))
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
