# shellcheck shell=sh
# How scripts hand several files and the output of programs to one awk: each line says first where it is from, followed by a
# tab, so that no content passes for another. Sourced after tool.sh:
#
# tagged_lines TAG            marks the lines of standard input; NUL becomes a byte that is never UTF-8
# tagged_files TAG FILE …     the lines of those files, with MUSTER_ROOT before them, that can be read, before each the line /next
# tagged_tool TAG PROGRAM …   what "tool TAG PROGRAM …" prints, errors too, then the line "/status NUMBER"

tagged_lines() {
    tr '\000' '\377' | sed "s/^/$1$(printf '\t')/"
}

# One awk for all, since there may be very many.
# shellcheck disable=SC2016
tagged_files() {
    tagged_tag=$1
    shift
    for tagged_path; do
        if [ -f "$tagged_path" ] && [ -r "$tagged_path" ]; then printf '%s\0' "$tagged_path"; fi
    done | xargs -0 awk -v tag="$tagged_tag" '
        FNR == 1 { print tag "\t/next" }
        { print tag "\t" $0 }' /dev/null 2>/dev/null | tr '\000' '\377' | head -c 8000000
}

tagged_tool() {
    tagged_tag=$1
    shift
    {
        tool "$tagged_tag" "$@" 2>&1
        tagged_status=$?
        printf '\n/status %s\n' "$tagged_status"
    } | head -c 8000000 | tagged_lines "$tagged_tag"
}
