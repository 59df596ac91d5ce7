package dev.muster.collector.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.collector.install.HostReport.Failure;
import dev.muster.collector.install.HostReport.Outcome;
import dev.muster.collector.install.InstallException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over a real ssh, onto a host whose package manager and service are small scripts. */
final class AgentInstallerTest {
    private static final String KEY = "A".repeat(43) + "=";
    /** Numbers of signals on Linux. */
    private static final int HUP = 1;

    private static final int PIPE = 13;
    private static final String SECRET = "tok-secret-123";

    @TempDir
    private Path folder;

    private final Queue<String> progress = new ConcurrentLinkedQueue<>();
    private final AtomicInteger tokens = new AtomicInteger();
    private SshHost host;
    private CollectorSide.Standing standing = new CollectorSide.Standing.Trusted("web-1", 3);
    private Set<String> trusted = Set.of("d1ce-cdc2-e708-fd4a-e853");
    private SshSettings.HostKeys hostKeys = SshSettings.HostKeys.KNOWN;
    private Optional<String> password = Optional.empty();
    private String architecture = "amd64";
    private String version = "1.0";
    /** The version of an rpm that is given in place of a deb. */
    private Optional<String> rpm = Optional.empty();

    private int jobs = 3;

    @BeforeEach
    void start() throws IOException {
        SshHost.needOpenSsh();
        host = SshHost.start(folder);
        host.state("next", "1.0");
    }

    @AfterEach
    void stop() {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void installsEnrolsStartsAndSeesTheFirstFacts() throws IOException {
        HostReport report = install("web-1");
        assertThat(report)
                .as(String.join("\n", progress))
                .isEqualTo(new HostReport("web-1", Outcome.INSTALLED, "1.0", "web-1", Optional.empty()));
        assertThat(progress)
                .anyMatch(line -> line.contains(host.fingerprint()))
                .noneMatch(line -> line.contains(SECRET));
        assertThat(Files.readString(host.state("enrolments")))
                .isEqualTo("enrol --collector 192.0.2.7:1984 --key " + KEY + " --token-file -\n");
        assertThat(Files.readString(host.state("token"))).isEqualTo(SECRET + "\n");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(Path::getFileName).map(Path::toString))
                    .noneMatch(name -> name.startsWith("muster-install."));
        }
    }

    @Test
    void doesNothingTwiceAndUpgradesWhatIsOlder() throws IOException {
        assertThat(install("web-1").outcome()).isEqualTo(Outcome.INSTALLED);
        assertThat(install("web-1").outcome()).isEqualTo(Outcome.UNCHANGED);
        version = "1.1";
        host.state("next", "1.1");
        assertThat(install("web-1"))
                .isEqualTo(new HostReport("web-1", Outcome.UPGRADED, "1.1", "web-1", Optional.empty()));
        host.state("installed", "9");
        assertThat(install("web-1"))
                .isEqualTo(new HostReport("web-1", Outcome.UNCHANGED, "9", "web-1", Optional.empty()));
        assertThat(host.state("apt-runs")).hasContent("run\nrun\n");
        assertThat(tokens).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({
        "dnf, -y --disablerepo=* install",
        "yum, -y --disablerepo=* install",
        "zypper, --non-interactive --no-refresh --no-remote --no-gpg-checks install --allow-unsigned-rpm",
        "rpm, --upgrade"
    })
    void installsAndUpgradesByThePackageManagersOfRpm(String manager, String words) throws IOException {
        host.livesByRpm(manager);
        host.state("next", "1.0-1");
        rpm = Optional.of("1.0-1");
        assertThat(install("web-1"))
                .as(String.join("\n", progress))
                .isEqualTo(new HostReport("web-1", Outcome.INSTALLED, "1.0-1", "web-1", Optional.empty()));
        assertThat(install("web-1").outcome()).isEqualTo(Outcome.UNCHANGED);
        host.state("next", "1.1-1");
        rpm = Optional.of("1.1-1");
        assertThat(install("web-1").outcome()).isEqualTo(Outcome.UPGRADED);
        assertThat(Files.readAllLines(host.state("manager")))
                .hasSize(2)
                .allMatch(line -> line.startsWith(manager + " " + words + " ") && line.endsWith("/muster-agent.rpm"));
    }

    @Test
    void startsWhatOnlyWasStopped() throws IOException {
        install("web-1");
        Files.delete(host.state("running"));
        assertThat(install("web-1").outcome()).isEqualTo(Outcome.ENROLLED);
        assertThat(host.state("running")).exists();
        assertThat(tokens).hasValue(1);
    }

    @Test
    void tellsAChangedHostKeyFromAnUnknownOne() throws IOException {
        host.knownAs("other-host");
        Failure changed = failure("web-1");
        assertThat(changed.reason()).isEqualTo(Reason.HOST_KEY_CHANGED);
        assertThat(changed.detail()).contains(host.fingerprint());
        hostKeys = SshSettings.HostKeys.ACCEPT_NEW;
        assertThat(failure("web-1").reason()).isEqualTo(Reason.HOST_KEY_CHANGED);
        hostKeys = SshSettings.HostKeys.KNOWN;
        host.unknown();
        Failure unknown = failure("web-1");
        assertThat(unknown.reason()).isEqualTo(Reason.HOST_KEY_UNKNOWN);
        assertThat(unknown.detail()).contains(host.fingerprint());
        hostKeys = SshSettings.HostKeys.ACCEPT_NEW;
        assertThat(install("web-1").outcome()).isEqualTo(Outcome.INSTALLED);
    }

    @Test
    void oneHostThatIsGoneKeepsNoOtherFromBeingInstalled() throws IOException {
        List<HostReport> reports = installAll(List.of("gone", "nowhere", "web-1"));
        assertThat(reports)
                .extracting(HostReport::outcome)
                .containsExactly(Outcome.FAILED, Outcome.FAILED, Outcome.INSTALLED);
        assertThat(reports.get(0).failure().orElseThrow().reason()).isEqualTo(Reason.HOST_DOWN);
        assertThat(reports.get(1).failure().orElseThrow().reason()).isEqualTo(Reason.UNKNOWN_NAME);
    }

    @Test
    void anIdentityThatIsNotWelcomeIsSaidToBe() throws IOException {
        host.config("other-user");
        assertThat(failure("web-1").reason()).isEqualTo(Reason.AUTHENTICATION);
    }

    @Test
    void sudoWithAPassword() throws IOException {
        host.tool("id", "case $1 in -u) echo 1000 ;; *) exec /usr/bin/id \"$@\" ;; esac\n");
        assertThat(failure("web-1").reason()).isEqualTo(Reason.SUDO_PASSWORD);
        password = Optional.of("wrong");
        assertThat(failure("web-1").reason()).isEqualTo(Reason.SUDO_PASSWORD);
        password = Optional.of("secret");
        assertThat(install("web-1").outcome()).isEqualTo(Outcome.INSTALLED);
        assertThat(Files.readString(host.state("token"))).isEqualTo(SECRET + "\n");
        host.tool("sudo", "echo 'sudo: user muster is not allowed to execute this' >&2; exit 1\n");
        assertThat(failure("web-1").reason()).isEqualTo(Reason.SUDO_REFUSED);
        host.tool("sudo", "echo nothing >&2; exit 1\n");
        Files.delete(folder.resolve("bin/sudo"));
        assertThat(failure("web-1").reason()).isEqualTo(Reason.NO_ROOT);
    }

    @Test
    void saysWhoHoldsThePackageManagersLock() throws IOException {
        host.state("locked", String.valueOf(ProcessHandle.current().pid()));
        Failure locked = failure("web-1");
        assertThat(locked.reason()).isEqualTo(Reason.LOCKED);
        assertThat(locked.detail())
                .contains("process " + ProcessHandle.current().pid());
        Files.delete(host.state("locked"));
        assertThat(install("web-1").outcome()).isEqualTo(Outcome.INSTALLED);
    }

    @Test
    void tellsWhatKeptThePackageManager() throws IOException {
        host.state("full", "");
        assertThat(failure("web-1").reason()).isEqualTo(Reason.NO_SPACE);
        Files.delete(host.state("full"));
        host.state("broken", "");
        Failure broken = failure("web-1");
        assertThat(broken.reason()).isEqualTo(Reason.PACKAGE_MANAGER);
        assertThat(broken.log()).contains("Unmet dependencies");
        host.tool("df", "printf 'Filesystem 1024-blocks Used Available Capacity Mounted\\n/dev/x 9 9 99 9%% /\\n'\n");
        assertThat(failure("web-1").reason()).isEqualTo(Reason.NO_SPACE);
    }

    @Test
    void aPackageForAnotherArchitectureIsNotEvenCopied() throws IOException {
        architecture = "arm64";
        Failure failure = failure("web-1");
        assertThat(failure.reason()).isEqualTo(Reason.NO_PACKAGE);
        assertThat(failure.detail()).contains("deb packages for amd64", "deb for arm64");
    }

    @Test
    void whatHasBegunGoesOnWhenTheConnectionIsLostAndTheNextRunFindsItDone() throws Exception {
        host.state("wait", "");
        CompletableFuture<HostReport> running = CompletableFuture.supplyAsync(() -> {
            try {
                return install("web-1");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Files.exists(host.state("at-apt")) && Files.size(host.state("at-apt")) > 0);
        host.cutConnections();
        host.hangUp(Long.parseLong(Files.readString(host.state("at-apt")).strip()));
        Failure lost = running.get().failure().orElseThrow();
        assertThat(lost.reason()).isEqualTo(Reason.CONNECTION_LOST);
        assertThat(lost.step()).isEqualTo("installing the package");
        Files.delete(host.state("wait"));
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(host.state("installed")));
        assertThat(install("web-1").outcome()).isEqualTo(Outcome.ENROLLED);
        assertThat(host.state("apt-runs")).hasContent("run\n");
    }

    @Test
    void leavesNeitherSshNorFilesWhenItIsToldToEnd() throws Exception {
        host.state("wait", "");
        Path temporary = Files.createDirectory(folder.resolve("t"));
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        InstallerProgram.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("program.log").toFile())
                .start();
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(host.state("at-apt")) || !program.isAlive());
            List<ProcessHandle> ssh = program.descendants().toList();
            assertThat(ssh).as(Files.readString(folder.resolve("program.log"))).isNotEmpty();
            assertThat(temporary).isNotEmptyDirectory();
            program.destroy();
            assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(ssh).noneMatch(ProcessHandle::isAlive));
            assertThat(temporary).isEmptyDirectory();
        } finally {
            program.destroyForcibly();
            Files.delete(host.state("wait"));
        }
    }

    @Test
    void aServiceThatDoesNotStartShowsItsLog() throws IOException {
        host.state("fails", "");
        Failure failure = failure("web-1");
        assertThat(failure.reason()).isEqualTo(Reason.NOT_STARTED);
        if (Files.isDirectory(Path.of("/run/systemd/system"))) {
            assertThat(failure.log()).contains("event=boom");
        }
    }

    @Test
    void anAgentThatWasNotStartedAsTheServiceIsNamed() throws IOException {
        for (String tool : List.of("service", "systemctl")) {
            host.tool(tool, "echo 'another agent is running with the state in /x (process 42); stop it'\n");
        }
        Failure stray = failure("web-1");
        assertThat(stray.reason()).isEqualTo(Reason.STRAY_AGENT);
        assertThat(stray.detail()).contains("not started as the service", "(process 42)");
        assertThat(stray.remedy()).contains("stop that one");
    }

    @Test
    void saysWhyNoFactsCome() throws IOException {
        standing = new CollectorSide.Standing.Unheard();
        Failure unheard = failure("web-1");
        assertThat(unheard.reason()).isEqualTo(Reason.NOT_HEARD);
        assertThat(unheard.detail()).contains("the agent says: no answer");
        assertThat(unheard.remedy()).contains("UDP", "192.0.2.7:1984");
        standing = new CollectorSide.Standing.Pending();
        assertThat(failure("web-1").remedy()).isEqualTo("muster agents approve 6c5e-cdc2-e708-fd4a-e853");
        standing = new CollectorSide.Standing.Trusted("web-1", 0);
        assertThat(failure("web-1").reason()).isEqualTo(Reason.NO_FACTS);
    }

    @Test
    void aHostThatSaysTooMuchIsHeardOnlyInPart() throws IOException {
        host.tool("uname", "i=0; while [ $i -lt 3000 ]; do printf '%0999d' 0; i=$((i+1)); done\n");
        host.tool("dpkg", "printf '%0999d\\nmuster:kind=deb\\nmuster:installed=$(reboot)\\n' 0\n");
        HostReport report = install("web-1");
        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.failure().orElseThrow().detail()).hasSizeLessThan(1_000);
        assertThat(String.join("", progress)).hasSizeLessThan(5_000);
    }

    @Test
    void aHostIsNotReportedByTheKeyOfAnotherOne() throws IOException {
        jobs = 1;
        List<HostReport> reports = installAll(List.of("web-1", "web-2"));
        assertThat(reports).extracting(HostReport::outcome).containsExactly(Outcome.INSTALLED, Outcome.FAILED);
        Failure second = reports.getLast().failure().orElseThrow();
        assertThat(second.reason()).isEqualTo(Reason.OTHER_AGENT);
        assertThat(second.detail()).contains("6c5e-cdc2-e708-fd4a-e853", "web-1");
    }

    @Test
    void aTokenGivesNobodyAKeyThatWasTrustedBefore() throws IOException {
        trusted = Set.of("6c5e-cdc2-e708-fd4a-e853");
        assertThat(failure("web-1").reason()).isEqualTo(Reason.OTHER_AGENT);
        assertThat(tokens).hasValue(1);
        assertThat(install("web-1").outcome()).isEqualTo(Outcome.UNCHANGED);
    }

    @Test
    void nothingThatIsStartedOnTheHostInheritsIgnoredSignals() throws IOException {
        assertThat(install("web-1").outcome()).isEqualTo(Outcome.INSTALLED);
        List<String> ignored = Files.readAllLines(host.state("ignored"));
        assertThat(ignored).hasSizeGreaterThanOrEqualTo(2);
        for (String line : ignored) {
            long mask = Long.parseUnsignedLong(line.replace("SigIgn:", "").strip(), 16);
            assertThat(mask & (1L << (HUP - 1) | 1L << (PIPE - 1))).as(line).isZero();
        }
    }

    @Test
    void whatAnEarlierRunLeftIsDeletedOnlyWhenNoRunCanNeedIt() throws IOException {
        Path young = Files.createTempDirectory(Path.of("/var/tmp"), "muster-install.");
        Path old = Files.createTempDirectory(Path.of("/var/tmp"), "muster-install.");
        try {
            Files.setLastModifiedTime(
                    young,
                    FileTime.from(Files.getLastModifiedTime(young).toInstant().minus(Duration.ofHours(50))));
            Files.setLastModifiedTime(
                    old,
                    FileTime.from(Files.getLastModifiedTime(old).toInstant().minus(Duration.ofHours(73))));
            assertThat(install("web-1").outcome()).isEqualTo(Outcome.INSTALLED);
            assertThat(young).exists();
            assertThat(old).doesNotExist();
        } finally {
            Files.deleteIfExists(young);
            Files.deleteIfExists(old);
        }
    }

    private Failure failure(String name) throws IOException {
        HostReport report = install(name);
        assertThat(report.outcome()).as(String.join("\n", progress)).isEqualTo(Outcome.FAILED);
        return report.failure().orElseThrow();
    }

    private HostReport install(String name) throws IOException {
        return installAll(List.of(name)).getFirst();
    }

    private List<HostReport> installAll(List<String> names) throws IOException {
        var plan = new InstallPlan(
                List.of(given()),
                new SshSettings(Optional.empty(), Optional.of(host.config()), hostKeys, password),
                "192.0.2.7:1984",
                KEY,
                InstallPlan.Former.LEFT_ALONE,
                6,
                4,
                jobs);
        return new AgentInstaller(
                        plan, new Collector(), (host, text) -> progress.add(host + ": " + text), seconds -> {})
                .install(names);
    }

    private PackageFile given() throws IOException {
        if (rpm.isEmpty()) {
            return Debs.agent(folder, version, architecture);
        }
        Path file = Files.writeString(folder.resolve("muster-agent.rpm"), "read by stand-ins only");
        return new PackageFile(file, PackageFile.Kind.RPM, rpm.get(), "x86_64", Files.size(file), 1);
    }

    private final class Collector implements CollectorSide {
        @Override
        public String token() {
            tokens.incrementAndGet();
            return SECRET;
        }

        @Override
        public Set<String> trusted() {
            return trusted;
        }

        @Override
        public Standing standing(String fingerprint) {
            assertThat(fingerprint).isEqualTo("6c5e-cdc2-e708-fd4a-e853");
            return standing;
        }
    }
}
