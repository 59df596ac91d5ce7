package dev.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code muster install-agent} from the collector's package, over the network to OpenSSH's own server on another host, where the real dpkg
 * installs the real package. One host's life, so the tests follow one another. Both hosts are one Debian in a folder, each with its network.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class InstallAgentIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Duration READY = Duration.ofMinutes(6);
    /** Answers of policy-rc.d, as invoke-rc.d(8) has them. */
    private static final int FORBIDDEN = 101;

    private static final int ALLOWED = 104;
    private static final String PASSWORD = "correct-horse";
    private static final String HOST = Namespaces.AGENT_ADDRESS;

    private Path folder;
    private DebianRoot host;
    private Namespaces network;
    private Daemon collector;
    private Daemon sshd;

    @BeforeAll
    void start(@TempDir Path given) throws IOException {
        folder = given;
        Tool.needRootAnd(
                "ip",
                "unshare",
                "chroot",
                "setpriv",
                "dpkg",
                "dpkg-deb",
                "sshd",
                "ssh",
                "ssh-keygen",
                "sudo",
                "openssl");
        host = DebianRoot.make(folder.resolve("root"), "openssh-server", "sudo");
        network = new Namespaces();
        host.manage(
                "dpkg",
                "--root=" + host.path("/"),
                "--install",
                deb("muster-collector").toString());
        // From here on packages start and stop their services, as on any host; without a policy and /sbin/init
        // invoke-rc.d would refuse.
        policy(ALLOWED);
        Files.copy(deb("muster-agent"), host.path("/root/muster-agent.deb"));
        collector = Daemon.start(
                host.entering(
                        network.collector(),
                        Unit.read(host.path("/usr/lib/systemd/system/muster-collector.service"))
                                .command()),
                folder.resolve("collector.log"));
        startSshd();
        await().atMost(READY).until(() -> {
            assertThat(collector.alive()).as(collector.log()).isTrue();
            return collector.log().contains("Muster collector is ready");
        });
    }

    private void startSshd() throws IOException {
        String hash = Tool.run("openssl", "passwd", "-6", PASSWORD).strip();
        inside("useradd", "--system", "--no-create-home", "--home-dir", "/run/sshd", "sshd");
        inside("useradd", "--create-home", "--shell", "/bin/sh", "--password", hash, "vera");
        Files.writeString(host.path("/etc/sudoers.d/vera"), "vera ALL=(ALL) ALL\n");
        Files.createDirectories(host.path("/run/sshd"));
        Files.createDirectories(
                host.path("/root/.ssh"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (String key : List.of("/etc/ssh/test_host_key", "/root/.ssh/id_ed25519")) {
            inside("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key);
        }
        Files.copy(host.path("/root/.ssh/id_ed25519.pub"), host.path("/root/.ssh/authorized_keys"));
        known("/etc/ssh/test_host_key.pub");
        Files.writeString(host.path("/etc/ssh/sshd_config"), """
                ListenAddress %s
                HostKey /etc/ssh/test_host_key
                UsePAM no
                PasswordAuthentication yes
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                """.formatted(HOST));
        sshd = Daemon.start(
                host.entering(network.agent(), List.of("/usr/sbin/sshd", "-D", "-e")), folder.resolve("sshd.log"));
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            assertThat(sshd.alive()).as(sshd.log()).isTrue();
            return sshd.log().contains("Server listening");
        });
    }

    @AfterAll
    void stop() {
        if (network == null) {
            return;
        }
        Tool.result(host.entering(network.agent(), List.of("/etc/init.d/muster-agent", "stop")));
        for (Daemon daemon : java.util.Arrays.asList(sshd, collector)) {
            if (daemon != null) {
                daemon.close();
            }
        }
        network.close();
    }

    @Test
    @Order(1)
    void aKeyThatIsNotTheHostsEndsIt() throws IOException {
        known("/root/.ssh/id_ed25519.pub");
        Tool.Result refused = install("");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.printed()).contains("host-key-changed", "ssh-keygen -R");
        known("/etc/ssh/test_host_key.pub");
        assertThat(host.has("/usr/bin/muster-agent")).isFalse();
    }

    @Test
    @Order(2)
    void installsByKeyBesideAHostThatIsDown() {
        Tool.Result first = install("10.79.84.99");
        assertThat(first.printed())
                .contains(HOST + ": installed", "reports as host " + hostName(), "10.79.84.99", "host-down")
                .contains(HOST + ": connected; its SSH key is ssh-ed25519 SHA256:");
        assertThat(first.status()).as(first.printed()).isEqualTo(1);
        assertThat(host.run(network.agent(), "muster-agent", "status")).contains(Namespaces.COLLECTOR_ADDRESS);
        assertThat(host.has("/var/lib/muster-agent/enrol-token")).as("used").isFalse();
        assertThat(host.path("/var/tmp")).isEmptyDirectory();
    }

    @Test
    @Order(3)
    void doesNothingTwice() throws IOException {
        String key = Files.readString(host.path("/var/lib/muster-agent/agent.key"));
        Tool.Result second = install("");
        assertThat(second.status()).as(second.printed()).isZero();
        assertThat(second.printed())
                .contains("unchanged", "has 0.1.0", "already")
                .doesNotContain("copying");
        assertThat(Files.readString(host.path("/var/lib/muster-agent/agent.key")))
                .isEqualTo(key);
    }

    @Test
    @Order(4)
    void installsByPasswordAndSudo() {
        host.manage("dpkg", "--root=" + host.path("/"), "--remove", "muster-agent");
        Tool.Result wrong = withPassword("wrong");
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.printed()).contains("authentication-refused");
        Tool.Result right = withPassword(PASSWORD);
        assertThat(right.status()).as(right.printed()).isZero();
        assertThat(right.printed()).contains("installed").doesNotContain(PASSWORD);
    }

    @Test
    @Order(5)
    void aCutCableLeavesNothingHalfDoneAndTheNextRunSeesToTheRest() throws Exception {
        newer("99.0");
        Daemon busy = holdLock();
        Daemon running = Daemon.start(
                host.entering(
                        network.collector(),
                        List.of(
                                "muster",
                                "install-agent",
                                "--package",
                                "/root/newer.deb",
                                "--lock-wait",
                                "600",
                                "root@" + HOST)),
                folder.resolve("cut.log"));
        try {
            await().atMost(READY).until(() -> running.log().contains("copying") && hasLog());
            Tool.run("ip", "-n", network.agent(), "link", "set", "m0", "down");
            await().atMost(Duration.ofMinutes(2)).until(() -> !running.alive());
            assertThat(running.log()).contains("connection-lost", "Run the same again");
        } finally {
            Tool.run("ip", "-n", network.agent(), "link", "set", "m0", "up");
        }
        awaitReachable();
        Tool.Result locked = installNewer("3");
        assertThat(locked.printed()).contains("package-manager-locked", "dpkg (process");
        Files.createFile(host.path("/release"));
        await().atMost(READY).until(() -> !busy.alive() && version().equals("99.0 installed"));
        Tool.Result again = installNewer("60");
        assertThat(again.status()).as(again.printed()).isZero();
        assertThat(again.printed()).contains("unchanged", "has 99.0 already");
    }

    /** Who asked for the host's address while the cable was cut is told for some seconds more that there is no such host. */
    private void awaitReachable() {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> Tool.result(host.entering(network.collector(), List.of("ssh-keyscan", "-T", "2", HOST)))
                        .printed()
                        .contains("ssh-ed25519"));
    }

    @Test
    @Order(6)
    void anAgentThatItsPackageMayNotStopIsRestartedAfterAnUpgrade() throws IOException {
        String process = Files.readString(host.path("/run/muster-agent/pid"));
        newer("99.1");
        policy(FORBIDDEN);
        Tool.Result upgraded = installNewer("60");
        policy(ALLOWED);
        assertThat(upgraded.status()).as(upgraded.printed()).isZero();
        assertThat(upgraded.printed()).contains("installed 99.1", "upgraded");
        assertThat(Files.readString(host.path("/run/muster-agent/pid"))).isNotEqualTo(process);
    }

    @Test
    @Order(7)
    void anAgentThatTheServiceDidNotStartIsNamed() throws Exception {
        inside("/etc/init.d/muster-agent", "stop");
        Unit unit = Unit.read(host.path("/usr/lib/systemd/system/muster-agent.service"));
        List<String> byHand = new ArrayList<>(unit.command());
        byHand.add("--run=/var/lib/muster-agent/by-hand");
        try (Daemon stray = Daemon.start(host.entering(network.agent(), byHand), folder.resolve("stray.log"))) {
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                assertThat(stray.alive()).as(stray.log()).isTrue();
                return stray.log().contains("event=agent-listening");
            });
            Tool.Result refused = install("");
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.printed())
                    .contains("stray-agent", "not started as the service", "(process " + stray.pid() + ")")
                    .contains("stop that one", "run the same again");
            stray.stop();
        }
        Tool.Result started = install("");
        assertThat(started.status()).as(started.printed()).isZero();
        assertThat(started.printed()).contains(HOST + ": started", "reports as host " + hostName());
    }

    @Test
    @Order(8)
    void theInstalledCommandLintsRulesByItself() throws IOException {
        Files.writeString(host.path("/root/sshd.yaml"), "- id: x\n  nonsense: 1\n");
        Tool.Result lint =
                Tool.result(host.entering(network.collector(), List.of("muster", "rules", "lint", "/root/sshd.yaml")));
        assertThat(lint.printed()).contains("sshd.yaml").doesNotContain("NoClassDefFound");
        assertThat(lint.status()).isEqualTo(1);
    }

    /** A package whose installation waits, at most until this host is deleted, and so holds dpkg's lock as any other does. */
    private Daemon holdLock() throws IOException {
        Path control = Files.createDirectories(folder.resolve("slow/DEBIAN"));
        Files.writeString(
                control.resolve("control"),
                "Package: slow\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: slow\n");
        Path preinst = Files.writeString(
                control.resolve("preinst"),
                "#!/bin/sh\n: >/holding\nwhile [ -e /holding ] && [ ! -e /release ]; do sleep 1; done\n");
        Files.setPosixFilePermissions(preinst, PosixFilePermissions.fromString("rwxr-xr-x"));
        Tool.run(
                "dpkg-deb",
                "--build",
                folder.resolve("slow").toString(),
                host.path("/root/slow.deb").toString());
        Daemon busy = Daemon.start(
                host.entering(network.agent(), List.of("dpkg", "--install", "/root/slow.deb")),
                folder.resolve("slow.log"));
        await().atMost(Duration.ofMinutes(1)).until(() -> host.has("/holding"));
        return busy;
    }

    private void newer(String version) throws IOException {
        Path unpacked = folder.resolve("unpacked");
        Tool.run("dpkg-deb", "--raw-extract", deb("muster-agent").toString(), unpacked.toString());
        Path control = unpacked.resolve("DEBIAN/control");
        Files.writeString(control, Files.readString(control).replaceFirst("(?m)^Version: .*", "Version: " + version));
        Tool.run(
                "dpkg-deb",
                "--build",
                "-Znone",
                unpacked.toString(),
                host.path("/root/newer.deb").toString());
        Tool.run("rm", "-rf", unpacked.toString());
    }

    /** What invoke-rc.d is told when a package wants to start or stop a service. */
    private void policy(int answer) throws IOException {
        Files.writeString(host.path("/usr/sbin/policy-rc.d"), "#!/bin/sh\nexit " + answer + "\n");
    }

    /** The script on the host has tried to install. */
    private boolean hasLog() throws IOException {
        return !Trees.list(host.path("/var/tmp"), "muster-install\\..*").stream()
                .filter(each -> Files.exists(each.resolve("log")))
                .toList()
                .isEmpty();
    }

    private String version() {
        return Tool.run(
                "dpkg-query", "--root=" + host.path("/"), "-W", "-f", "${Version} ${db:Status-Status}", "muster-agent");
    }

    private Tool.Result install(String other) {
        return muster("muster install-agent --package /root/muster-agent.deb --user root " + HOST + " " + other);
    }

    private Tool.Result installNewer(String lockSeconds) {
        return muster("muster install-agent --package /root/newer.deb --lock-wait " + lockSeconds + " root@" + HOST);
    }

    private Tool.Result withPassword(String password) {
        return muster("printf '%s\\n' '" + password
                + "' | muster install-agent --package /root/muster-agent.deb --user vera --ask-password " + HOST);
    }

    private Tool.Result muster(String command) {
        return Tool.result(host.entering(network.collector(), List.of("sh", "-c", command)));
    }

    private void inside(String... command) {
        host.run(network.agent(), command);
    }

    private void known(String key) throws IOException {
        String[] words = Files.readString(host.path(key)).split(" ", -1);
        Files.writeString(host.path("/root/.ssh/known_hosts"), HOST + " " + words[0] + " " + words[1] + "\n");
    }

    private static String hostName() {
        return Tool.run("uname", "-n").strip();
    }

    private static Path deb(String name) throws IOException {
        return Trees.list(TARGET, name + "_.*\\.deb").getFirst();
    }
}
