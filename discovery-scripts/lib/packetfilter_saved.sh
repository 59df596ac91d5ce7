# shellcheck shell=sh
# Who manages the packet filter, and whether what is loaded comes back at the next start. Sourced after packetfilter.sh; saved_sources
# prints lines for awk: "M name" of each program that is installed, "E name" of each that is started, "F kind path" before the lines of a file that
# may load rules, each behind "s ". saved_awk:
#
# saved_take(tag)            $0 of such a line without its tag; takes managers and dead (matches that the kernel cannot say any more) for list_out,
#                            and sets is_enabled[name]
# saved_comes_back()         afterwards, of what packetfilter_end() left: whether all that is in force is saved, and loaded by something that is
#                            enabled. Wants is_active, has_ufw_chains, has_firewalld_chains, native_table[family/table] and uid, gid by name
# saved_by_program(chain)    whether an engine or the like makes the chain of that name anew when it starts
# saved_by_docker(id, n)     the same of Docker and a rule in a chain

# What a file holds, behind a line with its path.
saved_file() {
    if [ ! -f "$MUSTER_ROOT$2" ] || [ ! -r "$MUSTER_ROOT$2" ]; then return; fi
    echo "F $1 $2"
    head -c 1000000 "$MUSTER_ROOT$2" 2>/dev/null | sed 's/^/s /'
    echo
}

# Whether some start-up system starts it.
saved_enabled() {
    for link in "$MUSTER_ROOT"/etc/systemd/system/*.wants/"$1".service "$MUSTER_ROOT"/etc/systemd/system/*.requires/"$1".service \
        "$MUSTER_ROOT"/etc/runlevels/*/"$1" "$MUSTER_ROOT"/etc/rc[2-5S].d/S[0-9][0-9]"$1"; do
        if [ -e "$link" ] || [ -L "$link" ]; then
            [ "$(readlink "$MUSTER_ROOT/etc/systemd/system/$1.service" 2>/dev/null)" = /dev/null ] || echo "E $2"
            return
        fi
    done
}

saved_manager() {
    name=$1
    shift
    for file in "$@"; do
        if [ -f "$MUSTER_ROOT$file" ]; then
            echo "M $name"
            return
        fi
    done
}

saved_managers() {
    saved_manager ufw /etc/ufw/ufw.conf
    saved_manager firewalld /usr/sbin/firewalld /sbin/firewalld
    saved_manager nftables /lib/systemd/system/nftables.service /usr/lib/systemd/system/nftables.service /etc/init.d/nftables
    saved_manager netfilter-persistent /usr/sbin/netfilter-persistent
    saved_manager iptables /usr/libexec/iptables/iptables.init /usr/lib/systemd/system/iptables.service /etc/init.d/iptables
    saved_manager shorewall /usr/sbin/shorewall /sbin/shorewall
    saved_manager ferm /usr/sbin/ferm
    saved_manager SuSEfirewall2 /usr/sbin/SuSEfirewall2 /sbin/SuSEfirewall2
    for name in firewalld nftables netfilter-persistent iptables shorewall ferm SuSEfirewall2; do saved_enabled "$name" "$name"; done
    saved_enabled ip6tables iptables
    saved_enabled shorewall6 shorewall
    saved_file u /etc/ufw/ufw.conf
}

saved_files() {
    saved_file 4 /etc/iptables/rules.v4
    saved_file 6 /etc/iptables/rules.v6
    saved_file 4 /etc/sysconfig/iptables
    saved_file 6 /etc/sysconfig/ip6tables
    saved_file 4 /etc/iptables/rules-save
    saved_file 6 /etc/iptables/rules6-save
    saved_file 4 /etc/iptables.up.rules
    saved_file 4 /etc/iptables.rules
    saved_file 6 /etc/ip6tables.rules
    for file in before.rules before6.rules after.rules after6.rules user.rules user6.rules; do saved_file d "/etc/ufw/$file"; done
    saved_file d /etc/firewalld/direct.xml
    for file in /etc/rc.local /etc/rc.d/rc.local /etc/network/interfaces; do saved_file l "$file"; done
    for file in "$MUSTER_ROOT"/etc/network/if-pre-up.d/* "$MUSTER_ROOT"/etc/network/if-up.d/*; do
        # A name with odd bytes is none that run-parts would run.
        case ${file##*/} in
        *[!A-Za-z0-9_-]*) continue ;;
        esac
        saved_file l "${file#"$MUSTER_ROOT"}"
    done
    saved_file n /etc/nftables.conf
    saved_file n /etc/sysconfig/nftables.conf
    saved_file n /etc/nftables.nft
    for file in "$MUSTER_ROOT"/etc/nftables.d/* "$MUSTER_ROOT"/etc/nftables/*; do
        case ${file##*/} in
        *[!A-Za-z0-9._-]*) continue ;;
        esac
        saved_file n "${file#"$MUSTER_ROOT"}"
    done
}

saved_sources() {
    saved_managers
    saved_files
}

# Used by those who source this.
# shellcheck disable=SC2034,SC2016
saved_awk='
function saved_take(tag) {
    if (tag == "F") saved_begin_file()
    else if (tag == "s") saved_line($0)
    else if (tag == "M") list_take("managers", $1)
    else if (tag == "E") is_enabled[$1] = 1
}

# A file as iptables-save writes it is taken as one; in others what matters is looked for line by line.
function saved_begin_file() {
    saved_kind = $1
    saved_path = $2
    if (saved_kind == 4) save_table["s"] = ""
    if (saved_kind == 6) save_table["t"] = ""
}

function saved_line(line) {
    if (line ~ /^[ \t]*#/) return
    if (match(line, /--(pid|sid|cmd)-owner/)) list_take("dead", saved_path " " substr(line, RSTART, RLENGTH))
    if (saved_kind == 4) packetfilter_save(line, "s")
    else if (saved_kind == 6) packetfilter_save(line, "t")
    else if (saved_kind == "u" && line ~ /^[ \t]*ENABLED=["\047]?yes/) is_enabled["ufw"] = 1
    else if (saved_kind == "l" && line ~ /iptables(-nft|-legacy)?-restore/) saved_loader = 1
    else if (saved_kind == "l" && line ~ /nft .*-f/) saved_nft_loader = 1
    else if (saved_kind == "n" && match(line, /^[ \t]*(add[ \t]+|create[ \t]+)?table[ \t]+/)) saved_table_line(substr(line, RLENGTH + 1))
}

# inet filter {, or with the family left out.
function saved_table_line(text,    part) {
    split(text, part, /[ \t{;]+/)
    if (part[1] !~ /^(ip|ip6|inet|arp|bridge|netdev)$/) saved_table["ip/" part[1]] = 1
    else saved_table[part[1] "/" part[2]] = 1
}

# What engines and the like make anew when they start.
function saved_by_program(name) {
    return name != "DOCKER-USER" && name ~ /^(DOCKER|f2b-|fail2ban|LIBVIRT_|KUBE-|cali-|CNI-|NETAVARK|sshguard|crowdsec)/
}

function saved_by_docker(id, n,    nic) {
    if (chain_table[id] ~ /^docker-/) return 1
    if (chain_name[id] == "DOCKER-USER") return rule_target[n] == "RETURN" && packetfilter_is_unconditional(n)
    if (chain_name[id] ~ /^DOCKER/ || rule_target[n] ~ /^DOCKER/) return 1
    nic = " " rule_in[n] " " rule_out[n] " "
    return nic ~ / !?(docker0|docker_gwbridge) / || (match(nic, / !?br-[0-9a-f]+ /) && RLENGTH >= 17)
}

function saved_comes_back(    table) {
    if (!is_active) return 0
    if (has_ufw_chains && !("ufw" in is_enabled)) return 0
    if (has_firewalld_chains && !("firewalld" in is_enabled)) return 0
    if (!has_ufw_chains && !has_firewalld_chains && !saved_rules_are()) return 0
    for (table in native_table) {
        if (!(table in saved_table) || !(("nftables" in is_enabled) || saved_nft_loader)) return 0
    }
    return 1
}

# Every rule of iptables, and every policy, is in a file that something loads. What nobody but a program loads is its own business.
function saved_rules_are(    c, i, n, id, in_files, needs) {
    if (("shorewall" in is_enabled) || ("ferm" in is_enabled) || ("SuSEfirewall2" in is_enabled)) return 1
    split("", in_files)
    for (c = 1; c <= chains; c++) {
        id = chain_list[c]
        if (chain_layer[id] !~ /[st]/ || chain_table[id] != "filter") continue
        if (chain_hook[id] != "") in_files[chain_family[id] " " chain_hook[id] " " chain_policy[id]] = 1
        for (i = 1; i <= chain_rules[id]; i++) in_files[saved_signature(id, chain_rule[id, i])] = 1
    }
    for (c = 1; c <= chains; c++) {
        id = chain_list[c]
        if (chain_layer[id] !~ /[46ab]/ || chain_table[id] != "filter" || saved_by_program(chain_name[id])) continue
        if (chain_hook[id] != "" && chain_policy[id] != "ACCEPT" && !("FORWARD" == chain_hook[id] && saved_beside_docker(id))) {
            needs = 1
            if (!((chain_family[id] " " chain_hook[id] " " chain_policy[id]) in in_files)) return 0
        }
        for (i = 1; i <= chain_rules[id]; i++) {
            n = chain_rule[id, i]
            if (saved_by_docker(id, n) || saved_by_program(rule_target[n])) continue
            needs = 1
            if (!(saved_signature(id, n) in in_files)) return 0
        }
    }
    return !needs || ("netfilter-persistent" in is_enabled) || ("iptables" in is_enabled) || saved_loader
}

function saved_beside_docker(id) {
    return (chain_of[id] "DOCKER") in chain_name
}

# What iptables itself adds to a line that somebody wrote (-m tcp, --reject-with) makes no difference.
function saved_signature(id, n) {
    return chain_family[id] " " chain_name[id] "|" rule_proto[n] "|" rule_dport[n] "|" rule_states[n] "|" rule_in[n] "|" rule_out[n] "|" rule_from[n] "|" rule_to[n] "|" saved_account(rule_uid[n], uid) "|" saved_account(rule_gid[n], gid) "|" rule_negated[n] "|" rule_target[n]
}

function saved_account(name, number) {
    return name in number ? number[name] : name
}
'
