# shellcheck shell=sh
# What packet filters are loaded, whoever loaded them, for awk. Sourced after json.sh and list.sh; sets packetfilter_awk:
#
# packetfilter_leaf(line)         a line of json_leaves_awk over "nft -j list ruleset", without its tag
# packetfilter_save(line, layer)  a line as iptables-save prints it. The layer says whose: 4 and 6 for iptables and ip6tables over
#                                 nf_tables, a and b for the old ones of the kernel, s and t for files. Those of 4 and 6 come before
#                                 the leaves: a table that is among them is not taken from there
# packetfilter_end()              afterwards. Then there are
#
# chain_list[1..chains]           names of chains that tell one from another: chain_layer, _name, _hook (INPUT … or ""), _family (4,
#                                 6 or 46), _policy, _is_filter, _rules, and the rules chain_rule[chain, 1.._rules]
# rule_target …                   of each of these: the verdict in capitals, or where it goes on (rule_jump is the chain then,
#                                 rule_goto whether it stays there); rule_proto, rule_dport ("22,80-90"), rule_states, rule_in, rule_out,
#                                 rule_from, rule_to, "" where it does not ask; rule_others: how much else it asks, interfaces, addresses and owners
#                                 included; rule_uid, rule_gid, rule_negated; rule_log, rule_limit; rule_family (4, 6 or "" for both)

# Used by those who source this.
# shellcheck disable=SC2034,SC2016
packetfilter_awk='
function packetfilter_chain(layer, family, table, name,    id) {
    id = layer "/" family "/" table "/" name
    if (!(id in chain_name)) {
        chain_list[++chains] = id
        chain_layer[id] = layer
        chain_table[id] = table
        chain_name[id] = name
        chain_rules[id] = 0
        chain_family[id] = family == "inet" ? "46" : (family ~ /6$/ ? "6" : "4")
        chain_of[id] = layer "/" family "/" table "/"
    }
    return id
}

function packetfilter_new() {
    new_target = new_jump = new_proto = new_dport = new_states = new_in = new_out = new_from = new_to = ""
    new_uid = new_gid = new_family = new_origin = ""
    new_others = new_goto = new_negated = new_log = new_limit = 0
}

function packetfilter_add(id,    n) {
    n = ++packetfilter_rules
    chain_rule[id, ++chain_rules[id]] = n
    rule_target[n] = new_target
    rule_jump[n] = new_jump
    rule_goto[n] = new_goto
    rule_proto[n] = new_proto
    rule_dport[n] = new_dport
    rule_states[n] = new_states
    rule_in[n] = new_in
    rule_out[n] = new_out
    rule_from[n] = new_from
    rule_to[n] = new_to
    rule_uid[n] = new_uid
    rule_gid[n] = new_gid
    rule_negated[n] = new_negated
    rule_log[n] = new_log
    rule_limit[n] = new_limit
    rule_family[n] = new_family
    rule_origin[n] = new_origin
    rule_others[n] = new_others
}

# --- iptables-save

function packetfilter_save(line, layer,    family, id, part) {
    packetfilter_element_ends()
    sub(/^\[[0-9]+:[0-9]+\] /, "", line)
    sub(/[ \t\r]+$/, "", line)
    family = layer ~ /[4as]/ ? "ip" : "ip6"
    if (line ~ /^\*[A-Za-z0-9_-]+$/) {
        save_table[layer] = substr(line, 2)
        if (layer ~ /[46]/) is_taken[family "/" save_table[layer]] = 1
        return
    }
    if (save_table[layer] == "") return
    if (substr(line, 1, 1) == ":") {
        split(substr(line, 2), part, " ")
        id = packetfilter_chain(layer, family, save_table[layer], part[1])
        if (part[2] !~ /^(ACCEPT|DROP)$/) return
        chain_hook[id] = part[1]
        chain_policy[id] = part[2]
        chain_is_filter[id] = save_table[layer] == "filter"
        return
    }
    if (line !~ /^(-A|--append) /) return
    packetfilter_new()
    save_words = packetfilter_split(line)
    id = packetfilter_chain(layer, family, save_table[layer], save_word[2])
    packetfilter_options(3)
    packetfilter_add(id)
}

# Words as a shell has them: quotes around some, backslashes inside these. How many there are.
function packetfilter_split(line,    count, word, c) {
    split("", save_word)
    if (!index(line, "\"")) return split(line, save_word, " ")
    count = 0
    while (sub(/^[ \t]+/, "", line) || line != "") {
        if (line == "") break
        if (substr(line, 1, 1) != "\"") {
            match(line, /^[^ \t]+/)
            save_word[++count] = substr(line, 1, RLENGTH)
            line = substr(line, RLENGTH + 1)
            continue
        }
        line = substr(line, 2)
        word = ""
        while (match(line, /["\\]/)) {
            c = substr(line, RSTART, 1)
            word = word substr(line, 1, RSTART - 1)
            if (c == "\"") {
                line = substr(line, RSTART + 1)
                break
            }
            word = word substr(line, RSTART + 1, 1)
            line = substr(line, RSTART + 2)
            if (length(word) > 1024) line = ""
        }
        save_word[++count] = word
    }
    return count
}

function packetfilter_options(i,    is_not, option, value) {
    is_not = 0
    for (; i <= save_words; i++) {
        option = save_word[i]
        if (option == "!") {
            is_not = 1
            continue
        }
        value = save_word[i + 1]
        # Written before iptables 1.4.3: -s ! 192.0.2.1.
        if (value == "!" && option ~ /^-/) {
            is_not = 1
            value = save_word[++i + 1]
        }
        if (option == "-j" || option == "--jump" || option == "-g" || option == "--goto") {
            new_target = value
            new_goto = option ~ /^-(g|-goto)$/
            if (value ~ /^(LOG|NFLOG|ULOG)$/) new_log = 1
            return
        }
        i += packetfilter_option(option, value, is_not)
        is_not = 0
    }
}

# How many words the option has behind it.
function packetfilter_option(option, value, is_not) {
    if (option == "-m" || option == "--match") {
        if (value ~ /^(hashlimit|limit|recent|connlimit)$/) new_limit = 1
        if (value !~ /^(tcp|udp|sctp|dccp|udplite|multiport|conntrack|state|comment|owner)$/) new_others++
        return 1
    }
    if (option == "--comment") return 1
    if (option == "-p" || option == "--protocol") {
        if (is_not) new_others++
        else if (value != "all") new_proto = value
        return 1
    }
    if (option ~ /^--(dport|dports|destination-port|destination-ports|ports)$/) {
        gsub(/:/, "-", value)
        if (is_not) new_others++
        else new_dport = packetfilter_ports(value)
        return 1
    }
    if (option == "--ctorigdstport") {
        gsub(/:/, "-", value)
        if (!is_not) new_origin = value
        new_others++
        return 1
    }
    if (option == "--ctstate" || option == "--state") {
        if (is_not) new_others++
        else new_states = value
        return 1
    }
    if (option == "--uid-owner" || option == "--gid-owner") {
        if (option == "--uid-owner") new_uid = value
        else new_gid = value
        if (is_not) new_negated = 1
        new_others++
        return 1
    }
    if (option ~ /^-/) new_others += option !~ /^--(limit|limit-burst|rcheck|update|set|seconds|hitcount|name|mask|rsource|rdest|connlimit-.*|hashlimit-.*|reap|rttl)$/
    if (option == "-i" || option == "--in-interface") new_in = (is_not ? "!" : "") value
    else if (option == "-o" || option == "--out-interface") new_out = (is_not ? "!" : "") value
    else if (option ~ /^(-s|--source|--src)$/) new_from = (is_not ? "!" : "") packetfilter_address(value)
    else if (option ~ /^(-d|--destination|--dst)$/) new_to = (is_not ? "!" : "") packetfilter_address(value)
    return 0
}

function packetfilter_address(text) {
    sub(/\/(32|128|255\.255\.255\.255)$/, "", text)
    return text
}

# As nft has them: 0-1023 for :1023.
function packetfilter_ports(text) {
    if (text ~ /^-/) text = "0" text
    gsub(/,-/, ",0-", text)
    if (text ~ /-$/) text = text "65535"
    return text
}

# --- nft -j list ruleset

function packetfilter_leaf(line,    at, path, value, part) {
    at = index(line, " ")
    path = substr(line, 1, at - 1)
    value = substr(line, at + 1)
    if (substr(path, 1, 9) != "nftables.") return
    path = substr(path, 10)
    at = index(path, ".")
    if (substr(path, 1, at - 1) != leaf_element) {
        packetfilter_element_ends()
        leaf_element = substr(path, 1, at - 1)
        leaf_family = leaf_table = leaf_chain = leaf_name = leaf_type = leaf_hook = leaf_policy = ""
        leaf_values = ""
        leaf_is_odd = 0
        leaf_statement = ""
        vmap_key = vmap_data = ""
        vmaps = 0
        packetfilter_new()
    }
    path = substr(path, at + 1)
    at = index(path, ".")
    leaf_kind = substr(path, 1, at - 1)
    path = substr(path, at + 1)
    if (path == "family") leaf_family = value
    else if (path == "table") leaf_table = value
    else if (path == "chain") leaf_chain = value
    else if (path == "name") leaf_name = value
    else if (path == "type") leaf_type = value
    else if (path == "hook") leaf_hook = toupper(value)
    else if (path == "policy") leaf_policy = toupper(value)
    else if (leaf_kind ~ /^(set|map)$/ && substr(path, 1, 5) == "elem.") packetfilter_value(substr(path, 6), value)
    else if (leaf_kind == "rule" && substr(path, 1, 5) == "expr.") packetfilter_expression(substr(path, 6), value)
}

function packetfilter_element_ends(    id) {
    if (leaf_element == "") return
    leaf_element = ""
    if (leaf_family !~ /^(ip|ip6|inet)$/ || ((leaf_family "/" (leaf_kind == "table" ? leaf_name : leaf_table)) in is_taken)) return
    if (leaf_kind == "set" || leaf_kind == "map") {
        if (!leaf_is_odd) set_values[leaf_family "/" leaf_table "/" leaf_name] = leaf_values
    } else if (leaf_kind == "chain") {
        id = packetfilter_chain("n", leaf_family, leaf_table, leaf_name)
        if (leaf_hook == "") return
        chain_hook[id] = leaf_hook
        chain_policy[id] = leaf_policy == "DROP" ? "DROP" : "ACCEPT"
        chain_is_filter[id] = leaf_type == "filter"
    } else if (leaf_kind == "rule") {
        packetfilter_statement_ends()
        id = packetfilter_chain("n", leaf_family, leaf_table, leaf_chain)
        if (vmap_key == "") packetfilter_add(id)
        else packetfilter_add_map(id)
    }
}

# One element, or a part of one, of what may be a set: ranges and networks come in two.
function packetfilter_value(path, value) {
    sub(/^(set\.)?[0-9]+(\.|$)/, "", path)
    sub(/^elem\.val\.?/, "", path)
    # Of a map the key.
    if (leaf_kind == "map") {
        if (path ~ /^1/) return
        sub(/^0\.?/, "", path)
    }
    if (path ~ /^(range\.0|prefix\.addr)$/) {
        leaf_held = value
        return
    }
    if (path == "range.1") value = leaf_held "-" value
    else if (path == "prefix.len") value = leaf_held "/" value
    else if (path != "") {
        leaf_is_odd = path !~ /^elem\.(expires|timeout|comment|counter.*)$/
        return
    }
    if (length(leaf_values) > 100000) {
        leaf_is_odd = 1
        return
    }
    leaf_values = leaf_values (leaf_values == "" ? "" : ",") value
}

function packetfilter_expression(path, value,    at, kind) {
    at = index(path, ".")
    if (substr(path, 1, at - 1) != leaf_statement) {
        packetfilter_statement_ends()
        leaf_statement = substr(path, 1, at - 1)
        leaf_values = match_left = match_operator = ""
        leaf_is_odd = 0
        statement = ""
    }
    path = substr(path, at + 1)
    at = index(path ".", ".")
    kind = substr(path, 1, at - 1)
    path = substr(path, at + 1)
    if (kind == "match") packetfilter_match(path, value)
    else if (kind == "vmap") packetfilter_vmap(path, value)
    else if (kind ~ /^(accept|drop|return|continue|queue|reject|masquerade|snat|dnat|redirect|tproxy)$/) new_target = toupper(kind)
    else if (kind == "jump" || kind == "goto") {
        new_target = value
        new_goto = kind == "goto"
    }
    else if (kind == "log") new_log = 1
    else if (kind ~ /^(limit|ct_count)$/) packetfilter_limits()
    else if (kind ~ /^(set|meter|map)$/) {
        if (path ~ /(limit|ct_count)\./) packetfilter_limits()
        if (statement != kind) new_others++
    }
    else if (kind == "xt") packetfilter_xt(path, value)
    else if (kind == "quota") new_others++
    statement = kind
}

function packetfilter_limits() {
    if (!new_limit) new_others++
    new_limit = 1
}

# What nft cannot say of rules that iptables has made, but for a name.
function packetfilter_xt(path, value) {
    if (path == "type") leaf_held = value
    else if (path == "name" && leaf_held == "target") new_target = value
    else if (path == "name") {
        new_others++
        if (value ~ /^(hashlimit|limit|recent|connlimit)$/) new_limit = 1
    }
    else new_others++
}

function packetfilter_match(path, value) {
    if (path == "op") match_operator = value
    else if (substr(path, 1, 5) == "left.") match_left = packetfilter_left(match_left, substr(path, 6), value)
    else if (path == "left") match_left = "other"
    else if (substr(path, 1, 6) == "right.") packetfilter_value(substr(path, 7), value)
    else if (path == "right") packetfilter_value("", value)
}

function packetfilter_left(left, path, value) {
    if (path == "payload.protocol") return value
    if (path == "payload.field") return left " " value
    if (path == "meta.key") return "meta " value
    if (path == "ct.key") return "ct " value
    return "other"
}

function packetfilter_vmap(path, value) {
    if (substr(path, 1, 4) == "key.") vmap_key = packetfilter_left(vmap_key, substr(path, 5), value)
    else if (path == "data") vmap_data = value
    else if (substr(path, 1, 9) == "data.set.") {
        sub(/^data\.set\.[0-9]+\./, "", path)
        if (path ~ /^0/) {
            sub(/^0\.?/, "", path)
            if (path == "range.0" || path == "prefix.addr") leaf_held = value
            else if (path == "range.1") vmap_value[++vmaps] = leaf_held "-" value
            else if (path == "prefix.len") vmap_value[++vmaps] = leaf_held "/" value
            else vmap_value[++vmaps] = value
        } else {
            sub(/^1\./, "", path)
            vmap_verdict[vmaps] = path ~ /\./ ? substr(path, 1, index(path, ".") - 1) " " value : toupper(path)
        }
    }
}

function packetfilter_statement_ends() {
    if (match_left == "") return
    packetfilter_asks(match_left, match_operator != "!=", leaf_is_odd ? "" : leaf_values)
    match_left = ""
}

# What a rule asks for, in one of the places where that is kept.
function packetfilter_asks(left, is_equal, values,    proto, field) {
    proto = substr(left, 1, index(left " ", " ") - 1)
    field = substr(left, length(proto) + 2)
    if (proto ~ /^(ip|icmp)$/) new_family = "4"
    if (proto ~ /^(ip6|icmpv6)$/) new_family = "6"
    if (proto ~ /^(tcp|udp|sctp|dccp|udplite|icmp|icmpv6)$/) new_proto = proto
    if (values == "") { new_others++; return }
    if (is_equal && field == "dport" && proto ~ /^(tcp|udp|sctp|dccp|udplite|th)$/) {
        new_dport = values
        return
    }
    if (is_equal && (left == "meta l4proto" || left == "ip protocol" || left == "ip6 nexthdr")) {
        new_proto = values
        return
    }
    if (is_equal && (left == "meta nfproto" || left == "meta protocol") && values ~ /^(ipv4|ipv6|ip|ip6)$/) {
        new_family = values ~ /6/ ? "6" : "4"
        return
    }
    if (is_equal && left == "ct state") {
        new_states = toupper(values)
        return
    }
    new_others++
    if (left == "meta iif" || left == "meta iifname") new_in = (is_equal ? "" : "!") values
    else if (left == "meta oif" || left == "meta oifname") new_out = (is_equal ? "" : "!") values
    else if (field == "saddr") new_from = (is_equal ? "" : "!") packetfilter_address(values)
    else if (field == "daddr") new_to = (is_equal ? "" : "!") packetfilter_address(values)
    else if (left == "meta skuid" || left == "meta skgid") {
        if (left == "meta skuid") new_uid = values
        else new_gid = values
        if (!is_equal) new_negated = 1
    }
    else if (left == "ct original proto-dst" && is_equal) new_origin = values
}

# A rule for each verdict of a map, since each asks for something else.
function packetfilter_add_map(id,    i, verdict, verdicts, seen, values) {
    if (vmap_data != "") {
        # The verdicts may change at any time.
        packetfilter_asks(vmap_key, 1, vmap_data)
        new_others++
        packetfilter_add(id)
        return
    }
    split("", seen)
    verdicts = 0
    for (i = 1; i <= vmaps && i <= 1000; i++) {
        if (!(vmap_verdict[i] in seen)) verdict[++verdicts] = vmap_verdict[i]
        seen[vmap_verdict[i]] = seen[vmap_verdict[i]] (seen[vmap_verdict[i]] == "" ? "" : ",") vmap_value[i]
    }
    list_sort(verdict, verdicts)
    packetfilter_saved_asks()
    for (i = 1; i <= verdicts; i++) {
        packetfilter_restored_asks()
        packetfilter_asks(vmap_key, 1, seen[verdict[i]])
        new_target = verdict[i]
        new_goto = new_target ~ /^goto /
        sub(/^(jump|goto) /, "", new_target)
        packetfilter_add(id)
    }
}

function packetfilter_saved_asks() {
    map_proto = new_proto
    map_dport = new_dport
    map_states = new_states
    map_in = new_in
    map_out = new_out
    map_family = new_family
    map_others = new_others
}

function packetfilter_restored_asks() {
    new_proto = map_proto
    new_dport = map_dport
    new_states = map_states
    new_in = map_in
    new_out = map_out
    new_family = map_family
    new_others = map_others
}

# --- afterwards

function packetfilter_end(    c, i, n, id) {
    packetfilter_element_ends()
    for (c = 1; c <= chains; c++) {
        id = chain_list[c]
        for (i = 1; i <= chain_rules[id]; i++) {
            n = chain_rule[id, i]
            if ((chain_of[id] rule_target[n]) in chain_name) rule_jump[n] = chain_of[id] rule_target[n]
            if (rule_dport[n] ~ /^@/) rule_dport[n] = packetfilter_set(id, rule_dport[n], n)
            rule_dport[n] = packetfilter_sorted(rule_dport[n])
            rule_states[n] = packetfilter_sorted(rule_states[n])
            rule_uid[n] = packetfilter_sorted(rule_uid[n])
            rule_gid[n] = packetfilter_sorted(rule_gid[n])
        }
    }
}

# A set that is empty, or whose elements are none that stand for themselves, still narrows the rule.
function packetfilter_set(id, name, n,    key) {
    key = substr(chain_of[id], 3) substr(name, 2)
    if (set_values[key] != "") return set_values[key]
    rule_others[n]++
    return ""
}

# The kernel keeps sets in an order of its own.
function packetfilter_sorted(text,    item, count, i, out) {
    if (!index(text, ",")) return text
    count = split(text, item, ",")
    if (count > 2000) count = 2000
    for (i = 1; i <= count; i++) item[i] = (item[i] ~ /^[0-9]/ ? sprintf("%010d", item[i]) : "") " " item[i]
    list_sort(item, count)
    for (i = 1; i <= count; i++) out = out (i > 1 ? "," : "") substr(item[i], index(item[i], " ") + 1)
    return out
}
'
