package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a finding shows, in the mail, on the command line and in the API, is what the system's own tools say. The agent looks at this
 * machine from namespaces, with a network, process ids, mounts, /etc and /var/log of its own.
 */
@ResourceLock(Network.LOCK)
final class EvidenceIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String HOST = "web-3";
    private static final Path SCRIPTS = Path.of("..", "discovery-scripts");
    private static final Path DPKG = Path.of("/var/lib/dpkg/status");
    private static final Path SSHD = Path.of("/usr/sbin/sshd");
    /** What stands before the element of a list, in the path of a row. */
    private static final String OFFENDING = "offending ";

    private static final List<Row> ROWS = List.of(
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
            emptyPassword(),
            names("groups", "groups-gid0", "gid0", "group", "wheel0:x:0:", "$3 == 0"),
            names("groups", "groups-no-dup-name", "dup_names", "group", "daemon:x:7002:", "$1 == \"daemon\" && n++"));

    /** As the host is before anything fails; everything that is changed here is seen in these namespaces only. */
    private static final String SETUP = """
            set -e
            mount -t tmpfs -o nodev,nosuid,noexec,size=1m muster /dev/shm
            mount -t tmpfs -o nodev,nosuid,noexec,size=1m,mode=755 muster /var/log
            cp -a /etc "$1"/etc
            mount --bind "$1"/etc /etc
            chmod 0644 /etc/passwd /etc/group
            chown root:root /etc/passwd /etc/group
            : >/etc/shells
            chmod 0644 /etc/shells
            sed -i '/^[^#]*PASS_\\(MIN_DAYS\\|MAX_DAYS\\|WARN_AGE\\)/d' /etc/login.defs
            printf '%s\\n' 'PASS_MIN_DAYS 1' 'PASS_MAX_DAYS 30' 'PASS_WARN_AGE 7' >>/etc/login.defs
            printf '%s\\n' 'PermitRootLogin no' 'PermitEmptyPasswords no' 'HostbasedAuthentication no' >"$1"/sshd_config
            [ ! -f /etc/ssh/sshd_config ] || cp "$1"/sshd_config /etc/ssh/sshd_config
            mkdir -p /etc/audit
            printf '%s\\n' 'max_log_file = 8' 'action_mail_acct = root' 'flush = data' >/etc/audit/auditd.conf
            mkdir -m 0750 /var/log/audit
            : >/var/log/audit/audit.log
            chmod 0600 /var/log/audit/audit.log
            if [ -f /var/lib/dpkg/status ]; then
                cp /var/lib/dpkg/status "$1"/dpkg-status
                printf '\\nPackage: auditd\\nStatus: install ok installed\\nArchitecture: all\\nVersion: 1\\n' >>"$1"/dpkg-status
                mount --bind "$1"/dpkg-status /var/lib/dpkg/status
            fi
            sysctl -q -w net.ipv4.conf.all.log_martians=1 net.ipv4.conf.all.accept_redirects=0 \\
                net.ipv4.conf.all.accept_source_route=0
            shift
            exec "$@"
            """;

    @TempDir
    private static Path folder;

    private static Network network;
    private static Mailbox mailbox;
    private static CollectorProcess collector;
    private static AgentProcess agent;

    /**
     * A rule that can be made to fail.
     *
     * @param breaks a shell's line that makes it fail
     * @param truth a shell's line that prints what is so then
     * @param path of what the finding shows: a fact, or below "offending" an element
     * @param plain the tool's words and the finding's, so that they can be compared
     */
    record Row(String type, String rule, String breaks, String truth, String path, UnaryOperator<String> plain) {
        String element() {
            return path.substring(OFFENDING.length());
        }

        @Override
        public String toString() {
            return type + " " + rule;
        }
    }

    private static Row sysctl(String rule, String key, int bad) {
        return new Row(
                "proc_sys",
                rule,
                "sysctl -q -w " + key + "=" + bad,
                "sysctl -n " + key,
                "proc_sys[\"" + key + "\"]",
                UnaryOperator.identity());
    }

    /** Options in any order: the tool's as it prints them, of mounts on each other the last, the finding's as a map. */
    private static Row mount(String rule, String option) {
        return new Row(
                "findmnt",
                rule,
                "mount -o remount," + option + " /dev/shm",
                "findmnt -n -o OPTIONS /dev/shm | tail -n 1",
                "findmnt[\"/dev/shm\"].options",
                EvidenceIT::sortedOptions);
    }

    private static Row attribute(String rule, String path, String breaks, String member, String format) {
        return new Row(
                "fileattrs",
                rule,
                breaks + " " + path,
                "stat -c " + format + " " + path,
                "fileattrs[\"" + path + "\"]." + member,
                UnaryOperator.identity());
    }

    private static Row auditd(String rule, String keyword, String bad) {
        return new Row(
                "auditd_conf",
                rule,
                "sed -i 's/^" + keyword + " = .*/" + keyword + " = " + bad + "/' /etc/audit/auditd.conf",
                "awk '$1 == \"" + keyword + "\" { print $3 }' /etc/audit/auditd.conf",
                "auditd_conf." + keyword,
                UnaryOperator.identity());
    }

    private static Row sshd(String rule, String keyword) {
        String name = keyword.toLowerCase(Locale.ROOT);
        return new Row(
                "sshd",
                rule,
                "sed -i 's/^" + keyword + " .*/" + keyword + " yes/' /etc/ssh/sshd_config",
                SSHD + " -T | awk '$1 == \"" + name + "\" { print $2 }'",
                "sshd.effective." + name,
                UnaryOperator.identity());
    }

    private static Row loginDefs(String rule, String keyword, int bad) {
        return new Row(
                "login_defs",
                rule,
                "sed -i 's/^" + keyword + " .*/" + keyword + " " + bad + "/' /etc/login.defs",
                "awk '$1 == \"" + keyword + "\" { print $2 }' /etc/login.defs",
                "login_defs." + keyword,
                UnaryOperator.identity());
    }

    /** Names that getent gives for a condition of awk, and the finding's list of them. */
    private static Row names(String type, String rule, String member, String database, String bad, String condition) {
        return new Row(
                type,
                rule,
                "echo '" + bad + "' >>/etc/" + database,
                "getent " + database + " | awk -F: '" + condition + " { print $1 }'",
                type + "." + member,
                EvidenceIT::sortedNames);
    }

    private static Row emptyPassword() {
        return new Row(
                "users",
                "users-no-empty-password",
                "echo 'open::19000:0:99999:7:::' >>/etc/shadow; echo 'open:x:7003:7003::/:/bin/sh' >>/etc/passwd",
                "getent shadow | awk -F: '$2 == \"\" { print $1 }'",
                "users.empty_password",
                EvidenceIT::sortedNames);
    }

    private static Row auditLog(String rule, String path, String breaks) {
        return new Row(
                "auditd_fileattrs",
                rule,
                breaks + " " + path,
                "stat -c '%04a:%U:%G' " + path,
                OFFENDING + path,
                EvidenceIT::attributes);
    }

    @BeforeAll
    static void breakEverything() throws IOException {
        Tools.needRootAnd("ip", "unshare", "nsenter", "sysctl", "findmnt");
        network = Network.open("muev");
        Network.Host host = network.host();
        mailbox = new Mailbox();
        collector = new CollectorProcess(folder.resolve("collector"), mailbox.config());
        collector.listen(network.ipv4() + ":0");
        collector.start();
        Path home = folder.resolve("agent");
        Path setup = Files.writeString(folder.resolve("setup"), SETUP);
        Path own = Files.createDirectories(folder.resolve("own"));
        List<String> prefix = new ArrayList<>(host.prefix());
        prefix.addAll(List.of("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"));
        prefix.addAll(List.of("sh", setup.toString(), own.toString()));
        agent = new AgentProcess(home, prefix);
        agent.enrol(collector.publicKey(), collector.api().token(1));
        List<Row> rows = ROWS.stream().filter(EvidenceIT::applies).toList();
        Set<String> types = rows.stream().map(Row::type).collect(Collectors.toSet());
        agent.start(
                collector.address(),
                "--host-name=" + HOST,
                AgentProcess.only(
                        Stream.concat(types.stream(), Stream.of("packages")).toArray(String[]::new)),
                types.stream()
                        .map(type -> type + (type.equals("fileattrs") ? "=5" : "=2"))
                        .collect(Collectors.joining(",", "--intervals=", "")));
        rows.forEach(row -> await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(verdict(row)).as("%s%n%s", row, agent.log()).isEqualTo("pass")));
        rows.forEach(row -> onHost(row.breaks()));
    }

    @AfterAll
    static void stop() {
        Stream.of(agent, collector, mailbox, network).filter(Objects::nonNull).forEach(EvidenceIT::close);
    }

    static List<Row> rows() {
        return ROWS;
    }

    /** Rules on the audit daemon ask for its package, which must be discovered and known to dpkg. */
    private static boolean applies(Row row) {
        if (row.type().equals("sshd")) {
            return Files.exists(SSHD);
        }
        return !row.type().startsWith("auditd_")
                || (Files.exists(SCRIPTS.resolve("packages/discover")) && Files.exists(DPKG));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void mailCommandLineAndApiShowWhatTheToolPrints(Row row) {
        Assumptions.assumeTrue(applies(row), "nobody discovers packages here, and the rule is for hosts with auditd");
        String truth = row.plain().apply(onHost(row.truth()).strip());
        assertThat(truth).isNotEmpty();
        String subject = "[muster] " + HOST + " out of compliance: " + row.rule() + " ";
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(mailbox.mails())
                        .as(agent.log())
                        .anyMatch(mail -> mail.subject().startsWith(subject)));
        String mail = mailbox.mails().stream()
                .filter(each -> each.subject().startsWith(subject))
                .findFirst()
                .orElseThrow()
                .text();
        assertThat(found(mail, row)).as(mail).isEqualTo(truth);

        String printed = new Cli(collector.home()).run("findings", "--host", HOST);
        String ofRule = Stream.of(printed.split("\n\n", -1))
                .filter(part -> part.contains("  " + row.rule() + "\n"))
                .findFirst()
                .orElse("");
        assertThat(found(ofRule, row)).as(printed).isEqualTo(truth);

        JsonNode evidence = finding(row).path("evidence");
        assertThat(row.plain().apply(inEvidence(evidence, row)))
                .as("%s", evidence)
                .isEqualTo(truth);
    }

    /** What a text for people shows at the path of the row, wherever its lines were broken. */
    private static String found(String text, Row row) {
        String start = row.path().startsWith(OFFENDING) ? row.element() + ": " : row.path() + " = ";
        String line = text.replaceAll("\\s+", " ");
        int at = line.indexOf(start);
        return at < 0 ? "nothing is shown" : row.plain().apply(plain(json(line.substring(at + start.length()))));
    }

    private static String inEvidence(JsonNode evidence, Row row) {
        if (row.path().startsWith(OFFENDING)) {
            String start = row.element() + ": ";
            return evidence.path("offending")
                    .valueStream()
                    .map(JsonNode::asText)
                    .filter(element -> element.startsWith(start))
                    .map(element -> element.substring(start.length()))
                    .findFirst()
                    .orElse("nothing offends");
        }
        return evidence.path("reads")
                .valueStream()
                .filter(read -> read.path("path").asText().equals(row.path()))
                .map(read -> plain(read.path("value")))
                .findFirst()
                .orElse("nothing was read");
    }

    private static String plain(JsonNode value) {
        return value.isTextual() ? value.asText() : value.toString();
    }

    private static String sortedOptions(String options) {
        Stream<String> each = options.startsWith("{")
                ? json(options).properties().stream()
                        .map(option -> option.getKey()
                                + (option.getValue().isBoolean()
                                        ? ""
                                        : "=" + option.getValue().asText()))
                : Arrays.stream(options.split(",", -1));
        return each.sorted(Comparator.naturalOrder()).collect(Collectors.joining(","));
    }

    private static String sortedNames(String names) {
        Stream<String> each = names.startsWith("[") ? json(names).valueStream().map(JsonNode::asText) : names.lines();
        return each.sorted().collect(Collectors.joining(","));
    }

    /** Mode, owner and group as stat prints them. */
    private static String attributes(String text) {
        if (!text.startsWith("{")) {
            return text;
        }
        JsonNode file = json(text);
        return file.path("octal").asText() + ":" + file.path("owner").asText() + ":"
                + file.path("group").asText();
    }

    /** The first value of a text that may go on. */
    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private static String verdict(Row row) {
        return collector
                .api()
                .get("hosts/" + HOST)
                .path("verdicts")
                .valueStream()
                .filter(verdict -> verdict.path("rule").asText().equals(row.rule()))
                .map(verdict -> verdict.path("verdict").asText())
                .findFirst()
                .orElse("none");
    }

    private static JsonNode finding(Row row) {
        return collector
                .api()
                .get("findings?host=" + HOST)
                .path("findings")
                .valueStream()
                .filter(finding -> finding.path("rule").path("id").asText().equals(row.rule()))
                .findFirst()
                .orElseThrow();
    }

    /** Runs a shell's line where the agent runs, which is the only child of what made its namespaces. */
    private static String onHost(String line) {
        long pid = ProcessHandle.of(agent.jvm().pid())
                .flatMap(unshare -> unshare.children().findFirst())
                .orElseThrow()
                .pid();
        return Tools.run("nsenter", "--target", "" + pid, "--mount", "--net", "--pid", "sh", "-c", line);
    }

    private static void close(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
