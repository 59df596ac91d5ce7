#!/bin/sh
# Installs and starts the agent on this host, as root. What it says are lines muster:NAME=VALUE, read by muster install-agent.
#   install.sh install KIND VERSION LOCK_SECONDS   installs the package that lies beside this file, unless that version or a newer one is
#                                                  there; then says how this host stands. Without a package: only that
#   install.sh enrol ADDRESS KEY MODE [replace]    gives the host to a collector and starts the agent; MODE is token, which stands on standard
#                                                  input, or none
#   install.sh start                               starts the agent
#   install.sh explain                             says how the agent stands with the collector
set -u
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
DEBIAN_FRONTEND=noninteractive
export LC_ALL PATH DEBIAN_FRONTEND
# Whoever started this may lose the connection; what has begun is brought to its end all the same. Handled and not ignored: a package's scripts,
# and the services that they start, would inherit that for good.
trap : HUP PIPE
# Out of that connection's session, so that what ends all of that does not end this.
apart=
if command -v setsid >/dev/null 2>&1; then apart=setsid; fi
here=$(cd "$(dirname "$0")" && pwd -P)
log=$here/log

say() { printf 'muster:%s=%s\n' "$1" "$2" 2>/dev/null; }
fail() { # reason, detail
  say failure "$1"
  say detail "$2"
  exit 1
}
say_log() { tail -n "$1" "$log" 2>/dev/null | while IFS= read -r line; do say log "$line"; done; }

installed() { # kind
  case $1 in
    deb)
      # shellcheck disable=SC2016,SC2046  # dpkg's own variables; two words
      set -- $(dpkg-query -W -f '${db:Status-Status} ${Version}' muster-agent 2>/dev/null)
      if [ "${1:-}" = installed ]; then echo "$2"; fi
      ;;
    # That it is not installed it says on its standard output, too.
    rpm) if version=$(rpm -q --qf '%{VERSION}-%{RELEASE}' muster-agent 2>/dev/null); then echo "$version"; fi ;;
  esac
}

# 0 where what is installed need not be replaced. rpm's own tools see to that by themselves.
is_enough() { # kind, installed, wanted
  [ "$2" = "$3" ] && return 0
  [ "$1" = deb ] && [ -n "$2" ] && dpkg --compare-versions "$2" ge "$3"
}

add() { # kind; the system's package manager, whose own waiting for a lock would know no end
  case $1 in
    deb)
      if command -v apt-get >/dev/null 2>&1; then
        $apart apt-get -y -q -o DPkg::Lock::Timeout=0 -o APT::Sandbox::User=root -o Dpkg::Options::=--force-confdef \
          -o Dpkg::Options::=--force-confold --no-install-recommends install "$here/muster-agent.deb"
      else
        $apart dpkg --force-confdef --force-confold --install "$here/muster-agent.deb"
      fi
      ;;
    rpm)
      # What it needs is on every system, so that no repository need be asked.
      if command -v dnf >/dev/null 2>&1; then
        $apart timeout "$(($2 + 600))" dnf -y --disablerepo='*' install "$here/muster-agent.rpm"
      elif command -v yum >/dev/null 2>&1; then
        $apart timeout "$(($2 + 600))" yum -y --disablerepo='*' install "$here/muster-agent.rpm"
      elif command -v zypper >/dev/null 2>&1; then
        # What is not signed is our package alone; nothing else may come along unchecked.
        $apart zypper --non-interactive --no-refresh --no-remote --no-gpg-checks install --allow-unsigned-rpm "$here/muster-agent.rpm"
      else
        $apart rpm --upgrade "$here/muster-agent.rpm"
      fi
      ;;
  esac
}

# Words of apt, dpkg, dnf, yum, zypper and rpm.
is_locked() {
  grep -E -q -e 'Could not get lock' -e 'frontend lock was locked' -e 'status database is locked' -e 'Unable to lock' \
    -e 'Waiting for process with pid' -e 'holding the yum lock' -e 'System management is locked' \
    -e "can't create transaction lock" "$log"
}

holder() {
  pid=$(sed -n 's/.*\(process\|pid\) \([0-9][0-9]*\).*/\2/p' "$log" | tail -n 1)
  if [ -z "$pid" ]; then
    tail -n 1 "$log"
    return
  fi
  echo "$(cat "/proc/$pid/comm" 2>/dev/null || echo something) (process $pid) holds its lock"
}

add_waiting() { # kind, seconds
  waited=0
  until add "$1" "$2" </dev/null >"$log" 2>&1; do
    if ! is_locked; then
      say_log 6
      if grep -q 'No space left' "$log"; then fail no-space "the disk filled up while the package was unpacked"; fi
      if grep -q 'is newer than' "$log"; then return 0; fi
      fail package-manager-failed "$(grep -E -i 'error|cannot|conflict' "$log" | tail -n 1)"
    fi
    if [ "$waited" -ge "$2" ]; then fail package-manager-locked "$(holder)"; fi
    sleep 3
    waited=$((waited + 3))
  done
}

running() { muster-agent status >/dev/null 2>&1; }

standing() {
  muster-agent enrol --show 2>/dev/null | while IFS= read -r line; do say "${line%%=*}" "${line#*=}"; done
  if running; then
    say running yes
    fingerprint
  fi
}

field() { # name; the first of that name in the agent's status
  muster-agent status --json 2>/dev/null | grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4
}

# An agent that somebody started beside the service: it holds the state, so that the service cannot start, and no restart reaches it. Init
# scripts stop whichever runs by its pid file; systemd only what it started itself, which its control group tells.
refuse_stray() {
  [ -d /run/systemd/system ] || return 0
  pid=$(cat /run/muster-agent/pid 2>/dev/null) || return 0
  grep -q 'dev\.muster\.agent' "/proc/$pid/cmdline" 2>/dev/null || return 0
  group=$(cat "/proc/$pid/cgroup" 2>/dev/null) || return 0
  case $group in
    *'/muster-agent.service'*) ;;
    *) fail stray-agent "an agent runs here that was not started as the service (process $pid)" ;;
  esac
}

fingerprint() { say fingerprint "$(field fingerprint)"; }

begin() { # start or restart
  if [ -d /run/systemd/system ]; then
    systemctl enable --quiet muster-agent >"$log" 2>&1 </dev/null
    systemctl "$1" muster-agent >>"$log" 2>&1 </dev/null
  elif command -v service >/dev/null 2>&1; then
    $apart service muster-agent "$1" >"$log" 2>&1 </dev/null
  else
    for script in /etc/init.d/muster-agent /etc/rc.d/init.d/muster-agent; do
      if [ -x "$script" ]; then
        $apart "$script" "$1" >"$log" 2>&1 </dev/null
        break
      fi
    done
  fi
  tries=0
  until running; do
    tries=$((tries + 1))
    if [ "$tries" -gt 20 ]; then
      if [ -d /run/systemd/system ]; then
        journalctl --unit muster-agent --lines 8 --no-pager --output cat >>"$log" 2>&1 </dev/null
      fi
      if grep -q 'another agent is running' "$log"; then
        fail stray-agent "an agent runs here that was not started as the service $(sed -n 's/.*another agent is running.*\((process [0-9]*)\).*/\1/p' "$log" | tail -n 1)"
      fi
      if ! [ -d /run/systemd/system ]; then tail -n 8 /var/log/muster-agent.log >>"$log" 2>/dev/null; fi
      say_log 8
      fail not-started "the service does not run; the last lines of its log follow"
    fi
    sleep 1
  done
  fingerprint
}

case ${1:-} in
  install)
    refuse_stray
    before=$(installed "$2")
    say before "$before"
    if [ -e "$here/muster-agent.$2" ] && ! is_enough "$2" "$before" "$3"; then
      process=$(cat /run/muster-agent/pid 2>/dev/null)
      add_waiting "$2" "$4"
      # Where a policy forbids packages to stop services, the agent of the former package still runs.
      if [ -n "$process" ] && [ "$(cat /run/muster-agent/pid 2>/dev/null)" = "$process" ]; then begin restart; fi
    fi
    say after "$(installed "$2")"
    standing
    ;;
  enrol)
    refuse_stray
    set -- "$2" "$3" "$4" ${5:+--replace}
    address=$1
    key=$2
    mode=$3
    shift 3
    if [ "$mode" = token ]; then set -- "$@" --token-file -; fi
    # Standard input goes on to it.
    if ! muster-agent enrol --collector "$address" --key "$key" "$@" >"$log" 2>&1; then
      say_log 3
      if grep -q 'belongs to the collector' "$log"; then fail other-collector "$(grep 'belongs to the collector' "$log")"; fi
      fail enrol-failed "muster-agent enrol: $(tail -n 1 "$log")"
    fi
    begin restart
    ;;
  start)
    refuse_stray
    begin start
    ;;
  explain)
    say trust "$(field trust)"
    say reason "$(field reason)"
    ;;
  *) exit 64 ;;
esac
