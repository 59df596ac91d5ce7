# shellcheck shell=sh
# How scripts walk all local file systems. Sourced:
#
#     walk EXPRESSION...
#
# runs find below the root of each local file system, and does not leave it: servers are not asked, and what holds the files of
# containers, snaps and snapshots is left out, as is what MUSTER_LEAVE_OUT lists, a path a line. The expression is find's, of GNU
# and of busybox, and says itself what is to be done (-exec). The last line is "//! N", where N parts could not be seen;
# where it is missing the walk was broken off. It does not get in the way of others who read the disk.

# proc_pid_mountinfo(5). Of a device that is mounted several times the root, else all; Btrfs has one number for all its
# subvolumes, in which find takes each for a file system of its own.
walk_places() {
    walk_table=$MUSTER_ROOT/proc/self/mountinfo
    if [ ! -f "$walk_table" ] || [ ! -r "$walk_table" ]; then
        echo /
        return
    fi
    awk -F '[ ]' '
    BEGIN {
        # Above what a host of services has. Implementation choices.
        max_places = 200
        max_lines = 20000
        max_line_bytes = 65536
        words = split("bcachefs btrfs ext2 ext3 ext4 f2fs jfs nilfs2 overlay reiserfs tmpfs xfs zfs", word, " ")
        for (i = 1; i <= words; i++) is_local[word[i]] = 1
    }
    NR > max_lines { exit }
    length($0) <= max_line_bytes {
        dash = 0
        for (i = 7; i <= NF && !dash; i++) if ($i == "-") dash = i
        if (!dash || NF < dash + 2) next
        target = decoded($5)
        if (target !~ /^\// || target ~ /[\001-\037\177]/ || is_left_out(target)) next
        # What is mounted over another hides it.
        delete device_of[target]
        if (!($(dash + 1) in is_local) || ($(dash + 1) == "overlay" && target != "/")) next
        device_of[target] = $3 ($(dash + 1) == "btrfs" ? " " $4 : "")
        has_root[target] = $4 == "/"
    }
    END {
        for (target in device_of) if (has_root[target]) rooted[device_of[target]] = 1
        for (target in device_of) {
            if (!has_root[target] && device_of[target] in rooted) continue
            if (has_root[target] && taken[device_of[target]]++) continue
            if (++places > max_places) exit
            print target
        }
    }

    # Come and go with containers, sessions and packages.
    function is_left_out(target) {
        if (target ~ /^\/(snap|proc|sys|dev\/pts|var\/lib\/snapd\/snap)(\/|$)/) return 1
        if (target ~ /^\/run\/(user|credentials|netns|docker|containerd|snapd\/ns|systemd\/(incoming|unit-root))\//) return 1
        return target ~ /^\/var\/lib\/(docker|containers|containerd|kubelet|rancher|lxcfs|lxd|incus)\//
    }

    function decoded(text,    out, at, digits) {
        if (length(text) > 16384) return ""
        out = ""
        while ((at = index(text, "\\")) > 0) {
            digits = substr(text, at + 1, 3)
            if (digits !~ /^[0-3][0-7][0-7]$/ || digits == "000") return ""
            out = out substr(text, 1, at - 1) sprintf("%c", substr(digits, 1, 1) * 64 + substr(digits, 2, 1) * 8 + substr(digits, 3, 1))
            text = substr(text, at + 4)
        }
        return out text
    }' "$walk_table"
}

walk_left_out='/proc
/sys
/snap
/run/user
/run/docker
/run/containerd
/run/credentials
/var/lib/docker
/var/lib/containers
/var/lib/containerd
/var/lib/kubelet
/var/lib/rancher
/var/lib/lxd
/var/lib/incus
/var/lib/snapd/snaps
/timeshift'

# A file system may be mounted below what is left out. Called with IFS as a line feed.
walk_is_left_out() {
    for walk_path in $walk_left_out ${MUSTER_LEAVE_OUT-}; do
        case $1/ in
        "$walk_path"/*) return 0 ;;
        esac
    done
    return 1
}

walk() {
    set -f
    IFS='
'
    for walk_path in $walk_left_out ${MUSTER_LEAVE_OUT-}; do
        set -- -path "$MUSTER_ROOT$walk_path" -prune -o "$@"
    done
    set -- -xdev -path '*/.snapshots' -prune -o -path '*/.local/share/containers/storage' -prune -o "$@"
    for walk_place in $(walk_places); do
        if [ ! -d "$MUSTER_ROOT$walk_place" ] || walk_is_left_out "$walk_place"; then continue; fi
        if [ -n "$MUSTER_ROOT" ]; then walk_place=${MUSTER_ROOT}${walk_place%/}; fi
        set -- "$walk_place" "$@"
    done
    unset IFS
    set +f
    # Without a place find would walk the folder that it is started in.
    if [ "$1" = -xdev ]; then
        echo '//! 0'
        return
    fi
    walk_idle=
    if ionice -c 3 true 2>/dev/null; then walk_idle='ionice -c 3'; fi
    {
        # shellcheck disable=SC2086
        $walk_idle find "$@" 2>&1 >&3 | {
            # What is gone meanwhile is none of it.
            walk_unseen=$(grep -c -v 'No such file or directory$')
            printf '//! %s\n' "$walk_unseen" >&3
        }
    } 3>&1
}
