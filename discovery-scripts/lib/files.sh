# shellcheck shell=sh
# How scripts read what stat says of many files at once, whatever is in their names. Sourced after json.sh; sets
# files_format and files_target_format, for stat -c and stat -L -c of GNU and of busybox, and files_awk, functions for awk:
#
#     stat -c "$files_format" "$@" 2>/dev/null | awk "$json_awk$files_awk"'
#     BEGIN { files_begin() }
#     files_starts($0) { finish(); files_take($0); next }
#     { files_path = files_path "\n" $0 }
#     END { finish() }'
#
# A record begins with //, which is in no path that has single slashes, so a name may have lines of its own.
#
# files_begin()       reads the names of users and groups from /etc/passwd and /etc/group below MUSTER_ROOT; an account
#                     from elsewhere is its number, since a directory server that is away would keep us waiting
# files_starts(line)  whether a record begins with the line
# files_take(line)    sets files_path, files_type (as ls has it), files_octal (four digits), files_owner, files_group and
#                     files_is_target (the record is of what a link leads to)

# Used by those who source this.
# shellcheck disable=SC2034
{
files_format='//- %a %u %g %A %n'
files_target_format='//+ %a %u %g %A %n'
files_awk='
function files_begin(    root) {
    root = ENVIRON["MUSTER_ROOT"]
    files_root_length = length(root)
    if (ENVIRON["files_passwd"] != "") files_read_names(ENVIRON["files_passwd"], files_user)
    if (ENVIRON["files_groups"] != "") files_read_names(ENVIRON["files_groups"], files_group_name)
}

# name:x:number: of passwd(5) and group(5). The first of several with one number counts, as in getpwuid(3).
function files_read_names(file, names,    line, field) {
    while ((getline line < file) > 0) {
        if (split(substr(line, 1, 1024), field, ":") < 3 || field[1] == "" || field[3] !~ /^[0-9]+$/) continue
        if (!(field[3] in names)) names[field[3]] = field[1]
    }
    close(file)
}

function files_starts(line) {
    return line ~ /^\/\/[-+] [0-7]+ [0-9]+ [0-9]+ [^ ]+ \//
}

function files_take(line,    part) {
    match(line, /^\/\/[-+] [0-7]+ [0-9]+ [0-9]+ [^ ]+ /)
    split(substr(line, 1, RLENGTH), part, " ")
    files_path = substr(line, RLENGTH + 1 + files_root_length)
    files_is_target = part[1] == "//+"
    files_octal = sprintf("%04d", part[2])
    files_owner = part[3] in files_user ? files_user[part[3]] : part[3]
    files_group = part[4] in files_group_name ? files_group_name[part[4]] : part[4]
    files_type = substr(part[5], 1, 1)
}
'
files_passwd=$MUSTER_ROOT/etc/passwd
files_groups=$MUSTER_ROOT/etc/group
# awk would stop at what it cannot read, and wait for a named pipe.
if [ ! -f "$files_passwd" ] || [ ! -r "$files_passwd" ]; then files_passwd=; fi
if [ ! -f "$files_groups" ] || [ ! -r "$files_groups" ]; then files_groups=; fi
export files_passwd files_groups
}
