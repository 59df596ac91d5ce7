# shellcheck shell=sh
# How the kernel writes addresses in /proc/net, for awk. Sourced; sets net_awk:
#
# net_number(hex)  the number that hexadecimal digits in either case are
# net_ip4(hex)     eight digits, as a host with the lowest byte first writes them (all but s390x), as 192.0.2.1
# net_ip6(hex)     32 digits in the order of the network, as RFC 5952 has it
# net_words(hex)   the digits of /proc/net/tcp6, four words each in the host order, in the order of the network
#
# Set net_big_endian to 1 where the host has the highest byte first.

# Used by those who source this.
# shellcheck disable=SC2034
net_awk='
function net_number(hex,    i, out) {
    out = 0
    hex = tolower(hex)
    for (i = 1; i <= length(hex); i++) out = out * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
    return out
}

function net_ip4(hex) {
    return net_dotted(net_big_endian ? hex : net_swapped(hex))
}

function net_dotted(hex) {
    return net_number(substr(hex, 1, 2)) "." net_number(substr(hex, 3, 2)) "." net_number(substr(hex, 5, 2)) "." net_number(substr(hex, 7, 2))
}

function net_swapped(word) {
    return substr(word, 7, 2) substr(word, 5, 2) substr(word, 3, 2) substr(word, 1, 2)
}

function net_words(hex) {
    if (net_big_endian) return hex
    return net_swapped(substr(hex, 1, 8)) net_swapped(substr(hex, 9, 8)) net_swapped(substr(hex, 17, 8)) net_swapped(substr(hex, 25, 8))
}

function net_ip6(hex,    i, group, run, best, best_at, out) {
    hex = tolower(hex)
    if (hex ~ /^00000000000000000000ffff/) return "::ffff:" net_dotted(substr(hex, 25))
    best = 1
    for (i = 8; i >= 1; i--) {
        group[i] = substr(hex, 4 * i - 3, 4)
        run = group[i] == "0000" ? run + 1 : 0
        if (run >= best && run > 1) {
            best = run
            best_at = i
        }
    }
    for (i = 1; i <= 8; i++) {
        if (i == best_at) {
            out = out "::"
            i += best - 1
            continue
        }
        sub(/^0+/, "", group[i])
        out = out (out == "" || out ~ /:$/ ? "" : ":") (group[i] == "" ? "0" : group[i])
    }
    return out
}
'
