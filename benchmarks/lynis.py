#!/usr/bin/env python3
"""Lays what Lynis says of a host beside what Muster says of it, as tables in Markdown.

    lynis audit system --quick          (as root, on the host)
    python3 benchmarks/lynis.py --host web-1 [--report /var/log/lynis-report.dat …]

asks the collector by ./muster, as any other command does (--url, MUSTER_API_HOME: ./muster --help). Rules of Muster name the tests of Lynis
that read the same fact; what no rule reads is told from NO_RULE, below. Nothing of Lynis' texts is shown: only ids, paths and keys.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess

TOP = pathlib.Path(__file__).resolve().parent.parent

# What each is about, and why no rule of Muster asks for it.
NO_RULE = {
    "ACCT-9622": ("process accounting", "svc-acct asks for it on hosts with the role accounting; the audit daemon tells more"),
    "AUTH-9284": ("locked accounts", "they let nobody in; users-default-accounts and users-allowlist ask for those that could"),
    "BOOT-5180": ("runlevel and services", "a question to people; the facts are in services"),
    "BOOT-5264": ("sandboxing of units", "a score that systemd-analyze computes, of which nobody can say what is enough for a unit"),
    "DEB-0280": ("a /tmp for each session", "one way of several; mnt-tmp-nodev, -nosuid and -noexec ask for the mount"),
    "DEB-0810": ("apt-listbugs", "for people who install by hand"),
    "DEB-0811": ("apt-listchanges", "for people who install by hand"),
    "DEB-0831": ("needrestart", "the state is asked, not the tool: upd-restart, upd-reboot, listen-not-deleted"),
    "DEB-0880": ("fail2ban", "svc-fail2ban asks for it on hosts with the role internet-facing"),
    "KRNL-5788": ("a kernel in /boot", "virtual machines start without one; what runs is in os"),
    "LOGG-2138": ("klogd", "rsyslog and journald read what the kernel says themselves: log-daemon"),
    "LYNIS": ("Lynis itself", "no fact of a host"),
    "NAME-4028": ("the DNS domain", "a host without one is right in many networks"),
    "PKGS-7308": ("RPM beside dpkg", "a tool without a database harms nobody"),
    "SSH-7408 Port": ("the port", "another number hides nothing from who scans"),
    "SSH-7408 TCPKeepAlive": ("keep-alive by TCP", "sshd-tcp-keepalive, in the profile strict: little is gained"),
    "TOOL-5002": ("automation", "how hosts are administered is no fact of one host"),
}

# Tests of many settings, and how a rule of which type names the setting.
SETTINGS = {
    "KRNL-6000": ("proc_sys", re.compile(r'facts\["([^"]+)"\]')),
    "SSH-7408": ("sshd", re.compile(r"facts\.effective\.([a-z0-9]+)")),
}


def muster(*words):
    done = subprocess.run([TOP / "muster", *words, "--json"], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


class Lynis:
    """What reports say: levels by test, the settings that should be others, and which tests ran."""

    def __init__(self, reports):
        self.level, self.settings, self.ran = {}, collections.defaultdict(list), set()
        for report in reports:
            for line in pathlib.Path(report).read_text(errors="replace").splitlines():
                self.read(*line.partition("=")[::2])

    def read(self, name, value):
        test = value.split("|")[0]
        if name in ("warning[]", "suggestion[]"):
            if self.level.get(test) != "warning":
                self.level[test] = name[:-2]
        elif name == "details[]" and test in SETTINGS:
            self.settings[test].append(re.search(r"field:([^;]+);", value).group(1))
        elif name == "tests_executed":
            self.ran.update(filter(None, value.split("|")))


class Muster:
    """What the collector says of a host."""

    def __init__(self, host):
        # Several instances of a type may be judged by one rule: the worst counts.
        order = ["fail", "unknown", "waived", "pass", "na"]
        self.verdict = {}
        for each in muster("host", host)["verdicts"]:
            known = self.verdict.get(each["rule"], "na")
            self.verdict[each["rule"]] = min(known, each["verdict"], key=order.index)
        self.finding = {finding["rule"]["id"]: finding for finding in muster("findings", "--host", host)["findings"]}
        self.rules = collections.defaultdict(list)
        self.setting = collections.defaultdict(list)
        for rule in muster("rules", "list")["rules"]:
            tests = [ref.removeprefix("Lynis ") for ref in rule.get("refs", []) if ref.startswith("Lynis ")]
            for test in tests:
                self.rules[test].append(rule["id"])
            for test, (kind, pattern) in SETTINGS.items():
                if rule["type"] == kind and test in tests:
                    for name in set(pattern.findall(rule["check"])):
                        self.setting[test, name].append(rule["id"])

    def says(self, rules):
        return "; ".join(f"`{rule}` {self.verdict.get(rule, 'not judged')}" for rule in rules) or "no rule"


def said_by_lynis(lynis, muster_says):
    for test, level in sorted(lynis.level.items()):
        if test in SETTINGS:
            for name in lynis.settings[test]:
                rules = muster_says.setting.get((test, name.lower()), [])
                _, why = NO_RULE.get(f"{test} {name}", ("", ""))
                yield f"{test} `{name}`", level, muster_says.says(rules) if rules or not why else "no rule: " + why
        elif test in NO_RULE:
            about, why = NO_RULE[test]
            yield f"{test} ({about})", level, "no rule: " + why
        else:
            yield test, level, muster_says.says(muster_says.rules.get(test, []))


def said_by_muster_alone(lynis, muster_says):
    for test in sorted(lynis.ran):
        others = {rule for name in lynis.settings[test] for rule in muster_says.setting.get((test, name.lower()), [])}
        for rule in muster_says.rules.get(test, []):
            if rule in muster_says.finding and rule not in others and (test in SETTINGS or test not in lynis.level):
                reads = muster_says.finding[rule]["evidence"]["reads"]
                yield test, f"`{rule}` fail", ", ".join(f"`{read['path']}`" for read in reads)


def table(head, lines):
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for line in lines:
        print("| " + " | ".join(line) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", required=True, help="its name in Muster")
    parser.add_argument("--report", nargs="+", default=["/var/log/lynis-report.dat"], help="of one run of Lynis or of several")
    args = parser.parse_args()
    lynis, muster_says = Lynis(args.report), Muster(args.host)
    both = list(said_by_lynis(lynis, muster_says))
    print("What Lynis warns of or suggests:\n")
    table(["Lynis", "level", "Muster"], both)
    print("\nWhat Lynis looked at and let pass, and Muster does not:\n")
    table(["Lynis", "Muster", "read"], said_by_muster_alone(lynis, muster_says))
    read = [test for test in lynis.ran if test in muster_says.rules]
    print(
        f"\n{len(lynis.ran)} tests of Lynis ran, {len(lynis.level)} of which said something ({len(both)} lines above); rules of Muster read"
        f" what {len(read)} of them read. Muster judged by {len(muster_says.verdict)} rules; {len(muster_says.finding)} fail."
    )


if __name__ == "__main__":
    main()
