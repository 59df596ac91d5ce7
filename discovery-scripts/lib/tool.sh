# shellcheck shell=sh
# How scripts ask a program of the system. Sourced:
#
#     . "$MUSTER_LIB/tool.sh"
#     tool ip-addr ip -o addr
#
# runs "ip -o addr", with status 127 where there is no ip. Below the root of a sample it prints what was recorded of that
# program as ip-addr instead, or nothing with status 127.
tool() {
    tool_record=$1
    shift
    if [ -z "$MUSTER_ROOT" ]; then
        command -v "$1" >/dev/null || return 127
        "$@"
        return
    fi
    [ -f "$MUSTER_ROOT/.tools/$tool_record" ] || return 127
    cat "$MUSTER_ROOT/.tools/$tool_record"
}
