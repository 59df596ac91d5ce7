# shellcheck shell=sh
# How scripts read JSON, for awk. Sourced; sets json_read_awk, and json_leaves_awk, a program of its own (below).
#
# json_begin()          forgets the document before
# json_line(line)       reads one more line of a document; JSON has no line feed within strings
# json_end()            whether the lines were one document and nothing else, as RFC 8259 has it. Refused are lines above 4 MiB,
#                       strings above 64 KiB, 10,000 bytes between two strings, a depth of 100 and 200,000 values: who
#                       writes these wants to hurt
#
# Then each value has a number, of which the first is 1 and 0 is no value:
#
# json_kind[n]          object, array, string, number, true, false, null; empty of 0
# json_value[n]         what the string holds, or the number as it is written; else the kind
# json_size[n]          how many there are in it
# json_child[n, i]      the i-th of these, from 1
# json_name[n, i]       of an object: its name. A name that comes twice has the value that came last
# json_of(n, name)      the value of that name, or 0
# json_dig(n, path)     the same, several names deep: "HostConfig.Memory"
# json_text_of(n, path) what it holds where it is a string, number, true or false, else nothing
#
# What is too large to be kept goes through
#
#     tool nft-ruleset nft -j list ruleset | awk -v json_tag=n "$json_leaves_awk" | awk '…'
#
# which keeps nothing, and prints a line for each value that is no object and no array, in their order: the tag, the path to it (names
# and numbers of elements from 0, with dots between; of a name 64 bytes, blanks and dots in it as _), and the value up to the end of the line:
# "n nftables.0.table.name filter". Of a value 4,096 bytes are printed, control characters as blanks. "c" alone says that the rest
# was refused: as above, but for the length of lines, and above a million values. What comes after the document is not looked at.
#
# A document is cut at quotes, and so costs what its length is: substr near the end of a long string costs its whole length in
# busybox. Escapes become UTF-8; what UTF-8 cannot have (lone surrogates) and what awk cannot hold (NUL) become U+FFFD. Bytes
# that are no UTF-8 stay, for json_text.

# Used by those who source this.
# shellcheck disable=SC2034
json_read_awk='
function json_begin() {
    split("", json_kind); split("", json_value); split("", json_size)
    split("", json_child); split("", json_name); split("", json_member)
    split("", json_stack)
    json_values = json_depth = json_is_text = json_held_bytes = 0
    json_max_values = 200000
    json_held = json_chunk = ""
    json_kind[0] = json_value[0] = ""
    json_size[0] = 0
    # value, first (a value or the end of an array), key, name (a key or the end of an object), colon, more, end, wrong
    json_wants = "value"
}

function json_end() {
    return json_wants == "end"
}

function json_line(line,    part, parts, i) {
    if (json_wants == "wrong") return
    if (length(line) > 4194304) {
        json_wants = "wrong"
        return
    }
    parts = split(line, part, "\"")
    for (i = 1; i <= parts && json_wants != "wrong"; i++) json_piece(part[i])
    # A string does not go on in the next line, and a line without quotes has no strings.
    if (parts && (!json_is_text || json_held_bytes)) json_wants = "wrong"
    json_is_text = 0
}

# What stands between two quotes: by turns what is between strings, and strings.
function json_piece(text) {
    if (!json_is_text) {
        json_is_text = 1
        if (text != "") json_between(text)
        return
    }
    json_held_bytes += length(text) + 1
    if (json_held_bytes > 65537) {
        json_wants = "wrong"
        return
    }
    # A quote behind an odd number of backslashes is one of the string, which is put together in two steps: it may have many.
    if (substr(text, length(text)) == "\\" && json_is_open(text)) {
        json_chunk = json_chunk text "\""
        if (length(json_chunk) > 512) {
            json_held = json_held json_chunk
            json_chunk = ""
        }
        return
    }
    if (json_held_bytes > length(text) + 1) {
        text = json_held json_chunk text
        json_held = json_chunk = ""
    }
    json_held_bytes = json_is_text = 0
    json_string(text)
}

function json_is_open(text) {
    match(text, /[\\]+$/)
    return RLENGTH % 2
}

# What stands between two strings.
function json_between(text,    c) {
    if (length(text) > 10000) json_wants = "wrong"
    while (json_wants != "wrong") {
        if (text == "" || text == " " || json_is_stream && json_wants == "end") return
        c = substr(text, 1, 1)
        if (index(" \t\r\n", c)) {
            sub(/^[ \t\r\n]+/, "", text)
        } else if (index("{}[]:,", c)) {
            text = substr(text, 2)
            json_sign(c)
        } else if (match(text, /^[-+.0-9A-Za-z]+/)) {
            c = substr(text, 1, RLENGTH)
            text = substr(text, RLENGTH + 1)
            if (c == "true" || c == "false" || c == "null") json_add(c, c)
            else if (c ~ /^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?$/) json_add("number", c)
            else json_wants = "wrong"
        } else {
            json_wants = "wrong"
        }
    }
}

function json_sign(c) {
    if (c == ":") {
        json_wants = json_wants == "colon" ? "value" : "wrong"
    } else if (c == ",") {
        if (json_wants == "more") json_wants = json_shape[json_depth] == "{" ? "key" : "value"
        else json_wants = "wrong"
        json_place[json_depth]++
    } else if (c == "{" || c == "[") {
        if (json_depth == 100) json_wants = "wrong"
        json_add(c == "{" ? "object" : "array", "")
        if (json_wants == "wrong") return
        json_stack[++json_depth] = json_values
        json_shape[json_depth] = c
        json_place[json_depth] = 0
        json_wants = c == "{" ? "name" : "first"
    } else {
        if (json_wants == "more" && json_shape[json_depth] == (c == "}" ? "{" : "[") || json_wants == (c == "}" ? "name" : "first")) {
            json_depth--
            json_wants = json_depth ? "more" : "end"
        } else {
            json_wants = "wrong"
        }
    }
}

function json_string(text) {
    if (text ~ /[\001-\037]/) {
        json_wants = "wrong"
        return
    }
    if (index(text, "\\")) text = json_unescape(text)
    if (json_wants == "key" || json_wants == "name") {
        json_key[json_depth] = json_is_stream ? json_word(text) : text
        json_wants = "colon"
    } else {
        json_add("string", text)
    }
}

function json_add(kind, value,    parent, at, name) {
    if (json_wants != "value" && json_wants != "first" || json_values == json_max_values) {
        json_wants = "wrong"
        return
    }
    if (json_is_stream) {
        json_print(kind, value)
        return
    }
    json_kind[++json_values] = kind
    json_value[json_values] = value
    json_size[json_values] = 0
    if (!json_depth) {
        json_wants = "end"
        return
    }
    json_wants = "more"
    parent = json_stack[json_depth]
    if (json_kind[parent] == "object") {
        name = json_key[json_depth]
        if (!((parent, name) in json_member)) {
            json_member[parent, name] = ++json_size[parent]
            json_name[parent, json_size[parent]] = name
        }
        at = json_member[parent, name]
    } else {
        at = ++json_size[parent]
    }
    json_child[parent, at] = json_values
}

# Cut at backslashes: an empty piece between two is an escaped one.
function json_unescape(text,    part, parts, i, at, c, code, low, out, done) {
    parts = split(text, part, "\\")
    out = part[1]
    for (i = 2; i <= parts; i++) {
        if (length(out) > 512) {
            done = done out
            out = ""
        }
        if (part[i] == "") {
            out = out "\\" part[i + 1]
            i++
            continue
        }
        c = substr(part[i], 1, 1)
        if (c == "u") {
            code = json_hex(substr(part[i], 2, 4))
            if (code < 0) break
            low = -1
            if (code >= 55296 && code <= 56319 && length(part[i]) == 5 && substr(part[i + 1], 1, 1) == "u")
                low = json_hex(substr(part[i + 1], 2, 4))
            if (low >= 56320 && low <= 57343) {
                code = 65536 + (code - 55296) * 1024 + low - 56320
                i++
            }
            out = out json_utf8(code) substr(part[i], 6)
        } else {
            at = index("\"/bfnrt", c)
            if (!at) break
            out = out substr("\"/\b\f\n\r\t", at, 1) substr(part[i], 2)
        }
    }
    if (i <= parts) json_wants = "wrong"
    return done out
}

function json_hex(digits,    i, value, digit) {
    if (length(digits) < 4) return -1
    value = 0
    for (i = 1; i <= 4; i++) {
        digit = index("0123456789abcdef", tolower(substr(digits, i, 1)))
        if (!digit) return -1
        value = value * 16 + digit - 1
    }
    return value
}

function json_utf8(code) {
    if (code == 0 || code >= 55296 && code <= 57343) code = 65533
    if (code < 128) return sprintf("%c", code)
    if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
    if (code < 65536) return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
    return sprintf("%c%c%c%c", 240 + int(code / 262144), 128 + int(code / 4096) % 64, 128 + int(code / 64) % 64, 128 + code % 64)
}

function json_of(n, name) {
    return ((n, name) in json_member) ? json_child[n, json_member[n, name]] : 0
}

function json_dig(n, path,    part, parts, i) {
    parts = split(path, part, ".")
    for (i = 1; i <= parts && n; i++) n = json_of(n, part[i])
    return n
}

function json_text_of(n, path) {
    n = json_dig(n, path)
    return json_kind[n] ~ /^(string|number|true|false)$/ ? json_value[n] : ""
}

# A name or the number of an element, behind those above it.
function json_here() {
    if (!json_depth) return ""
    return json_prefix[json_depth] (json_shape[json_depth] == "{" ? json_key[json_depth] : json_place[json_depth])
}

function json_print(kind, value) {
    json_values++
    json_wants = json_depth ? "more" : "end"
    if (kind == "object" || kind == "array") {
        json_prefix[json_depth + 1] = json_depth ? json_here() "." : ""
        return
    }
    if (value ~ /[\001-\037\177]/) gsub(/[\001-\037\177]/, " ", value)
    print json_tag " " json_here() " " substr(value, 1, 4096)
}

function json_word(name) {
    if (name ~ /[ .\001-\037\177]/) gsub(/[ .\001-\037\177]/, "_", name)
    return substr(name, 1, 64)
}
'

# shellcheck disable=SC2016,SC2034
json_leaves_awk=$json_read_awk'
BEGIN {
    RS = "\""
    json_begin()
    json_max_values = 1000000
    json_is_stream = 1
}
{ json_piece($0) }
json_wants ~ /^(wrong|end)$/ { exit }
# Nothing at all is no document, but nothing is left out either.
END { if (!json_end() && (json_values || json_wants == "wrong")) print "c" }
'
