# shellcheck shell=sh
# How scripts read passwd(5) and group(5), as glibc does, and list what they find there. Sourced after json.sh and list.sh;
# sets accounts_awk:
#
# accounts_begin()             call it first
# accounts_next(file)          the next line of a file into accounts_line; false at its end, or where the file is ""
# accounts_take()              whether the line is an account; sets accounts_name, accounts_password, accounts_uid,
#                              accounts_gid, accounts_home, accounts_shell
# accounts_take_group()        whether the line is a group; sets accounts_name, accounts_password, accounts_gid,
#                              accounts_members (with commas)
# accounts_fields(count)       the fields of the line, or of a similar one, into accounts_part; the last with all that is behind it
# accounts_number(text)        the number of a user or a group as text, "" where it is none
# accounts_decimal(digits)     the number of at most 15 digits
# accounts_list(name, text)    adds the text to a list, or says that the list was cut off
# accounts_put(name)           prints that list as a member of the data, with a comma before it
# accounts_put_numbers(name)   the same, of whole numbers
# accounts_cut(name)           says that a member of the data was cut off: _truncated is then among the lists
# accounts_text(text, name)    the text as JSON, cut to what is taken of one in the member

# Used by those who source this.
# shellcheck disable=SC2034
accounts_awk='
function accounts_begin() {
    # Far above what hosts have. Implementation choices.
    accounts_max_lines = 200000
    accounts_max_text_bytes = 1024
    accounts_max_members_bytes = 262144
    accounts_max_items = 2000
    accounts_max_list_bytes = 50000
}

function accounts_next(file) {
    if (file == "" || (getline accounts_line < file) <= 0) return 0
    if (++accounts_lines[file] <= accounts_max_lines) return 1
    accounts_is_cut = 1
    return 0
}

# Comments, and what NIS is to add or take away, are none.
function accounts_begins_entry() {
    if (accounts_line ~ /^[ \t]/) sub(/^[ \t]+/, "", accounts_line)
    return accounts_line != "" && !index("#+-", substr(accounts_line, 1, 1))
}

# Colon by colon, since a hostile line may have millions of them.
function accounts_field(    at, field) {
    at = index(accounts_rest, ":")
    if (!at) at = length(accounts_rest) + 1
    field = substr(accounts_rest, 1, at - 1)
    accounts_rest = substr(accounts_rest, at + 1)
    return field
}

# The first fields into accounts_part, as many as there are to be, and what is behind them. One split costs a third of colon by colon.
function accounts_fields(count,    i) {
    if (length(accounts_line) < 1024 && split(accounts_line, accounts_part, ":") <= count) {
        # In awk all that is not there is empty.
        return
    }
    accounts_rest = accounts_line
    for (i = 1; i < count; i++) accounts_part[i] = accounts_field()
    accounts_part[count] = accounts_rest
}

function accounts_take() {
    if (!accounts_begins_entry()) return 0
    accounts_fields(7)
    accounts_uid = accounts_number(accounts_part[3])
    accounts_gid = accounts_number(accounts_part[4])
    if (accounts_uid == "" || accounts_gid == "") return 0
    accounts_name = accounts_part[1]
    accounts_password = accounts_part[2]
    accounts_home = accounts_part[6]
    accounts_shell = accounts_part[7]
    return 1
}

function accounts_take_group() {
    if (!accounts_begins_entry()) return 0
    accounts_fields(4)
    accounts_gid = accounts_number(accounts_part[3])
    if (accounts_gid == "") return 0
    accounts_name = accounts_part[1]
    accounts_password = accounts_part[2]
    accounts_members = accounts_part[4]
    return 1
}

# As strtoul(3) reads it: a sign may go before, and what is too large is the largest.
function accounts_number(text) {
    if (text ~ /^[1-9][0-9]*$/ && length(text) < 10) return text
    if (text !~ /^[ \t]*[-+]?[0-9]+$/) return ""
    sub(/^[ \t]*[+]?0*/, "", text)
    if (text == "" || text ~ /^-0*$/) return "0"
    if (text ~ /^-/ || length(text) > 10 || text + 0 > 4294967295) return "4294967295"
    return text
}

# busybox takes what begins with 0 for octal.
function accounts_decimal(digits) {
    sub(/^0+/, "", digits)
    return digits + 0
}

function accounts_list(name, text) {
    accounts_list_bytes[name] += length(text)
    if (list_count[name] >= accounts_max_items || accounts_list_bytes[name] > accounts_max_list_bytes) {
        accounts_list_bytes[name] = accounts_max_list_bytes
        accounts_cut(name)
    } else {
        list_take(name, text)
    }
}

function accounts_put(name) {
    if (accounts_is_cut) accounts_cut(name)
    printf ",\n\"%s\":%s", name, list_out(name)
}

function accounts_put_numbers(name,    i, count, number, out) {
    if (accounts_is_cut) accounts_cut(name)
    count = list_count[name] + 0
    for (i = 1; i <= count; i++) number[i] = substr("0000000000" list_item[name, i], length(list_item[name, i]) + 1)
    list_sort(number, count)
    for (i = 1; i <= count; i++) {
        sub(/^0+/, "", number[i])
        out = out (i > 1 ? "," : "") (number[i] == "" ? "0" : number[i])
    }
    printf ",\n\"%s\":[%s]", name, out
}

function accounts_cut(name) {
    list_take("_truncated", name)
}

function accounts_text(text, name) {
    if (length(text) > accounts_max_text_bytes) {
        accounts_cut(name)
        text = substr(text, 1, accounts_max_text_bytes)
    }
    return json_text(text)
}
'
