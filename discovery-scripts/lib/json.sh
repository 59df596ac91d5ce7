# shellcheck shell=sh
# How every script writes JSON. Sourced; sets json_awk, awk functions to put before a program of one's own:
#
#     . "$MUSTER_LIB/json.sh"
#     awk "$json_awk"'{ print json_text($0) }'
#
# json_text(s)    s as a JSON string, valid whatever bytes are in s: quotes, backslashes and control bytes are escaped,
#                 and each longest piece that could begin a UTF-8 character but is none becomes one U+FFFD (Unicode 17,
#                 section 3.9, "Substitution of Maximal Subparts"; the WHATWG and Python decoders do the same)
# json_scalar(s)  s as a JSON number where it is a whole decimal number of 64 signed bits in its one plain form, else
#                 as a string: a leading zero may mean octal, and awk's own numbers lose digits above 2^53
#
# Works on bytes, so LC_ALL must be C. An awk string cannot hold NUL everywhere: turn it into a byte that is never
# UTF-8 before awk sees it (tr '\000' '\377').
#
# Each awk has to do with it: mawk, busybox, gawk, the one true awk. Long strings are halved before they are walked,
# because substr near the end of a long string costs its whole length in busybox.

# Used by those who source this.
# shellcheck disable=SC2034
json_awk='
function json_text(s) {
    if (s !~ /[^] !#-[^-~]/) return "\"" s "\""
    if (!json_ready) json_prepare()
    json_need = 0
    return "\"" json_walk(s) (json_need ? json_lost : "") "\""
}

function json_scalar(s,    digits) {
    if (s !~ /^(0|-?[1-9][0-9]*)$/) return json_text(s)
    digits = s
    sub(/^-/, "", digits)
    if (length(digits) < 19) return s
    if (length(digits) > 19) return json_text(s)
    # Compared as text, since as numbers both sides would be rounded.
    return ("x" digits <= (digits == s ? "x9223372036854775807" : "x9223372036854775808")) ? s : json_text(s)
}

function json_prepare(    i) {
    for (i = 1; i < 256; i++) json_byte[sprintf("%c", i)] = i
    json_lost = sprintf("%c%c%c", 239, 191, 189)
    json_ready = 1
}

# State over all pieces of one string: json_need continuation bytes are missing, the next one must lie in
# json_low..json_high, and json_head holds those that came.
function json_walk(s,    half, out, i, c) {
    if (length(s) > 256) {
        half = int(length(s) / 2)
        out = json_walk(substr(s, 1, half))
        return out json_walk(substr(s, half + 1))
    }
    out = ""
    for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        out = out json_step(c, json_byte[c])
    }
    return out
}

function json_step(c, b,    out) {
    if (json_need) {
        if (b >= json_low && b <= json_high) {
            json_head = json_head c
            json_low = 128
            json_high = 191
            return --json_need ? "" : json_head
        }
        json_need = 0
        out = json_lost
    }
    if (b < 128) return out json_ascii(c, b)
    if (b < 194 || b > 244) return out json_lost
    json_need = b < 224 ? 1 : (b < 240 ? 2 : 3)
    # Shuts out overlong forms, surrogates and what is above U+10FFFF.
    json_low = b == 224 ? 160 : (b == 240 ? 144 : 128)
    json_high = b == 237 ? 159 : (b == 244 ? 143 : 191)
    json_head = c
    return out
}

function json_ascii(c, b) {
    if (c == "\"" || c == "\\") return "\\" c
    if (b == 10) return "\\n"
    if (b == 9) return "\\t"
    if (b < 32) return sprintf("\\u%04x", b)
    return c
}
'
