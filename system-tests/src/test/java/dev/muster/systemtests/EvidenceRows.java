package dev.muster.systemtests;

import static dev.muster.systemtests.EvidenceRow.fact;
import static dev.muster.systemtests.EvidenceRow.offending;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rules that fail on the host of evidence-host.sh once their line is run there, and nothing but a tool of the system to say why. */
final class EvidenceRows {
    private static final Pattern SOURCE = Pattern.compile("\"source\":\"(\\w+)\"");

    static final List<EvidenceRow> ALL = List.of(
            sysctl("nist_V-38528", "net.ipv4.conf.all.log_martians", 0),
            sysctl("nist_V-38524", "net.ipv4.conf.all.accept_redirects", 1),
            sysctl("nist_V-38523", "net.ipv4.conf.all.accept_source_route", 1),
            mount("mnt-shm-nodev", "dev"),
            mount("mnt-shm-nosuid", "suid"),
            mount("mnt-shm-noexec", "exec"),
            attribute("file-shells", "/etc/shells", "chmod 0666", "octal", "%04a"),
            attribute("nist_V-38450", "/etc/passwd", "chown daemon", "owner", "%U"),
            attribute("nist_V-38459", "/etc/group", "chgrp daemon", "group", "%G"),
            auditd("nist_V-38633", "max_log_file", "5"),
            auditd("nist_V-38680", "action_mail_acct", "Ops"),
            auditd("auditd-flush", "flush", "none"),
            auditLog("nist_V-38498", "/var/log/audit/audit.log", "chmod 0644"),
            auditLog("nist_V-38493", "/var/log/audit", "chmod 0777"),
            auditLog("nist_V-38495", "/var/log/audit/audit.log", "chown daemon"),
            sshd("nist_V-38613", "PermitRootLogin"),
            sshd("nist_V-38614", "PermitEmptyPasswords"),
            sshd("nist_V-38612", "HostbasedAuthentication"),
            loginDefs("nist_V-38477", "PASS_MIN_DAYS", 0),
            loginDefs("nist_V-38479", "PASS_MAX_DAYS", 99_999),
            loginDefs("nist_V-38480", "PASS_WARN_AGE", 3),
            names("users", "users-single-uid0", "uid0", "passwd", "toor:x:0:2::/root:/bin/sh", "$3 == 0"),
            names("users", "users-gid0-only-root", "gid0_accounts", "passwd", "zero:x:7001:0::/:/bin/sh", "$4 == 0"),
            fact(
                            "users",
                            "users-no-empty-password",
                            "echo 'open::19000:0:99999:7:::' >>/etc/shadow; echo 'open:x:7003:7003::/:/bin/sh' >>/etc/passwd",
                            "getent shadow | awk -F: '$2 == \"\" { print $1 }'",
                            "users.empty_password")
                    .with(EvidenceRows::sortedNames),
            names("groups", "groups-gid0", "gid0", "group", "wheel0:x:0:", "$3 == 0"),
            names("groups", "groups-no-dup-name", "dup_names", "group", "daemon:x:7002:", "$1 == \"daemon\" && n++"),
            fact(
                            "groups",
                            "groups-shadow-empty",
                            "sed -i 's/^shadow:.*/&daemon,bin/' /etc/group",
                            "getent group shadow | cut -d: -f4 | tr , '\\n'",
                            "groups.shadow_members")
                    .with(EvidenceRows::sortedNames),
            sudo("sudo-use-pty", "!use_pty", "use_pty"),
            sudo("sudo-timeout", "timestamp_timeout=-1", "timestamp_timeout"),
            sudo("sudo-env-reset", "!env_reset", "env_reset"),
            passwordQuality("nist_V-38572", "difok", 1, "difok"),
            passwordQuality("nist_V-38693", "maxrepeat", 0, "maxrepeat"),
            passwordQuality("pam-minlen", "minlen", 8, "effective_minlen"),
            interfaces(
                    "net-no-promisc",
                    "ip link set eth0 promisc on",
                    "ip -o link show 2>/dev/null | awk -F '[ :@]+' '/PROMISC/ { print $2 }'",
                    "promisc_physical"),
            interfaces(
                    "net-no-wifi",
                    "ip link set wlan0 up",
                    "ip -o link show up 2>/dev/null | awk -F '[ :@]+' '$2 ~ /^wlan/ { print $2 }'",
                    "wireless_up"),
            interfaces(
                    "netconf-rpfilter-effective",
                    "sysctl -q -w net.ipv4.conf.eth0.rp_filter=2",
                    "sysctl -a -r '^net.ipv4.conf.*[.]rp_filter' | awk -F '[. ]' '$NF == 2 { print $4 }'",
                    "loose_rp_filter"),
            unit("svc-no-ftp", "vsftpd"),
            unit("svc-no-snmp", "snmpd"),
            fact(
                    "services",
                    "svc-no-gui",
                    "systemctl -q --root=/ set-default graphical.target",
                    "systemctl --root=/ get-default",
                    "services.default_target"),
            listener("listen-db-local", "tcp", 6379),
            listener("listen-docker-api", "tcp", 2375),
            listener("listen-snmp", "udp", 161),
            installed("pkg-no-telnetd", "telnetd"),
            installed("pkg-no-nis", "nis"),
            installed("pkg-no-rsh", "rsh-client"),
            fact(
                    "os",
                    "upd-eol",
                    "printf '%s\\n' ID=ubuntu 'VERSION_ID=\"16.04\"' >/etc/os-release",
                    ". /etc/os-release; echo \"$VERSION_ID\"",
                    "os.version_id"),
            fact(
                    "os",
                    "time-utc",
                    "ln -sfn /usr/share/zoneinfo/Europe/Berlin /etc/localtime",
                    "readlink /etc/localtime | sed 's|.*/zoneinfo/||'",
                    "os.timezone"),
            fact(
                            "cpu",
                            "cpu-vulns",
                            "echo Vulnerable >/sys/devices/system/cpu/vulnerabilities/spectre_v2",
                            "lscpu | sed -n 's/^Vulnerability \\(.*\\): *Vulnerable.*/\\1/p' | tr 'A-Z ' 'a-z_'",
                            "cpu.vulnerable")
                    .with(EvidenceRows::sortedNames),
            fact(
                            "cpu",
                            "cpu-nx",
                            "printf '%s\\t: %s\\n' processor 0 flags 'fpu lm' >/proc/cpuinfo",
                            "lscpu | sed -n 's/^Flags: *//p' | tr ' ' '\\n'",
                            "cpu.flags_all")
                    .with(EvidenceRows::sortedNames),
            offending(
                    "tcpdiscovery",
                    "tcp-no-cleartext-clients",
                    python(
                            "s.bind(('127.0.0.1', 143)); s.listen(); c = socket.create_connection(('127.0.0.1', 143))",
                            "STREAM"),
                    "ss -Htn state established dport = :143 | awk '{ print $4 }' | sed 's/.*://'"),
            fact(
                            "hosts",
                            "hosts-no-dup",
                            "echo '192.0.2.9 db-1' >>/etc/hosts",
                            "sort /etc/hosts | uniq -d",
                            "hosts.duplicates")
                    .with(EvidenceRows::sortedNames),
            fact(
                    "firewall",
                    "fw-forward-deny",
                    "iptables -P FORWARD ACCEPT",
                    "iptables -S FORWARD | sed -n 's/^-P FORWARD //p'",
                    "firewall.v4.forward_policy"),
            fact(
                    "limits",
                    "limits-core",
                    "echo '* hard core 17' >/etc/security/limits.conf",
                    "runuser -u daemon -- prlimit --core -o HARD --noheadings | awk '{ print $1 / 1024 }'",
                    "limits.core_hard_all"),
            offending(
                            "certificates",
                            "cert-key",
                            """
                            openssl genrsa -out /etc/ssl/muster 1024 2>/dev/null
                            openssl req -x509 -key /etc/ssl/muster -subj /CN=web-3 -out /etc/ssl/certs/web-3.pem""",
                            "openssl x509 -in /etc/ssl/certs/web-3.pem -noout -text | sed -n 's/.*Public-Key: (\\([0-9]*\\) bit)/\\1/p'")
                    .with(member("key_bits")),
            fact(
                            "homedirs",
                            "home-no-trust-files",
                            ": >/var/log/homely/.rhosts",
                            "find /var/log/homely -name .rhosts",
                            "homedirs.trust_files")
                    .with(EvidenceRows::sortedNames),
            fact("banners", "banner-issue", ": >/etc/issue", "stat -c %s /etc/issue", "banners.issue.bytes"),
            fact(
                    "shellenv",
                    "shell-tmout",
                    "echo TMOUT=7200 >/etc/profile.d/muster.sh",
                    ". /etc/profile; echo $TMOUT",
                    "shellenv.tmout"),
            fact(
                            "nsswitch",
                            "nss-files-first",
                            "sed -i 's/^hosts:.*/hosts: dns files/' /etc/nsswitch.conf",
                            "awk '$1 == \"hosts:\" { print $2 \",\" $3 }' /etc/nsswitch.conf",
                            "nsswitch.hosts")
                    .with(EvidenceRows::sources),
            offending(
                    "xinetd",
                    "xinetd-no-services",
                    "sed -i s/yes/no/ /etc/xinetd.d/daytime",
                    "grep -l 'disable = no' /etc/xinetd.d/* | sed 's|.*/||'"),
            fact(
                            "dns",
                            "dns-two-servers",
                            "echo 'nameserver 192.0.2.53' >/etc/resolv.conf",
                            "awk '$1 == \"nameserver\" { print $2 }' /etc/resolv.conf",
                            "dns.nameservers")
                    .with(EvidenceRows::sortedNames),
            offending("schedules", "sched-root-safe", "chmod 0777 /var/log/job", "stat -c %04a /var/log/job")
                    .with(member("target_mode")),
            offending(
                            "sshkeys",
                            "sshkeys-host-strong",
                            "ssh-keygen -q -t rsa -b 1024 -N '' -f /etc/ssh/ssh_host_rsa_key",
                            "ssh-keygen -lf /etc/ssh/ssh_host_rsa_key | awk '{ print $2 }'")
                    .with(member("fingerprint")),
            offending(
                            "rsyslog",
                            "log-remote-tcp",
                            "echo '*.* @192.0.2.7:514' >/etc/rsyslog.conf",
                            "sed -n 's/^[^@]*@\\([^@:]*\\):.*/\\1/p' /etc/rsyslog.conf")
                    .with(member("host")),
            offending(
                            "nfsexports",
                            "nfs-root-squash",
                            "echo '/srv 192.0.2.0/24(ro,no_root_squash)' >/etc/exports",
                            "sed -n 's/.*(\\(.*\\))/\\1/p' /etc/exports | tr , '\\n'")
                    .with(text -> sortedNames(member("options").apply(text))),
            fact(
                            "kernel",
                            "boot-mitigations",
                            "echo 'quiet ro mitigations=off' >/proc/cmdline",
                            "tr ' ' '\\n' </proc/cmdline",
                            "kernel.cmdline_args")
                    .with(EvidenceRows::sortedNames));

    private EvidenceRows() {}

    private static EvidenceRow sysctl(String rule, String key, int bad) {
        return fact(
                "proc_sys", rule, "sysctl -q -w " + key + "=" + bad, "sysctl -n " + key, "proc_sys[\"" + key + "\"]");
    }

    /** Options in any order: the tool's as it prints them, of mounts on each other the last, the finding's as a map. */
    private static EvidenceRow mount(String rule, String option) {
        return fact(
                        "findmnt",
                        rule,
                        "mount -o remount," + option + " /dev/shm",
                        "findmnt -n -o OPTIONS /dev/shm | tail -n 1",
                        "findmnt[\"/dev/shm\"].options")
                .with(EvidenceRows::sortedOptions);
    }

    private static EvidenceRow attribute(String rule, String path, String breaks, String member, String format) {
        return fact(
                "fileattrs",
                rule,
                breaks + " " + path,
                "stat -c " + format + " " + path,
                "fileattrs[\"" + path + "\"]." + member);
    }

    private static EvidenceRow auditd(String rule, String keyword, String bad) {
        return fact(
                "auditd_conf",
                rule,
                "sed -i 's/^" + keyword + " = .*/" + keyword + " = " + bad + "/' /etc/audit/auditd.conf",
                "awk '$1 == \"" + keyword + "\" { print $3 }' /etc/audit/auditd.conf",
                "auditd_conf." + keyword);
    }

    private static EvidenceRow auditLog(String rule, String path, String breaks) {
        return new EvidenceRow(
                "auditd_fileattrs",
                rule,
                breaks + " " + path,
                "stat -c '%04a:%U:%G' " + path,
                new Shown.Named(path),
                EvidenceRows::attributes);
    }

    private static EvidenceRow sshd(String rule, String keyword) {
        String name = keyword.toLowerCase(Locale.ROOT);
        return fact(
                "sshd",
                rule,
                "sed -i 's/^" + keyword + " .*/" + keyword + " yes/' /etc/ssh/sshd_config",
                "/usr/sbin/sshd -T | awk '$1 == \"" + name + "\" { print $2 }'",
                "sshd.effective." + name);
    }

    private static EvidenceRow loginDefs(String rule, String keyword, int bad) {
        return fact(
                "login_defs",
                rule,
                "sed -i 's/^" + keyword + " .*/" + keyword + " " + bad + "/' /etc/login.defs",
                "awk '$1 == \"" + keyword + "\" { print $2 }' /etc/login.defs",
                "login_defs." + keyword);
    }

    /** Names that getent gives for a condition of awk, and the finding's list of them. */
    private static EvidenceRow names(
            String type, String rule, String member, String database, String bad, String condition) {
        return fact(
                        type,
                        rule,
                        "echo '" + bad + "' >>/etc/" + database,
                        "getent " + database + " | awk -F: '" + condition + " { print $1 }'",
                        type + "." + member)
                .with(EvidenceRows::sortedNames);
    }

    /** The last of cvtsudoers' options of a name holds. */
    private static EvidenceRow sudo(String rule, String bad, String name) {
        return fact(
                "sudoers",
                rule,
                "echo 'Defaults " + bad + "' >>/etc/sudoers",
                "cvtsudoers -f json /etc/sudoers | sed -n 's/.*\"" + name
                        + "\": \"*\\([^\" ,}]*\\).*/\\1/p' | tail -n 1",
                "sudoers.effective_defaults." + name);
    }

    private static EvidenceRow passwordQuality(String rule, String keyword, int bad, String member) {
        return fact(
                "pam",
                rule,
                "sed -i 's/^" + keyword + " = .*/" + keyword + " = " + bad + "/' /etc/security/pwquality.conf",
                "awk '$1 == \"" + keyword + "\" { print $3 }' /etc/security/pwquality.conf",
                "pam.policy.quality." + member);
    }

    private static EvidenceRow interfaces(String rule, String breaks, String truth, String member) {
        return fact("netconfig", rule, breaks, truth, "netconfig." + member).with(EvidenceRows::sortedNames);
    }

    private static EvidenceRow unit(String rule, String name) {
        return offending(
                "services",
                rule,
                "systemctl -q --root=/ enable " + name + ".service",
                "systemctl --root=/ list-unit-files --state=enabled --no-legend '" + name
                        + "*' | sed 's/[.]service .*//'");
    }

    private static EvidenceRow listener(String rule, String protocol, int port) {
        String kind = protocol.equals("tcp") ? "STREAM" : "DGRAM";
        return offending(
                        "listening",
                        rule,
                        python(
                                "s.bind(('0.0.0.0', " + port + "))" + (protocol.equals("tcp") ? "; s.listen()" : ""),
                                kind),
                        "ss -Hln --" + protocol + " sport = :" + port + " | awk '{ print $4 }'")
                .with(EvidenceRows::endpoint);
    }

    /** Python that stays with what it opened until the host's first process ends. */
    private static String python(String opens, String kind) {
        return "setsid python3 -c \"import signal, socket; s = socket.socket(type=socket.SOCK_" + kind + "); " + opens
                + "; signal.pause()\" </dev/null >/dev/null 2>&1 &";
    }

    private static EvidenceRow installed(String rule, String name) {
        return offending(
                "packages",
                rule,
                "printf '%s\\n' '' 'Package: " + name
                        + "' 'Status: install ok installed' 'Architecture: all' 'Version: 1'"
                        + " >>/var/lib/dpkg/status",
                "dpkg-query -W -f '${Package}' " + name + " 2>/dev/null");
    }

    private static String sortedOptions(String options) {
        Stream<String> each = options.startsWith("{")
                ? Json.of(options).properties().stream()
                        .map(option -> option.getKey()
                                + (option.getValue().isBoolean()
                                        ? ""
                                        : "=" + option.getValue().asText()))
                : Arrays.stream(options.split(",", -1));
        return each.sorted().collect(Collectors.joining(","));
    }

    private static String sortedNames(String names) {
        Stream<String> each =
                names.startsWith("[") ? Json.of(names).valueStream().map(JsonNode::asText) : names.lines();
        return each.sorted().collect(Collectors.joining(","));
    }

    /** Mode, owner and group as stat prints them. */
    private static String attributes(String text) {
        if (!text.startsWith("{")) {
            return text;
        }
        JsonNode file = Json.of(text);
        return file.path("octal").asText() + ":" + file.path("owner").asText() + ":"
                + file.path("group").asText();
    }

    /** A member of an object, the rest of which may be cut off; a list as JSON. */
    private static UnaryOperator<String> member(String name) {
        Pattern pattern = Pattern.compile("\"" + name + "\":(?:\"([^\"]*)\"|(\\[[^\\]]*\\]|[^,}]*))");
        return text -> {
            Matcher matcher = pattern.matcher(text);
            if (!text.startsWith("{") || !matcher.find()) {
                return text;
            }
            return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        };
    }

    /** Address and port as ss prints them. */
    private static String endpoint(String text) {
        return text.startsWith("{")
                ? member("addr").apply(text) + ":" + member("port").apply(text)
                : text;
    }

    /** The sources of names in their order. */
    private static String sources(String text) {
        return text.startsWith("[")
                ? SOURCE.matcher(text)
                        .results()
                        .map((MatchResult source) -> source.group(1))
                        .collect(Collectors.joining(","))
                : text;
    }
}
