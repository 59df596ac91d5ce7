# shellcheck shell=sh
# Which engine of containers runs here, and how it is asked. Sourced after tool.sh:
#
# engine_daemon             prints the pid of dockerd, and ends with 1 where it does not run
# engine_find               sets engine to docker or podman. Ends with 3 where neither is at work here, with 5 where it may
#                           not be asked
# engine_ask RECORD …       runs "docker …" or "podman …", or prints what was recorded of it as RECORD (see tool.sh)
# engine_containers which   prints the ids of the containers, running or all of them, one a line, at most 1,001: one more
#                           than are looked at (a client takes 128 KiB). Ends with 1 where it failed
#
# Nothing is asked of an engine that is not at work: a connection would start dockerd (docker.socket), and podman would
# make its folders. Only this host's own engine is asked, whatever context root has chosen, and only that of root: what users run
# without root is theirs.

engine_daemon() {
    for engine_file in "$MUSTER_ROOT/run/docker.pid" "$MUSTER_ROOT/run/snap.docker/docker.pid"; do
        if [ ! -f "$engine_file" ] || [ ! -r "$engine_file" ]; then continue; fi
        # Not by read, which takes a minute for a file that is large.
        engine_pid=$(head -c 20 "$engine_file")
        case $engine_pid in
        '' | *[!0-9]*) continue ;;
        esac
        engine_file=$MUSTER_ROOT/proc/$engine_pid/comm
        if [ -f "$engine_file" ] && [ "$(head -c 16 "$engine_file" 2>/dev/null)" = dockerd ]; then
            printf '%s\n' "$engine_pid"
            return
        fi
    done
    # The file may lie elsewhere (--pidfile).
    [ -e "$MUSTER_ROOT/run/docker.sock" ] || return 1
    engine_pid=$(
        for engine_file in "$MUSTER_ROOT"/proc/[0-9]*/comm; do
            if [ -f "$engine_file" ] && [ -r "$engine_file" ]; then printf '%s\0' "$engine_file"; fi
        done | xargs -0 grep -lsx dockerd /dev/null | head -n 1
    )
    engine_pid=${engine_pid%/comm}
    engine_pid=${engine_pid##*/}
    case $engine_pid in
    '' | *[!0-9]*) return 1 ;;
    esac
    printf '%s\n' "$engine_pid"
}

engine_find() {
    if engine_daemon >/dev/null; then
        engine=docker
        if [ -e "$MUSTER_ROOT/run/docker.sock" ] && [ ! -w "$MUSTER_ROOT/run/docker.sock" ]; then return 5; fi
    elif [ -d "$MUSTER_ROOT/var/lib/containers/storage" ]; then
        engine=podman
        # As another user podman would speak of that user's own containers. dash and busybox have -O.
        # shellcheck disable=SC3067
        [ -O "$MUSTER_ROOT/var/lib/containers/storage" ] || return 5
    else
        return 3
    fi
}

engine_ask() {
    engine_record=$1
    shift
    case $engine in
    docker) tool "$engine_record" docker --host unix:///run/docker.sock "$@" ;;
    podman) tool "$engine_record" podman "$@" ;;
    esac
}

engine_containers() {
    case $1 in
    running) engine_ids=$(engine_ask ps ps --quiet --no-trunc 2>/dev/null) || return 1 ;;
    all) engine_ids=$(engine_ask ps-all ps --quiet --no-trunc --all 2>/dev/null) || return 1 ;;
    esac
    # Rows of a table are no ids.
    printf '%s\n' "$engine_ids" | grep -xE '[0-9a-f]{64}' | head -n 1001
    return 0
}
