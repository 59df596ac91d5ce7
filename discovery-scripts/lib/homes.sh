# shellcheck shell=sh
# Whose home folders matter, and which of these may be looked at. Sourced after accounts.sh; sets and exports passwd, mounts and
# login_defs (each a file to read, or empty), and homes_awk:
#
# homes_begin()              call it first, in place of accounts_begin()
# homes_setting(file, pattern, otherwise)  the number in the last line that fits the pattern
# homes_is_system(uid)       whether the number belongs to a service
# homes_is_interactive(shell)
# homes_matters()            whether the account that was taken belongs to somebody who logs in
# homes_is_remote(folder)    whether the folder, with a slash at its end, is on a remote file system, which could keep us
#                            waiting for ever, or below an automounter, which would mount it for us

# The first of the files that can be read; awk would stop at others, and wait for a named pipe.
homes_readable() {
    for file; do
        if [ -f "$file" ] && [ -r "$file" ]; then
            printf '%s' "$file"
            return
        fi
    done
}

passwd=$(homes_readable "$MUSTER_ROOT/etc/passwd")
mounts=$(homes_readable "$MUSTER_ROOT/proc/self/mountinfo")
login_defs=$(homes_readable "$MUSTER_ROOT/etc/login.defs" "$MUSTER_ROOT/usr/etc/login.defs")
export passwd mounts login_defs

# Used by those who source this.
# shellcheck disable=SC2034
homes_awk='
function homes_begin(    file, line, part) {
    accounts_begin()
    homes_uid_min = homes_setting(ENVIRON["login_defs"], "^[ \t]*UID_MIN[ \t]+[0-9]+[ \t\r]*$", 1000)
    file = ENVIRON["mounts"]
    # proc_pid_mountinfo(5): id parent major:minor root target options [tags] - fstype source super-options
    while (file != "" && (getline line < file) > 0) {
        if (length(line) > 65536) continue
        if (line !~ / - (autofs|nfs[0-9]*|cifs|smb3?|ceph|9p|afs|lustre|gpfs|beegfs|glusterfs|fuse\.[^ ]*) /) continue
        split(line, part, " ")
        homes_remote[++homes_remotes] = part[5]
    }
    if (file != "") close(file)
}

function homes_setting(file, pattern, otherwise,    line) {
    while (file != "" && (getline line < file) > 0) {
        if (length(line) > 200 || line !~ pattern) continue
        gsub(/[^-0-9]/, "", line)
        if (length(line) < 10) otherwise = accounts_decimal(line)
    }
    if (file != "") close(file)
    return otherwise
}

# systemd draws the numbers of some services from 61184 on; 65534 is nobody, and 65535 stands for no number.
function homes_is_system(uid) {
    return uid + 0 < homes_uid_min || uid + 0 >= 61184 && uid + 0 <= 65535
}

# Where none is named it is /bin/sh, passwd(5).
function homes_is_interactive(shell) {
    return shell !~ /(^|\/)(nologin|false|true|sync|shutdown|halt|poweroff|reboot)$/ && shell != "/dev/null"
}

function homes_matters() {
    return homes_is_interactive(accounts_shell) && (accounts_uid == "0" || !homes_is_system(accounts_uid))
}

function homes_is_remote(folder,    i) {
    for (i = 1; i <= homes_remotes; i++) if (index(folder, homes_remote[i] "/") == 1) return 1
    return 0
}
'
