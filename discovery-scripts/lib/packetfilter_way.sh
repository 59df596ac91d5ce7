# shellcheck shell=sh
# Which way packets take through the rules of packetfilter.sh, for awk. Sourced after it; sets packetfilter_way_awk:
#
# packetfilter_way_begin()           call it first
# packetfilter_is_live(id)           whether the kernel holds the chain, and not a file
# packetfilter_is_of(id, family)     the same, of that family: 4 or 6
# packetfilter_is_unconditional(n)   whether the rule asks for nothing
# packetfilter_flatten(id, family, 0, 0)  the rules that packets meet from there, in their order, into flat[1..flats]; set flats to 0 and
#                                    decision to "" before. flat_maybe[i]: an earlier rule may have sent the packet elsewhere
# packetfilter_verdict(id)           then: what becomes of a packet that no rule asks about
# packetfilter_reach(id, family)     all rules that a packet may come to from there, into reached[1..reaches]; is_cut where there are more
# packetfilter_shadows(n, at)        the places, with commas, of rules in flat[] before that place that decide otherwise about all that
#                                    the rule asks for
# packetfilter_all_in(inner, outer)  whether all ports of a list ("22,80-90") are in another

# Used by those who source this.
# shellcheck disable=SC2034,SC2016
packetfilter_way_awk='
function packetfilter_way_begin() {
    # Far more than hosts have. Implementation choices.
    packetfilter_max_reached = 20000
    packetfilter_max_depth = 16
}

function packetfilter_is_live(id) {
    return chain_layer[id] ~ /[46abn]/
}

function packetfilter_is_unconditional(n) {
    return !rule_others[n] && rule_proto[n] == "" && rule_dport[n] == "" && rule_states[n] == ""
}

function packetfilter_is_of(id, family) {
    return packetfilter_is_live(id) && index(chain_family[id], family)
}

# The rules of a chain and of those it hands every packet to, in their order, into flat[1..flats]; flat_maybe where an earlier
# rule may have sent the packet elsewhere. Sets decision where one of them decides about every packet.
function packetfilter_flatten(id, family, is_maybe, depth,    i, n) {
    if (depth > packetfilter_max_depth) return
    for (i = 1; i <= chain_rules[id] && flats < packetfilter_max_reached; i++) {
        n = chain_rule[id, i]
        if (rule_family[n] != "" && rule_family[n] != family) continue
        if (rule_jump[n] != "" && packetfilter_is_unconditional(n)) {
            packetfilter_flatten(rule_jump[n], family, is_maybe, depth + 1)
            if (rule_goto[n]) return
            continue
        }
        flat[++flats] = n
        flat_maybe[flats] = is_maybe
        if (rule_target[n] == "RETURN") {
            if (packetfilter_is_unconditional(n)) {
                if (!depth && decision == "" && !is_maybe) decision = "RETURN"
                return
            }
            is_maybe = 1
        }
        if (rule_goto[n]) is_maybe = 1
        if (decision == "" && !is_maybe && packetfilter_is_unconditional(n) && rule_target[n] ~ /^(ACCEPT|DROP|REJECT)$/) decision = rule_target[n]
    }
}

function packetfilter_verdict(id) {
    return decision == "" || decision == "RETURN" ? chain_policy[id] : decision
}

# All rules that a packet may come to from that chain, into reached[1..reaches].
function packetfilter_reach(id, family,    stack, top, seen, i, n) {
    reaches = 0
    split("", seen)
    stack[top = 1] = id
    seen[id] = 1
    while (top) {
        id = stack[top--]
        for (i = 1; i <= chain_rules[id]; i++) {
            n = chain_rule[id, i]
            if (rule_family[n] != "" && rule_family[n] != family) continue
            if (reaches >= packetfilter_max_reached) { is_cut = 1; return }
            reached[++reaches] = n
            if (rule_jump[n] == "" || (rule_jump[n] in seen)) continue
            seen[rule_jump[n]] = 1
            stack[++top] = rule_jump[n]
        }
    }
}

# Earlier rules that decide the other way about all that this one asks for.
function packetfilter_shadows(n, at,    i, earlier, out, found) {
    for (i = 1; i < at && found < 20; i++) {
        earlier = flat[i]
        if (flat_maybe[i] || rule_target[earlier] !~ /^(ACCEPT|DROP|REJECT)$/) continue
        if ((rule_target[earlier] == "ACCEPT") == (rule_target[n] == "ACCEPT") || !packetfilter_covers(earlier, n)) continue
        out = out (found++ ? "," : "") i
    }
    return out
}

function packetfilter_covers(a, b,    others) {
    others = rule_others[a]
    if (rule_out[a] != "" && rule_out[a] == rule_out[b]) others--
    if (rule_to[a] != "" && rule_to[a] == rule_to[b]) others--
    if (others) return 0
    if (rule_states[a] != "" && !index("," rule_states[a] ",", ",NEW,")) return 0
    if (rule_proto[a] != "" && rule_proto[a] != rule_proto[b]) return 0
    return rule_dport[a] == "" || (rule_dport[b] != "" && packetfilter_all_in(rule_dport[b], rule_dport[a]))
}

function packetfilter_all_in(inner, outer,    a, b, as, bs, i, j, low_a, high_a, is_in) {
    as = split(inner, a, ",")
    bs = split(outer, b, ",")
    for (i = 1; i <= as; i++) {
        low_a = a[i] + 0
        high_a = a[i] ~ /-/ ? substr(a[i], index(a[i], "-") + 1) + 0 : low_a
        is_in = 0
        for (j = 1; j <= bs && !is_in; j++) is_in = low_a >= b[j] + 0 && high_a <= (b[j] ~ /-/ ? substr(b[j], index(b[j], "-") + 1) + 0 : b[j] + 0)
        if (!is_in) return 0
    }
    return 1
}
'
