# shellcheck shell=sh
# shellcheck disable=SC2154  # top, demo_home and the functions collector, agent, cli, say, fail come from ./muster
# A collector with an embedded graph and an agent on this machine, until Ctrl-C. Sourced by ./muster.

demo() {
  [ $# -eq 0 ] || fail 64 "demo takes no arguments; its state is in $demo_home (another folder: MUSTER_DEMO_HOME)"
  collector_home=$demo_home/collector
  agent_home=$demo_home/agent
  (umask 077 && mkdir -p "$collector_home" "$agent_home/collector-keys") || fail 73 "cannot write to $demo_home"
  collector_pid='' agent_pid=''
  # Scripts are refused where somebody else may write to a folder above them, as in a clone made with umask 002.
  agent_run=$(mktemp -d "${TMPDIR:-/tmp}/muster-demo.XXXXXX")
  trap 'stop_demo; exit 130' INT
  trap 'stop_demo; exit 143' TERM HUP
  trap 'stop_demo' EXIT

  say "muster: starting the collector (log: $demo_home/collector.log)"
  rm -f "$collector_home/api/api.url"
  agents_at=127.0.0.1:$(free_port udp 1984)
  collector --home "$collector_home" --allow-root --listen "$agents_at" --api "127.0.0.1:$(free_port tcp 1985)" \
    --bolt-port 0 >"$demo_home/collector.log" 2>&1 &
  collector_pid=$!
  wait_until 300 "$collector_pid" "the collector" "$demo_home/collector.log" test -s "$collector_home/api/api.url"
  export MUSTER_API_HOME="$collector_home/api"
  agents_at=$(cat "$collector_home/link.address")

  say "muster: starting the agent (log: $demo_home/agent.log)"
  cp "$collector_home/keys/collector.pub" "$agent_home/collector-keys/collector.pub"
  if [ ! -f "$agent_home/state/host.id" ]; then
    (umask 077 && cli enroll token --uses 1 --expires 1h --quiet >"$agent_home/token")
  fi
  agent run --home "$agent_home" --run="$agent_run" --collector "$agents_at" --port=0 --token-file="$agent_home/token" \
    --intervals=proc_sys=5 >"$demo_home/agent.log" 2>&1 &
  agent_pid=$!
  wait_until 300 "$agent_pid" "the first facts" "$demo_home/agent.log" facts_arrived

  show_demo
  # `wait` returns early on a trapped signal, and the trap then ends the demo.
  wait "$agent_pid" || :
  say "muster: the agent ended by itself; its last lines:"
  tail -n 5 "$demo_home/agent.log" >&2
}

facts_arrived() { cli facts "$(uname -n)" proc_sys >/dev/null 2>&1 && cli facts "$(uname -n)" os >/dev/null 2>&1; }

show_demo() {
  name=$(uname -n)
  printf '\n== This host\n'
  cli host "$name"
  printf '\n== What it should do better, on which evidence, and how\n'
  cli findings --host "$name"
  printf '\n== Ask\n'
  printf '  ./muster facts %s os\n' "$name"
  printf '  ./muster query "MATCH (h:Host)-[:REPORTS]->(f:Facts) RETURN h.name, f.type, f.status"\n'
  printf '  ./muster events --follow\n'
  printf '\n== Mail\n'
  cli status --only mail
  printf '\nTry it: set a kernel parameter that a rule reads, and look at the events.\n'
  printf 'State and logs: %s. Press Ctrl-C to stop both.\n' "$demo_home"
}

# The port if nobody has it, else 0: the kernel then picks one, and the collector writes down which.
free_port() { # udp|tcp port
  hex=$(printf ':%04X ' "$2")
  if cat "/proc/net/$1" "/proc/net/${1}6" 2>/dev/null | awk '{ print $2 " " }' | grep -q "$hex"; then
    say "muster: $1 port $2 is taken on this machine; the demo takes a free one"
    echo 0
  else
    echo "$2"
  fi
}

wait_until() { # seconds, pid, what, log, command…
  left=$1 pid=$2 what=$3 file=$4
  shift 4
  until "$@"; do
    if ! kill -0 "$pid" 2>/dev/null; then
      tail -n 20 "$file" >&2
      fail 70 "$what did not come: the program ended. Its log is $file"
    fi
    left=$((left - 1))
    if [ "$left" -le 0 ]; then
      tail -n 20 "$file" >&2
      fail 70 "$what did not come in time. The log is $file"
    fi
    sleep 1
  done
}

stop_part() { # what, pid or nothing
  if [ -n "$2" ] && kill -TERM "$2" 2>/dev/null; then
    say "muster: stopping $1"
    wait "$2" 2>/dev/null || :
  fi
}

stop_demo() {
  trap '' INT TERM HUP
  trap - EXIT
  # The agent first: it says goodbye while there is still somebody to hear it.
  stop_part "the agent" "$agent_pid"
  stop_part "the collector" "$collector_pid"
  rm -rf "$agent_run"
}
