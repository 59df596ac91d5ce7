package dev.muster.collector.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.muster.collector.install.InstallException.Reason;
import dev.muster.collector.install.SshConnection.Said;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SshConnectionTest {
    private static final String REAL = "ssh-ed25519 SHA256:REAL";
    private static final String REAL_LINE = "debug1: Server host key: " + REAL + "\r\n";
    private static final String FAKE_LINE = "debug1: Server host key: ssh-ed25519 SHA256:FAKE\r\n";

    @TempDir
    private Path folder;

    @Test
    void showsTheKeyThatSshSpeaksOfAndNotTheOneThatTheOtherSideSpeaksOf() {
        String banner =
                "debug1: kex_exchange_identification: banner line 0: Server host key: ssh-ed25519 SHA256:FAKE\r\n";
        assertThat(hostKey(banner + REAL_LINE, "")).contains(REAL);
        assertThat(hostKey(REAL_LINE, FAKE_LINE)).contains(REAL);
        assertThat(hostKey("", FAKE_LINE + "Host key verification failed.\r\n")).isEmpty();
    }

    @Test
    void whatIsTooLongBeginsNoLineOfItsOwn() {
        String prefix = "debug1: kex_exchange_identification: banner line 0: ";
        for (int i = 380; i < 420; i++) {
            String line = prefix + "x".repeat(i - prefix.length()) + FAKE_LINE;
            assertThat(hostKey(line, "")).as("after %s characters", i).isEmpty();
            assertThat(hostKey(line + REAL_LINE, ""))
                    .as("after %s characters", i)
                    .contains(REAL);
        }
    }

    @Test
    void ofTwoKeysNoneIsShown() {
        assertThat(hostKey(REAL_LINE + REAL_LINE, "")).contains(REAL);
        assertThat(hostKey(REAL_LINE + FAKE_LINE, "")).isEmpty();
        assertThat(hostKey(FAKE_LINE + REAL_LINE + FAKE_LINE, "")).isEmpty();
    }

    @Test
    void aBannerOfAJumpHostIsNotTakenForTheHostsKey() throws IOException, InterruptedException {
        SshHost.needOpenSsh();
        try (SshHost host = SshHost.start(folder)) {
            host.banner(FAKE_LINE + "Host key verification failed.\r\n");
            Path jumping = host.jumping();
            var settings = new SshSettings(
                    Optional.empty(), Optional.of(jumping), SshSettings.HostKeys.KNOWN, Optional.empty());
            try (SshConnection connection = open(settings)) {
                assertThat(connection.hostKey().orElseThrow()).endsWith(host.fingerprint());
            }
        }
    }

    @Test
    void aCommandThatGoesOnIsNotWaitedFor() throws IOException, InterruptedException {
        SshHost.needOpenSsh();
        try (SshHost host = SshHost.start(folder);
                SshConnection connection = open(new SshSettings(
                        Optional.empty(), Optional.of(host.config()), SshSettings.HostKeys.KNOWN, Optional.empty()))) {
            assertTimeoutPreemptively(
                    Duration.ofMinutes(1),
                    () -> assertThatThrownBy(() -> connection.run("exec /bin/sleep 90", Finished.Input.NONE, 1))
                            .isInstanceOfSatisfying(
                                    InstallException.class,
                                    late -> assertThat(late.reason()).isEqualTo(Reason.TOO_SLOW)));
        }
    }

    @Test
    void onlyTheHostItselfGetsThePassword() throws IOException, InterruptedException {
        SshHost.needOpenSsh();
        Path config = folder.resolve("config");
        Files.writeString(config, """
                Host web-1
                  HostName Web.Example
                  User Admin
                  ProxyJump relay
                Host alias
                  HostKeyAlias other
                  HostName 192.0.2.1
                  User root
                """);
        var settings = new SshSettings(
                Optional.empty(), Optional.of(config), SshSettings.HostKeys.KNOWN, Optional.of("secret"));
        String login = SshConnection.login(settings, "web-1");
        assertThat(login).isEqualTo("Admin@web.example");
        assertThat(SshConnection.login(settings, "alias")).isEqualTo("root@other");
        assertThat(SshConnection.login(settings, "bob@web-1")).isEqualTo("bob@web.example");
        assertThat(answer(login, "Admin@web.example's password: ")).isEqualTo("secret\n");
        assertThat(answer(login, "(Admin@web.example) Password: ")).isEqualTo("secret\n");
        assertThat(answer(login, "Admin@relay's password: ")).isEmpty();
        assertThat(answer(login, "(Admin@relay) (Admin@web.example) Password: "))
                .isEmpty();
        assertThat(answer(login, "(Admin@relay) Admin@web.example's password: "))
                .isEmpty();
        assertThat(answer(login, "Password: ")).isEmpty();
        assertThat(answer(login, "Are you sure you want to continue connecting (yes/no)? Password"))
                .isEmpty();
        assertThat(answer("*@*", "Admin@relay's password: ")).isEmpty();
    }

    private static String answer(String login, String question) throws IOException, InterruptedException {
        Map<String, String> environment = Map.of("MUSTER_SSH_AT", login, "MUSTER_SSH_PASSWORD", "secret");
        return Finished.run(
                        List.of("sh", "-c", AgentInstaller.ASKPASS, "askpass", question),
                        environment,
                        Finished.Input.NONE,
                        20)
                .out();
    }

    private SshConnection open(SshSettings settings) throws IOException, InterruptedException {
        return SshConnection.open(
                settings, "web-1", Files.createDirectory(folder.resolve("ssh")), Map.of(), new Masters());
    }

    private static Optional<String> hostKey(String log, String errors) {
        var said = new Said();
        said.readAll(new BufferedReader(new StringReader(errors)), Said.Source.ANYBODY);
        said.readAll(new BufferedReader(new StringReader(log)), Said.Source.SSH);
        return said.hostKey();
    }
}
