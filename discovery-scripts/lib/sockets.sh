# shellcheck shell=sh
# Who holds which socket of the network, in one pass over /proc/*/fd. Sourced after json.sh and files.sh.
#
# sockets_scan listening|connections  prints what awk is to read: sockets, their owners, and what /proc says of these. The
#                                     number of processes does not grow with what is found. Ends with 4 without /proc/net
# sockets_paths                       afterwards: the programs of the owners, one a line
# sockets_ls                          afterwards: the options of ls for one line an entry, whatever is in names
# sockets_awk                         functions for awk over that output:
#
# sockets_take(line)   whether the line was one of sockets_scan, and is now known
# sockets_finish()     afterwards: for i in 1..sockets, socket_proto, _addr, _port, _uid, _kind (listen or remote; of the
#                      latter address and port of the other end), _pid (empty where the owner is unknown) and _ephemeral;
#                      for these pids process_exe, _deleted, _uid, _gid, _unit, _proxy, _cwd, _arguments (ended by \377);
#                      sockets_denied where some owner may not be known

# Below the root of a sample the same paths, so that ls prints the same.
sockets_scan() {
    [ -f "$MUSTER_ROOT/proc/net/tcp" ] || return 4
    cd "$MUSTER_ROOT/proc" || return 5
    # Busybox has no -q, and does so anyway.
    sockets_ls=-lnd
    ! ls -q /dev/null >/dev/null 2>&1 || sockets_ls=-lndq
    sockets_table=$(sockets_lists | tr '\000' '\377' | awk -v mode="$1" "$sockets_table_awk")
    # The owners of thousands of sockets are few. Implementation choice.
    sockets_pids=$(printf '%s\n' "$sockets_table" | sed -n 's|^/owner [0-9]* ||p' | sort -un | head -n 2000)
    sockets_links=$(sockets_each exe cwd | xargs -0 ls "$sockets_ls" /dev/null 2>/dev/null)
    # shellcheck disable=SC2034
    sockets_paths=$(printf '%s\n' "$sockets_links" |
        sed -n 's|^l[^>]* [0-9]*/exe -> \(/.*\)$|\1|p' | grep -v ' (deleted)$' | sort -u | head -n 500)
    printf '%s\n' "$sockets_table" //links "$sockets_links" //facts
    # GNU grep shows no line of a file that holds a NUL, unless told that it is text; busybox has no such option.
    set -- -sH
    grep -a '' /dev/null 2>/dev/null
    [ $? -eq 2 ] || set -- -sHa
    sockets_each stat status cgroup cmdline | xargs -0 grep "$1" -e '' -- /dev/null 2>/dev/null | tr '\000' '\377'
}

# What the kernel lists, then what each process has open.
sockets_lists() {
    for list in tcp tcp6 udp udp6; do
        if [ -f "net/$list" ] && [ -r "net/$list" ]; then sed "s|^|/$list |" "net/$list"; fi
    done
    for setting in kernel/arch net/ipv4/ip_local_port_range; do
        if [ -f "sys/$setting" ] && [ -r "sys/$setting" ]; then sed "s|^|/${setting##*/} |" "sys/$setting"; fi
    done
    printf '%s\0' [0-9]*/fd | xargs -0 ls "-ln${sockets_ls#-lnd}" /dev/null 2>&1
}

# The named files of each owner, as paths that end in NUL; files that are none are left out, since a pipe would keep us
# waiting.
sockets_each() {
    for pid in $sockets_pids; do
        for file in "$@"; do
            case $file in
            exe | cwd) printf '%s\0' "$pid/$file" ;;
            *) if [ -f "$pid/$file" ] && [ -r "$pid/$file" ]; then printf '%s\0' "$pid/$file"; fi ;;
            esac
        done
    done
}

# Used by those who source this.
# shellcheck disable=SC2034,SC2016
{
# shellcheck source=discovery-scripts/lib/net.sh
. "$MUSTER_LIB/net.sh"
sockets_table_awk='
length($0) > 4096 { next }
/^\/(tcp|tcp6|udp|udp6) / { take_socket(); next }
/^\/arch / { print; next }
/^\/ip_local_port_range / { print; next }
!is_chosen { choose() }
/^[0-9]+\/fd:$/ { pid = substr($0, 1, index($0, "/") - 1); next }
# Between folders, whatever the next one is called.
$0 == "" { pid = "" }
/^ls: .*(Permission denied|Operation not permitted)$/ { is_denied = 1; next }
# No other > before it: a file may be called "x -> socket:[1]".
/^l[^>]* [0-9]+ -> socket:\[[0-9]+\]$/ {
    match($0, /socket:\[[0-9]+\]$/)
    inode = substr($0, RSTART + 8, RLENGTH - 9)
    if (pid != "" && (inode in wanted)) print "/owner " inode " " pid
}
END {
    if (!is_chosen) choose()
    if (is_denied) print "/denied"
}

# /tcp 0: 0100007F:0277 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 475 …
# TCP_ESTABLISHED 01, TCP_CLOSE 07 (of UDP: not connected), TCP_LISTEN 0A (net/tcp_states.h).
function take_socket(    proto, local, remote) {
    if ($3 !~ /^[0-9A-F]+:[0-9A-F]+$/ || $4 !~ /^[0-9A-F]+:[0-9A-F]+$/ || $9 !~ /^[0-9]+$/ || $11 !~ /^[0-9]+$/) return
    if (length($3) != ($1 ~ /6$/ ? 37 : 13) || length($4) != length($3) || length($9) > 10 || length($11) > 20) return
    proto = substr($1, 2, 3)
    local = substr($3, index($3, ":") + 1)
    remote = substr($4, index($4, ":") + 1)
    if (proto == "tcp" ? $5 == "0A" : $5 == "07" && remote == "0000") {
        if (proto == "tcp") is_listening[local] = 1
        if (mode == "connections" && proto != "tcp") return
        # An agent takes 2 MiB. Implementation choice.
        if (++listeners > 5000) {
            if (listeners == 5001) print "/truncated"
            return
        }
        print "/socket listen " proto " " $3 " " $9 " " $11
        wanted[$11] = 1
    } else if (mode == "connections" && proto == "tcp" && $5 == "01") {
        connected_from[++connections] = local
        connected_to[connections] = $4
        connected_rest[connections] = $9 " " $11
    }
}

# A connection to a port on which the host listens is somebody elses.
function choose(    i, key, part, kept) {
    is_chosen = 1
    for (i = 1; i <= connections; i++) {
        if (connected_from[i] in is_listening) continue
        if (++kept > 20000) {
            print "/truncated"
            return
        }
        print "/socket remote tcp " connected_to[i] " " connected_rest[i]
        split(connected_rest[i], part, " ")
        wanted[part[2]] = 1
    }
}
'
sockets_awk=$net_awk'
function sockets_take(line) {
    if (substr(line, 1, 8) == "/socket ") return sockets_add(line)
    if (substr(line, 1, 7) == "/owner ") return sockets_own(line)
    if (substr(line, 1, 6) == "/arch ") {
        net_big_endian = line ~ /^\/arch (s390|ppc$|ppc64$)/
        return 1
    }
    if (line ~ /^\/ip_local_port_range [0-9]+[ \t]+[0-9]+[ \t]*$/) {
        split(line, sockets_range, /[ \t]+/)
        return 1
    }
    if (line == "/denied") return sockets_is_denied = 1
    if (line == "/truncated") return sockets_truncated = 1
    if (line ~ /^\/\/[a-z]+$/) {
        sockets_section = substr(line, 3)
        return sockets_section == "links" || sockets_section == "facts"
    }
    if (sockets_section == "links") return sockets_link(line)
    if (sockets_section == "facts") return sockets_fact(line)
    return 0
}

function sockets_add(line,    field) {
    split(line, field, " ")
    sockets++
    socket_kind[sockets] = field[2]
    socket_proto[sockets] = field[3]
    socket_hex[sockets] = substr(field[4], 1, index(field[4], ":") - 1)
    socket_port[sockets] = net_number(substr(field[4], index(field[4], ":") + 1))
    socket_uid[sockets] = field[5]
    socket_inode[sockets] = field[6]
    return 1
}

function sockets_own(line,    field, n) {
    split(line, field, " ")
    n = ++owners[field[2]]
    owner[field[2], n] = field[3]
    return 1
}

# lrwxrwxrwx 1 0 0 0 Nov 21 08:00 123/exe -> /usr/sbin/sshd
function sockets_link(line,    pid, target) {
    if (!match(line, /^l[^>]* [0-9]+\/(exe|cwd) -> /)) return 1
    target = substr(line, RLENGTH + 1)
    line = substr(line, 1, RLENGTH - 4)
    sub(/.* /, "", line)
    pid = substr(line, 1, index(line, "/") - 1)
    if (line ~ /cwd$/) {
        process_cwd[pid] = target
        return 1
    }
    process_deleted[pid] = sub(/ \(deleted\)$/, "", target)
    process_exe[pid] = target
    return 1
}

# 123/status:Uid: …
function sockets_fact(line,    pid, file, colon) {
    if (!match(line, /^[0-9]+\/[a-z]+:/)) return 1
    pid = substr(line, 1, index(line, "/") - 1)
    file = substr(line, index(line, "/") + 1, RLENGTH - index(line, "/") - 1)
    line = substr(line, RLENGTH + 1, 65536)
    if (file == "stat" && !(pid in process_start)) sockets_stat(pid, line)
    if (file == "status" && line ~ /^[UG]id:/) sockets_status(pid, line)
    if (file == "cgroup") sockets_cgroup(pid, line)
    if (file == "cmdline") {
        if (pid in process_arguments) process_arguments[pid] = substr(process_arguments[pid] "\n" line, 1, 65536)
        else process_arguments[pid] = line
    }
    return 1
}

# Field 22 of proc(5); the second one is a name in parentheses with any bytes.
function sockets_stat(pid, line,    field) {
    sub(/.*\)/, "", line)
    split(line, field, " ")
    process_start[pid] = field[20] ~ /^[0-9]+$/ ? field[20] : 0
}

# The effective one, as who opens a file is judged.
function sockets_status(pid, line,    field) {
    split(line, field, /[ \t]+/)
    if (field[3] !~ /^[0-9]+$/ || length(field[3]) > 10) return
    if (line ~ /^Uid:/) process_uid[pid] = field[3]
    else process_gid[pid] = field[3]
}

# 0::/system.slice/ssh.service, or 1:name=systemd:/… of version 1. What is named after a number of its own would never
# be the same twice.
function sockets_cgroup(pid, line,    part, parts, i, name) {
    sub(/^[0-9]+:[^:]*:/, "", line)
    parts = split(line, part, "/")
    for (i = 1; i <= parts; i++) {
        name = part[i]
        if (sockets_container(pid, name)) continue
        if (name ~ /^run-/ || name ~ /^session-/ || length(name) > 256) continue
        if (name ~ /\.service$/ || name == "init.scope") process_unit[pid] = name
        if (name ~ /^openrc\./) process_unit[pid] = substr(name, 8)
    }
}

# docker-<64 digits>.scope below systemd, docker/<64 digits> elsewhere.
function sockets_container(pid, name,    engine) {
    sub(/\.scope$/, "", name)
    engine = "docker"
    if (match(name, /^(docker|libpod|cri-containerd|crio)-/)) {
        engine = substr(name, 1, RLENGTH - 1)
        name = substr(name, RLENGTH + 1)
        if (engine == "libpod") engine = "podman"
    }
    if (length(name) != 64 || name !~ /^[0-9a-f]+$/) return 0
    process_proxy[pid] = engine "/" name
    return 1
}

# Of several who have inherited a socket the oldest, but a manager that only keeps it open for the service last.
function sockets_owner(inode,    i, pid, best) {
    best = ""
    for (i = 1; i <= owners[inode]; i++) {
        pid = owner[inode, i]
        if (best == "" || sockets_before(pid, best)) best = pid
    }
    return best
}

function sockets_before(a, b) {
    if ((a == 1) != (b == 1)) return b == 1
    if (process_start[a] != process_start[b]) return process_start[a] + 0 < process_start[b] + 0
    return a + 0 < b + 0
}

function sockets_finish(    i, pid, low, high) {
    low = 3 in sockets_range ? sockets_range[2] : 32768
    high = 3 in sockets_range ? sockets_range[3] : 60999
    for (i = 1; i <= sockets; i++) {
        pid = sockets_owner(socket_inode[i])
        if (!(pid in process_exe) && !(pid in process_arguments)) pid = ""
        if (pid == "" && sockets_is_denied) sockets_denied = 1
        socket_pid[i] = pid
        socket_addr[i] = length(socket_hex[i]) == 8 ? net_ip4(socket_hex[i]) : net_ip6(net_words(socket_hex[i]))
        socket_ephemeral[i] = socket_port[i] >= low + 0 && socket_port[i] <= high + 0
        if (pid == "") continue
        if (!(pid in process_proxy)) process_proxy[pid] = "local/local"
    }
}
'
}
