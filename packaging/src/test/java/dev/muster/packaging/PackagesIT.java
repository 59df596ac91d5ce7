package dev.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The packages from installation to purge, on a system that has nothing but what they declare to need. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PackagesIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final String UNITS = "/usr/lib/systemd/system/";
    private static final String INIT = "/etc/init.d/";
    private static final String RPM_INIT = "/etc/rc.d/init.d/";
    private static final Duration READY = Duration.ofMinutes(4);
    /** Of 10, of the units that look at nothing of the host's. */
    private static final double MAX_EXPOSURE = 2.5;

    private static final Pattern EXPOSURE = Pattern.compile("Overall exposure level for \\S+: ([0-9.]+)");
    /** LSB's for status. */
    private static final int NOT_RUNNING = 3;

    private static final String SETTINGS = "/etc/default/muster-agent";

    /** What the system's own tools keep for themselves. */
    private static final List<String> LEFT_BY_POLICY = List.of(
            "/etc/(passwd|group|shadow|gshadow|subuid|subgid)-?",
            "/etc/\\.pwd\\.lock",
            "/etc/rc[0-6S]\\.d",
            "/etc/systemd(/system(/multi-user\\.target\\.wants)?)?",
            "/var/lib/systemd(/deb-systemd-helper.*)?",
            "/var/lib/dpkg/.*",
            "/(var/)?lib/rpm.*",
            "/root/.*",
            // Folders that on a whole system belong to other packages.
            "/usr/lib/(sysusers\\.d|tmpfiles\\.d|systemd(/system)?)",
            "/usr/share/(bash-completion(/completions)?|man/man[18])",
            "/etc/(rc\\.d(/init\\.d)?|sysconfig)");

    private Path folder;
    private DebianRoot host;
    private Namespaces network;
    private Set<String> before = Set.of();

    @BeforeAll
    void makeAHost(@TempDir Path given) throws IOException {
        folder = given;
        Tool.needRootAnd("ip", "unshare", "chroot", "setpriv", "dpkg", "dpkg-deb", "rpm", "systemd-analyze", "python3");
        host = DebianRoot.make(folder.resolve("root"));
        before = host.paths();
        assertThat(before).noneMatch(path -> path.matches(".*/(java|libjvm\\.so)"));
        network = new Namespaces();
    }

    @AfterAll
    void end() {
        if (network == null) {
            return;
        }
        // What a test that failed left running.
        for (String script : List.of(INIT + "muster-agent", INIT + "muster-collector", RPM_INIT + "muster-agent")) {
            if (host.has(script)) {
                Tool.result(host.entering(network.agent(), List.of(script, "stop")));
            }
        }
        network.close();
    }

    @Test
    void debsInstallRunUpgradeAndPurge() throws IOException {
        host.manage(
                "dpkg",
                root(),
                "--install",
                deb("muster-agent").toString(),
                deb("muster-collector").toString());
        unitsAreSound();
        Unit agent = Unit.read(host.path(UNITS + "muster-agent.service"));
        Unit collector = Unit.read(host.path(UNITS + "muster-collector.service"));
        String told = "/run/manager";
        try (var manager = ServiceManagerEar.open(host.path(told), log("manager"));
                Daemon running = Daemon.start(
                        host.entering(network.collector(), joined(watched(collector, told), collector.command())),
                        log("collector"))) {
            awaitReady(running);
            awaitHeard(manager, "READY=1", READY);
            enrol();
            String first = reportsAndStops(agent);
            upgrade("muster-agent");
            assertThat(reportsAndStops(agent))
                    .as("the same host after the upgrade")
                    .isEqualTo(first);
            assertThat(host.run(network.collector(), "muster", "hosts", "--json"))
                    .containsOnlyOnce("\"id\"");
            initScriptStartsAndStops(INIT + "muster-agent", network.agent());
            // systemd.service(5) asks for half the time.
            awaitHeard(manager, "WATCHDOG=1", watchdog(collector).dividedBy(2));
            assertThat(running.stop()).isEqualTo(successStatus(collector));
            awaitHeard(manager, "STOPPING=1", READY);
        }
        Files.delete(host.path(told));
        upgrade("muster-collector");
        initScriptStartsAndStops(INIT + "muster-collector", network.collector());
        removeAndPurge();
    }

    /** What systemd adds for a service that it watches. */
    private static List<String> watched(Unit unit, String socket) {
        assertThat(unit.value("Type")).isEqualTo("notify");
        return List.of(
                "env",
                "NOTIFY_SOCKET=" + socket,
                "WATCHDOG_USEC=" + watchdog(unit).toMillis() * 1_000);
    }

    private static void awaitHeard(ServiceManagerEar manager, String message, Duration most) {
        await().atMost(most).untilAsserted(() -> assertThat(manager.heard()).contains(message));
    }

    private static Duration watchdog(Unit unit) {
        return Duration.ofSeconds(Long.parseLong(unit.value("WatchdogSec")));
    }

    /** Whatever else a service ends with is a failure for systemd, which starts it anew. */
    private static int successStatus(Unit unit) {
        return Integer.parseInt(unit.value("SuccessExitStatus"));
    }

    /** Over this machine's /usr, since units name others that the small system does not have. */
    private void unitsAreSound() {
        String overlay = "mount -t overlay -o lowerdir=\"$0/usr:/usr\" overlay /usr && exec systemd-analyze \"$@\"";
        List<String> analyze = List.of(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                overlay,
                host.path("/").toString());
        List<String> units =
                List.of("muster-agent.service", "muster-collector.service", "muster-collector-aot.service");
        assertThat(Tool.run(joined(joined(analyze, List.of("verify", "--man=no")), units)))
                .isEmpty();
        for (String unit : units) {
            String report = Tool.run(
                    "systemd-analyze",
                    "security",
                    "--offline=yes",
                    "--no-pager",
                    host.path(UNITS + unit).toString());
            System.out.println(report);
            Matcher exposure = EXPOSURE.matcher(report);
            assertThat(exposure.find()).as(report).isTrue();
            if (!unit.equals("muster-agent.service")) {
                assertThat(Double.parseDouble(exposure.group(1))).isLessThanOrEqualTo(MAX_EXPOSURE);
            }
        }
    }

    private void awaitReady(Daemon collector) {
        await().atMost(READY).until(() -> {
            assertThat(collector.alive()).as(collector.log()).isTrue();
            return collector.log().contains("Muster collector is ready");
        });
    }

    /** As docs/operations.md says. */
    private void enrol() throws IOException {
        Files.copy(
                host.path("/var/lib/muster/collector/keys/collector.pub"),
                host.path("/etc/muster/collector-keys/collector.pub"));
        String token =
                host.run(network.collector(), "muster", "enroll", "token", "--uses", "1", "--expires", "1h", "--quiet");
        Files.writeString(host.path("/etc/muster/token"), token);
        host.run(network.collector(), "chgrp", "muster", "/etc/muster/token");
        host.run(network.collector(), "chmod", "0640", "/etc/muster/token");
        Files.writeString(
                host.path(SETTINGS),
                "COLLECTORS=" + Namespaces.COLLECTOR_ADDRESS + ":1984\nTOKEN_FILE=/etc/muster/token\n",
                StandardOpenOption.APPEND);
    }

    /** Returns the id by which the collector knows this host. */
    private String reportsAndStops(Unit unit) throws IOException {
        host.run(network.agent(), "install", "-d", "-o", "muster", "-g", "muster", "-m", "0700", "/run/muster-agent");
        Path log = log("agent");
        Files.deleteIfExists(log);
        try (Daemon agent = Daemon.start(host.entering(network.agent(), unit.command()), log)) {
            await().atMost(READY).until(() -> {
                assertThat(agent.alive()).as(agent.log()).isTrue();
                return agent.log().contains("trust=TRUSTED") || agent.log().contains("event=trusted");
            });
            await().atMost(READY)
                    .untilAsserted(() -> assertThat(host.run(network.collector(), "muster", "facts", hostName(), "os"))
                            .contains("debian"));
            assertThat(host.run(network.agent(), "muster-agent", "status")).contains("collector");
            assertThat(agent.stop()).isEqualTo(successStatus(unit));
            assertThat(agent.log()).doesNotContain("ERROR");
        }
        return Files.readString(host.path("/var/lib/muster-agent/host.id"));
    }

    private void upgrade(String name) throws IOException {
        Path unpacked = folder.resolve(name);
        Path higher = folder.resolve(name + ".deb");
        Tool.run("dpkg-deb", "--raw-extract", deb(name).toString(), unpacked.toString());
        Path control = unpacked.resolve("DEBIAN/control");
        Files.writeString(control, Files.readString(control).replaceFirst("(?m)^Version: .*", "Version: 99.0"));
        Tool.run("dpkg-deb", "--build", "-Znone", unpacked.toString(), higher.toString());
        Tool.run("rm", "-rf", unpacked.toString());
        Set<String> secrets = contents("/var/lib/muster-agent", "/etc/muster", "/etc/default");
        host.manage("dpkg", root(), "--install", higher.toString());
        assertThat(Tool.run("dpkg-query", root(), "-W", "-f", "${Version} ${db:Status-Status}", name))
                .isEqualTo("99.0 installed");
        assertThat(contents("/var/lib/muster-agent", "/etc/muster", "/etc/default"))
                .isEqualTo(secrets);
        Files.delete(higher);
    }

    private void initScriptStartsAndStops(String script, String namespace) {
        initScriptStarts(script, namespace);
        host.run(namespace, script, "stop");
        assertDoesNotRun(script, namespace);
    }

    private void initScriptStarts(String script, String namespace) {
        assertDoesNotRun(script, namespace);
        // Its daemon lives on with the pipe that a plain run would wait for.
        String started = host.run(namespace, "sh", "-c", script + " start >/tmp/log 2>&1; echo $?; cat /tmp/log");
        assertThat(started).isEqualTo("0\n");
        assertThat(host.run(namespace, script, "status")).contains("runs");
    }

    private void assertDoesNotRun(String script, String namespace) {
        assertThat(Tool.result(host.entering(namespace, List.of(script, "status")))
                        .status())
                .isEqualTo(NOT_RUNNING);
    }

    /** The policy of this host refuses to stop services, so that an agent outlives its package. */
    private void removeAndPurge() throws IOException {
        String script = INIT + "muster-agent";
        initScriptStarts(script, network.agent());
        String pid = Files.readString(host.path("/run/muster-agent/pid")).strip();
        assertThat(host.manage("dpkg", root(), "--remove", "muster-agent", "muster-collector"))
                .contains("the agent still runs (process " + pid + ")", "kill " + pid);
        assertThat(host.run(network.agent(), script, "status")).contains(pid);
        host.run(network.agent(), script, "stop");
        assertDoesNotRun(script, network.agent());
        assertThat(List.of("/usr/bin/muster", "/usr/lib/muster-agent", "/usr/lib/muster-collector"))
                .noneMatch(host::has);
        assertThat(List.of("/var/lib/muster-agent/agent.key", "/var/lib/muster/collector/keys/collector.pub", SETTINGS))
                .as("remove leaves configuration, keys and state")
                .allMatch(host::has);
        host.manage("dpkg", root(), "--purge", "muster-agent", "muster-collector");
        assertNothingIsLeft();
        assertThat(Files.readString(host.path("/etc/passwd"))).doesNotContain("muster");
    }

    @Test
    void rpmsInstallAndErase() throws IOException {
        // The folder's own files are no rpms, so that rpm cannot see what these depend on.
        String[] asked = {"rpm", "--root", host.path("/").toString(), "--dbpath", "/var/lib/rpm"};
        String[] rpm = with(asked, "--nodeps");
        host.manage(with(
                rpm,
                "--install",
                rpm("muster-agent").toString(),
                rpm("muster-collector").toString()));
        assertThat(host.run(network.agent(), "muster-agent", "--version")).contains("muster-agent");
        assertThat(host.run(network.agent(), "muster", "--version")).contains("muster");
        assertThat(Tool.run(List.of(with(asked, "--query", "--configfiles", "muster-agent"))))
                .contains("/etc/sysconfig/muster-agent");
        assertThat(Tool.run(List.of(with(rpm, "--verify", "muster-agent", "muster-collector"))))
                .as("modes and contents as packed")
                .isEmpty();
        Files.writeString(host.path("/etc/sysconfig/muster-agent"), "PORT=1999\n", StandardOpenOption.APPEND);
        host.manage(with(rpm, "--upgrade", "--replacepkgs", rpm("muster-agent").toString()));
        assertThat(Files.readString(host.path("/etc/sysconfig/muster-agent"))).endsWith("PORT=1999\n");
        Files.writeString(
                host.path("/etc/muster/collector-keys/some.pub"),
                Base64.getEncoder().encodeToString(new SecureRandom().generateSeed(32)) + "\n");
        initScriptStarts(RPM_INIT + "muster-agent", network.agent());
        Files.delete(host.path("/etc/muster/collector-keys/some.pub"));
        host.manage(with(rpm, "--erase", "muster-agent", "muster-collector"));
        assertThat(List.of("/usr/bin/muster-agent", "/run/muster-agent"))
                .as("stopped and gone")
                .noneMatch(host::has);
        assertThat(host.has("/etc/sysconfig/muster-agent.rpmsave"))
                .as("changed configuration stays, as rpm does it")
                .isTrue();
        Tool.run(
                "rm",
                "-rf",
                host.path("/etc/sysconfig").toString(),
                host.path("/var/lib/muster").toString());
        Tool.run(
                "rm",
                "-rf",
                host.path("/var/lib/muster-agent").toString(),
                host.path("/var/log/muster-agent.log").toString());
        host.run(network.agent(), "userdel", "muster");
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() throws IOException {
        Set<String> left = new TreeSet<>(host.paths());
        left.removeAll(before);
        left.removeIf(
                path -> path.startsWith("/tmp/") || LEFT_BY_POLICY.stream().anyMatch(path::matches));
        assertThat(left).isEmpty();
    }

    private Set<String> contents(String... folders) throws IOException {
        Set<String> all = new TreeSet<>();
        for (String each : folders) {
            try (Stream<Path> files = Files.walk(host.path(each))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    all.add(file + " " + new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
                }
            }
        }
        return all;
    }

    private Path log(String name) {
        return folder.resolve(name + ".log");
    }

    private String hostName() {
        return Tool.run("uname", "-n").strip();
    }

    private String root() {
        return "--root=" + host.path("/");
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static String[] with(String[] command, String... more) {
        return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
    }

    private static Path deb(String name) throws IOException {
        return Trees.list(TARGET, name + "_.*\\.deb").getFirst();
    }

    private static Path rpm(String name) throws IOException {
        return Trees.list(TARGET, name + "-[0-9].*\\.rpm").getFirst();
    }
}
