# shellcheck shell=sh
# How awk reads JSON that a program of the system prints. Sourced; sets leaves_awk, a program of its own:
#
#     tool nft-ruleset nft -j list ruleset | awk -v leaves_tag=n "$leaves_awk" | awk '…'
#
# prints a line for each value that is no object and no list, in their order: the tag, the path to it (names and numbers of
# elements from 0, with dots between, blanks in names as _), and the value up to the end of the line: "n nftables.0.table.name filter". Line ends
# and other control characters in values become blanks. "c" alone says that the rest was too much, or is no JSON.
#
# Split at quotes, so that no line is as long as the document: substr near the end of a long string costs its whole length in busybox.

# Used by those who source this.
# shellcheck disable=SC2034,SC2016
leaves_awk='
BEGIN {
    RS = "\""
    # Far above what programs print. Implementation choices.
    max_depth = 64
    max_leaves = 1000000
    max_text_bytes = 4096
    max_gap_bytes = 65536
}

{
    if (is_text) {
        if (length(text) + length($0) <= max_text_bytes) text = text $0
        else text = substr(text $0, 1, max_text_bytes)
        if (match($0, /\\+$/) && RLENGTH % 2) {
            text = text "\""
            next
        }
        is_text = 0
        take_text(text)
        next
    }
    if (length($0) > max_gap_bytes) give_up()
    take_gap($0)
    is_text = 1
    text = ""
}
END { if (!has_given_up && depth) print "c" }

function give_up() {
    has_given_up = 1
    print "c"
    exit
}

function take_gap(gap,    i, c, word) {
    word = ""
    for (i = 1; i <= length(gap); i++) {
        c = substr(gap, i, 1)
        if (index("{}[]:, \t\r\n", c) == 0) {
            word = word c
            continue
        }
        if (word != "") leaf(word)
        word = ""
        if (c == "{" || c == "[") open(c)
        else if ((c == "}" || c == "]") && depth) depth--
        else if (c == ",") { place[depth]++; is_name[depth] = kind[depth] == "{" }
        else if (c == ":") is_name[depth] = 0
    }
    if (word != "") leaf(word)
}

function open(c,    above) {
    above = here()
    if (++depth > max_depth) give_up()
    prefix[depth] = above == "" ? "" : above "."
    kind[depth] = c
    place[depth] = 0
    name[depth] = ""
    is_name[depth] = c == "{"
}

function here() {
    if (!depth) return ""
    return prefix[depth] (kind[depth] == "{" ? name[depth] : place[depth])
}

function take_text(s) {
    if (index(s, "\\")) s = unescaped(s)
    gsub(/[\001-\037\177]/, " ", s)
    if (!depth || !is_name[depth]) {
        leaf(s)
        return
    }
    gsub(/[ .]/, "_", s)
    name[depth] = substr(s, 1, 64)
}

# What has no sign of its own in one byte becomes a blank: names that tell things apart have none of these.
function unescaped(s,    out, at, c) {
    out = ""
    while ((at = index(s, "\\"))) {
        out = out substr(s, 1, at - 1)
        c = substr(s, at + 1, 1)
        s = substr(s, at + 2)
        if (c == "u") {
            s = substr(s, 5)
            c = " "
        }
        out = out (index("\"\\/", c) ? c : " ")
    }
    return out s
}

function leaf(value) {
    if (++leaves > max_leaves) give_up()
    print leaves_tag " " here() " " value
}
'
