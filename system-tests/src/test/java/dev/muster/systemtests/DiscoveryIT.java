package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One host from the first report on: what makes its scripts run, and what of it is stored. */
final class DiscoveryIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration OFTEN = Duration.ofMillis(50);
    /** As declared; the next run would have been 10 % earlier at the earliest. */
    private static final Duration INTERVAL_OF_SSHD = Duration.ofMinutes(5);

    /** These wait for up to an hour after the start. */
    private static final String WALKS = "pkgverify,privfiles,worldwritable";

    /** A minute as declared, 10 % of it, and what a run takes on a busy machine. */
    private static final Duration LONGEST_PAUSE_OF_SYSCTLS = Duration.ofSeconds(90);

    private static final String FORWARDING_FILE = "proc/sys/net/ipv4/ip_forward";

    private static final String ROOT_LOGIN = "nist_V-38613";
    private static final String SECRET = "plntdSecret";
    private static final String HARMLESS = "plntdHarmless";

    @TempDir
    private Path folder;

    @Test
    void changesRunWhatReadsThemListenersStartChecksumsAndNoSecretIsStored() throws Exception {
        var tree = new SampleTree(folder.resolve("root"));
        Path canary = folder.resolve("canary");
        build(tree, canary);
        plantSecrets(tree);
        try (var collector = new CollectorProcess(folder.resolve("collector"), "");
                var agent = new AgentProcess(folder.resolve("agent"), List.of())) {
            collector.start();
            agent.enrol(collector.publicKey(), collector.api().token(1));
            agent.start(
                    collector.address(),
                    "--root=" + tree.root(),
                    "--host-name=web",
                    "--own-types=" + ownType(),
                    "--types-off=" + WALKS,
                    "--intervals=listening=1");
            Api api = collector.api();
            awaitFacts(api, agent, "ours", facts -> facts.path("data").path("a").asInt() == 7);
            awaitForwarding(api, agent, 0, SOON);
            Instant forwarding = Instant.now();
            tree.write(FORWARDING_FILE, "1\n");
            aListenerHasItsProgramSummed(api, agent, tree);
            aChangeIsAFindingLongBeforeTheInterval(api, agent, tree);
            anotherListenerIsSummedAndLeftOutWhenItEnds(api, agent, tree);
            nothingListensSoNothingIsSummed(api, agent, tree);
            anAuditLogIsLookedAtWhileSettingsNameIt(api, agent, tree);
            assertThat(awaitForwarding(api, agent, 1, LONGEST_PAUSE_OF_SYSCTLS))
                    .isBefore(forwarding.plus(LONGEST_PAUSE_OF_SYSCTLS));
            assertThat(canary).doesNotExist();

            awaitFacts(api, agent, "users", facts -> facts.toString().contains(HARMLESS));
            awaitAllRan(agent);
            assertThat(shown(api)).contains(HARMLESS).doesNotContain(SECRET);
            assertThat(agent.jvm().stop()).isIn(0, 143);
            collector.jvm().stop();
            assertThat(filesWith(folder.resolve("collector"), HARMLESS)).isNotEmpty();
            assertThat(filesWith(folder.resolve("collector"), SECRET)).isEmpty();
            assertThat(filesWith(folder.resolve("agent"), SECRET)).isEmpty();
        }
    }

    private static void aListenerHasItsProgramSummed(Api api, AgentProcess agent, SampleTree tree) throws IOException {
        String sum = sha256(tree, "usr/sbin/sshd");
        JsonNode facts = awaitFacts(
                api,
                agent,
                "checksums",
                each -> each.path("data").path("/usr/sbin/sshd").asText().equals(sum));
        assertThat(facts.path("data").path("/usr/lib/libc.so.6").asText()).isEqualTo(sha256(tree, "usr/lib/libc.so.6"));
        assertThat(facts.path("data").has("/usr/lib/libssl.so.3"))
                .as("a script")
                .isFalse();
    }

    private static void aChangeIsAFindingLongBeforeTheInterval(Api api, AgentProcess agent, SampleTree tree)
            throws IOException {
        awaitFacts(
                api,
                agent,
                "sshd",
                facts -> facts.path("data")
                        .path("effective")
                        .path("permitrootlogin")
                        .asText()
                        .equals("no"));
        assertThat(opened(api)).isEmpty();
        Instant lastRun = agent.lastRunBegan("sshd").orElseThrow();
        Instant changed = Instant.now();
        tree.write("etc/ssh/sshd_config", "Port 22\nPermitRootLogin yes\n");
        await().atMost(SOON).pollInterval(OFTEN).until(() -> opened(api).isPresent());
        Instant committed = opened(api).orElseThrow();
        System.out.printf(
                "A change of sshd_config was a committed finding after %d ms.%n",
                Duration.between(changed, committed).toMillis());
        assertThat(committed)
                .as(agent.log())
                .isBefore(lastRun.plus(INTERVAL_OF_SSHD.multipliedBy(9).dividedBy(10)));
    }

    private static void anotherListenerIsSummedAndLeftOutWhenItEnds(Api api, AgentProcess agent, SampleTree tree)
            throws IOException {
        tree.program("usr/sbin/betad", Files.readAllBytes(tree.at("usr/lib/libc.so.6")));
        process(tree, 950, "/usr/sbin/betad", 9_500);
        String before = tree.read("proc/net/tcp");
        tree.write("proc/net/tcp", before + socket(9, 0x2390, 9_500));
        String sum = sha256(tree, "usr/sbin/betad");
        awaitFacts(
                api,
                agent,
                "checksums",
                each -> each.path("data").path("/usr/sbin/betad").asText().equals(sum));
        tree.write("proc/net/tcp", before);
        awaitFacts(
                api,
                agent,
                "checksums",
                each -> each.path("data").has("/usr/sbin/sshd")
                        && !each.path("data").has("/usr/sbin/betad"));
    }

    private static void nothingListensSoNothingIsSummed(Api api, AgentProcess agent, SampleTree tree)
            throws IOException {
        for (String file : List.of("tcp", "tcp6", "udp", "udp6")) {
            tree.write(
                    "proc/net/" + file,
                    tree.read("proc/net/" + file).lines().findFirst().orElseThrow() + "\n");
        }
        JsonNode facts = awaitFacts(
                api, agent, "checksums", each -> each.path("status").asText().equals("absent"));
        assertThat(facts.path("data")).isEmpty();
        assertThat(agent.lastRunBegan("checksums")).isEmpty();
    }

    private static void anAuditLogIsLookedAtWhileSettingsNameIt(Api api, AgentProcess agent, SampleTree tree)
            throws IOException {
        tree.write("srv/audit/the.log", "x\n");
        tree.write("etc/audit/auditd.conf", "log_file = /srv/audit/the.log\n");
        awaitFacts(
                api,
                agent,
                "auditd_fileattrs",
                each -> each.path("data").has("/srv/audit/the.log")
                        && each.path("data").has("/srv/audit"));
        Files.delete(tree.at("etc/audit/auditd.conf"));
        awaitFacts(
                api,
                agent,
                "auditd_fileattrs",
                each -> each.path("status").asText().equals("absent"));
    }

    /** Since when it stands: other steps may have gone by since then. */
    private static Instant awaitForwarding(Api api, AgentProcess agent, int value, Duration atMost) {
        await().atMost(atMost)
                .pollInterval(OFTEN)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(api.get("hosts/web/facts/proc_sys")
                                .path("data")
                                .path("net.ipv4.ip_forward")
                                .asInt(-1))
                        .as(agent.log())
                        .isEqualTo(value));
        return Instant.parse(api.get("hosts/web/facts/proc_sys").path("since").asText());
    }

    /** A web server, with programs that are short, and a library that would run if anybody asked the loader. */
    private void build(SampleTree tree, Path canary) throws IOException {
        tree.lay("listening", "debian-12-web");
        tree.lay("sshd", "debian-12");
        byte[] program = SampleTree.content("checksums", "debian-12", "usr/sbin/alphad");
        for (String path : List.of("usr/sbin/sshd", "usr/sbin/nginx", "usr/sbin/chronyd")) {
            tree.program(path, program);
        }
        tree.program(
                "usr/lib/libc.so.6",
                SampleTree.content("checksums", "debian-12", "usr/lib/x86_64-linux-gnu/libc.so.6"));
        tree.program("usr/lib/libssl.so.3", ("#!/bin/sh\ntouch " + canary + "\n").getBytes(StandardCharsets.UTF_8));
        tree.write("etc/ssh/sshd_config", "Port 22\nPermitRootLogin no\n");
        tree.write(FORWARDING_FILE, "0\n");
    }

    private static void process(SampleTree tree, int pid, String program, int inode) throws IOException {
        tree.link("proc/" + pid + "/exe", program);
        tree.link("proc/" + pid + "/cwd", "/");
        tree.link("proc/" + pid + "/fd/3", "socket:[" + inode + "]");
        tree.write("proc/" + pid + "/cgroup", "0::/system.slice/beta.service\n");
        tree.write("proc/" + pid + "/cmdline", program + "\0");
        tree.write("proc/" + pid + "/stat", tree.read("proc/612/stat").replace("612", Integer.toString(pid)));
        tree.write("proc/" + pid + "/status", tree.read("proc/612/status").replace("612", Integer.toString(pid)));
    }

    private static String socket(int slot, int port, int inode) {
        return "%4d: 00000000:%04X 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 %d 1 0000000000000000 100 0 0 10 0%n"
                .formatted(slot, port, inode);
    }

    private static void plantSecrets(SampleTree tree) throws IOException {
        String hash = "$6$" + SECRET + "$" + SECRET + "/abc";
        tree.write("etc/shadow", "root:" + hash + ":19000:0:99999:7:::\neve:" + SECRET + ":19000:0:99999:7:::\n");
        tree.write("etc/gshadow", "adm:" + hash + ":root:eve\n");
        tree.write(
                "etc/passwd",
                tree.read("etc/passwd") + "old:" + hash + ":1001:1001::/home/old:/bin/sh\n" + HARMLESS
                        + ":x:1002:1002::/home/new:/bin/sh\n");
        tree.write("etc/group", "root:x:0:\nold:" + hash + ":1001:\n");
        tree.write(
                "etc/ssh/ssh_host_ed25519_key",
                "-----BEGIN OPENSSH PRIVATE KEY-----\n" + SECRET + "\n-----END OPENSSH PRIVATE KEY-----\n");
        tree.write("boot/grub/grub.cfg", "password_pbkdf2 root grub.pbkdf2.sha512.10000." + SECRET + "\n");
        tree.write("proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1 init_password=" + SECRET + " quiet\n");
        String url = "https://eve:" + SECRET + "@198.51.100.7/";
        tree.write(
                "proc/900/cmdline",
                String.join("\0", "curl", "-u", "eve:" + SECRET, "-H", "Authorization: Bearer " + SECRET, url, ""));
        tree.write("proc/900/environ", "PASSWORD=" + SECRET + "\0");
        tree.write("proc/820/cmdline", "/usr/sbin/chronyd\0--password=" + SECRET + "\0");
        tree.write("proc/650/cmdline", "mysql -u root -p" + SECRET + "\0");
        tree.write("etc/fstab", "//nas/x /mnt cifs username=eve,password=" + SECRET + " 0 0\n");
        tree.write(
                "proc/self/mountinfo", "30 1 0:26 / /mnt rw - cifs //nas/x rw,username=eve,password=" + SECRET + "\n");
        tree.write("proc/mounts", "//nas/x /mnt cifs rw,username=eve,password=" + SECRET + " 0 0\n");
        tree.write("etc/environment", "http_proxy=" + url + "\n");
        tree.write("etc/snmp/snmpd.conf", "rocommunity " + SECRET + "\n");
        tree.write("etc/pam.d/common-auth", "auth required pam_x.so bindpw=" + SECRET + " secret=" + SECRET + "\n");
        tree.write("etc/rsyslog.conf", "*.* :ommysql:db,syslog,eve," + SECRET + "\n");
    }

    /** An administrator's, of which the collector knows nothing but what it reports. */
    private Path ownType() throws IOException {
        Path types = folder.resolve("types");
        Files.createDirectories(types.resolve("ours"));
        Path script = Files.writeString(types.resolve("ours/discover"), "#!/bin/sh\necho '{\"a\":7}'\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(types.resolve("ours/discovery.json"), """
                {"version": 1, "types": {"ours": {"description": "Ours", "schema": 1, "script": "ours/discover"}}}
                """);
        return types;
    }

    private interface Wanted {
        boolean isIn(JsonNode facts);
    }

    private static JsonNode awaitFacts(Api api, AgentProcess agent, String type, Wanted wanted) {
        await().atMost(SOON).pollInterval(OFTEN).ignoreExceptions().untilAsserted(() -> {
            JsonNode facts = api.get("hosts/web/facts/" + type);
            assertThat(wanted.isIn(facts))
                    .as("%s: %s%n%s", type, facts, agent.log())
                    .isTrue();
        });
        return api.get("hosts/web/facts/" + type);
    }

    private static void awaitAllRan(AgentProcess agent) throws IOException {
        await().atMost(SOON).until(() -> !agent.run("status", "--json").contains("not run yet"));
        await().atMost(SOON).until(() -> agent.run("status", "--json").contains("\"records\":0"));
    }

    private static Optional<Instant> opened(Api api) {
        return api.get("findings?host=web")
                .path("findings")
                .valueStream()
                .filter(finding -> finding.path("rule").path("id").asText().equals(ROOT_LOGIN))
                .map(finding -> Instant.parse(finding.path("opened").asText()))
                .findFirst();
    }

    /** All that the API shows of the host. */
    private static String shown(Api api) {
        var text = new StringBuilder();
        JsonNode host = api.get("hosts/web");
        text.append(host);
        var types = new TreeSet<String>();
        host.path("reports").forEach(report -> types.add(report.path("type").asText()));
        assertThat(types).hasSizeGreaterThan(25);
        types.forEach(type -> text.append(api.get("hosts/web/facts/" + type)));
        text.append(api.get("findings?host=web")).append(api.get("events?limit=1000"));
        api.query("MATCH (n) RETURN properties(n) AS p LIMIT 20000").forEach(text::append);
        return text.toString();
    }

    private static List<String> filesWith(Path folder, String text) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                // Latin 1 has a character for each byte.
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                    found.add(folder.relativize(file).toString());
                }
            }
        }
        return found;
    }

    private static String sha256(SampleTree tree, String path) throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(tree.at(path))));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
