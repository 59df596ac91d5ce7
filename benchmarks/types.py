#!/usr/bin/env python3
"""Measures what each discovery type costs on this host, and prints a table.

    ./muster agent --help && python3 benchmarks/types.py [--runs 3] [--own-cpu 6] [--types-off WALKS] [--write]

Runs "muster-agent discover --all --timing" so many times and takes the median of each type: CPU (user and system, with all that the
script started), time by the clock, bytes of its facts, runs an hour by its interval as the agent stretches it, and CPU an hour. Types that
run only where they are asked for are left out. --own-cpu: what the agent itself takes in an hour, from footprint.py. --write: puts the CPU
of a run into cpu_ms of each discovery.yaml that found something, for its page. As root, so that nothing is denied.
"""

import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
TYPES = TOP / "discovery-scripts"
# Agent and scripts together: a hundredth of a core.
GOAL_SECONDS = 36
ROW = re.compile(r"^(\S+) +([a-z_]+) +(\d+) +(\d+) +(\d+) +([\d.]+) +([\d.]+) +([\d.]+)$")


def measure(command):
    done = subprocess.run(command, env=dict(os.environ, MUSTER_BUILD="never"), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"types: {done.stderr.strip()[-400:] or done.returncode}")
    rows = [ROW.match(line) for line in done.stdout.splitlines()]
    return {row[1]: row for row in rows if row}


def merged(runs):
    """The medians, the dearest first."""
    rows = []
    for name in runs[0]:
        some = [run[name] for run in runs if name in run]
        middle = [statistics.median(float(row[i]) for row in some) for i in range(3, 9)]
        rows.append((name, some[-1][2], *middle))
    return sorted(rows, key=lambda row: -row[7])


def host():
    """What the figures hang on."""
    processes = sum(each.name.isdigit() for each in pathlib.Path("/proc").iterdir())
    packages = 0
    status = pathlib.Path("/var/lib/dpkg/status")
    if status.exists():
        packages = status.read_text(errors="replace").count("\nStatus: install ok installed")
    else:
        listed = subprocess.run("rpm -qa || apk info", shell=True, capture_output=True, text=True).stdout
        packages = len(listed.splitlines())
    listeners = 0
    for table, state in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
        file = pathlib.Path("/proc/net") / table
        if file.exists():
            listeners += sum(line.split()[3] == state for line in file.read_text().splitlines()[1:])
    return f"{processes} processes, {packages} packages, {listeners} sockets that listen, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}"


def write(rows):
    for name, status, cpu, *_ in rows:
        # What is not on this host says nothing of what it costs elsewhere.
        if status not in ("ok", "partial"):
            continue
        file = TYPES / name / "discovery.yaml"
        text = re.sub(r"^cpu_ms: .*\n", "", file.read_text(), flags=re.M)
        file.write_text(re.sub(r"^timeout_seconds: .*\n", rf"\g<0>cpu_ms: {cpu:.0f}\n", text, count=1, flags=re.M))


def main():
    options = argparse.ArgumentParser(description="What each discovery type costs")
    options.add_argument("--runs", type=int, default=3, help="how often each type runs (default 3)")
    options.add_argument("--own-cpu", type=float, default=6, help="seconds that the agent itself takes in an hour (default 6)")
    options.add_argument("--write", action="store_true", help="writes cpu_ms of each discovery.yaml")
    options.add_argument("--types-off", default="", help="types to leave out, with commas between: walks of the disk take minutes")
    options.add_argument("--command", default=f"{TOP / 'muster'} agent", help="the agent (default: this clone's)")
    given = options.parse_args()
    command = [*given.command.split(), "discover", "--all", "--timing"]
    if given.types_off:
        command.append(f"--types-off={given.types_off}")
    rows = merged([measure(command) for _ in range(given.runs)])
    print(f"{host()}; median of {given.runs} runs\n")
    print("| type | status | CPU ms | by the clock, ms | bytes | runs an hour | stretched | CPU s an hour |\n|---|---|---|---|---|---|---|---|")
    for name, status, cpu, wall, size, runs, stretch, hour in rows:
        stretched = f"{stretch:.1f} ×" if stretch > 1 else ""
        print(f"| {name} | {status} | {cpu:.0f} | {wall:.0f} | {size:.0f} | {runs:.1f} | {stretched} | {hour:.2f} |")
    scripts = sum(row[7] for row in rows)
    print(f"| **all {len(rows)}** | | {sum(row[2] for row in rows):.0f} | | {sum(row[4] for row in rows):.0f} | {sum(row[5] for row in rows):.0f} | | {scripts:.1f} |")
    together = scripts + given.own_cpu
    verdict = "met" if together <= GOAL_SECONDS else "missed"
    print(f"\nWith the agent's own {given.own_cpu:.0f} s: {together:.1f} CPU s an hour, goal {GOAL_SECONDS}: {verdict}")
    if given.write:
        write(rows)


if __name__ == "__main__":
    main()
