package dev.muster.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.api.FakeGraph;
import dev.muster.collector.api.RunningApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the command finds its collector, and what it says when it does not. */
class ConnectionTest {
    @TempDir
    static Path folders;

    private static Path home;
    private static Path otherHome;
    private static RunningApi api;

    @BeforeAll
    static void start() {
        home = folders.resolve("one");
        otherHome = folders.resolve("other");
        api = RunningApi.start(home, FakeGraph.furnished());
        RunningApi.start(otherHome, new FakeGraph()).close();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static Run run(Map<String, String> environment, String... arguments) {
        return Run.of(environment, OptionalInt.empty(), arguments);
    }

    @Test
    void optionsGoBeforeTheEnvironment() {
        Map<String, String> wrong =
                Map.of("MUSTER_API", "https://127.0.0.1:1", "MUSTER_API_HOME", otherHome.toString());
        Run run = run(
                wrong,
                "hosts",
                "--url",
                api.api.url() + "/",
                "--token-file",
                home.resolve("api.token").toString(),
                "--certificate",
                home.resolve("api.crt").toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    @Test
    void theAddressOfTheEnvironmentGoesBeforeTheFile(@TempDir Path copy) throws IOException {
        Files.copy(home.resolve("api.token"), copy.resolve("api.token"));
        Files.copy(home.resolve("api.crt"), copy.resolve("api.crt"));
        Run run = run(Map.of("MUSTER_API", api.api.url().toString(), "MUSTER_API_HOME", copy.toString()), "status");
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    @Test
    void anotherCertificateIsRefusedBeforeTheTokenIsSent() {
        Run run = run(
                Map.of("MUSTER_API_HOME", home.toString()),
                "hosts",
                "--certificate",
                otherHome.resolve("api.crt").toString());
        assertThat(run.exitCode()).isEqualTo(69);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .startsWith("muster: another certificate than the collector's answers there (wanted ")
                .contains("it showed " + api.api.certificateFingerprint())
                .contains("do not trust that address");
    }

    @Test
    void aWrongTokenIsRefusedByTheCollector() {
        Run run = run(
                Map.of("MUSTER_API_HOME", home.toString()),
                "hosts",
                "--token-file",
                otherHome.resolve("api.token").toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("muster: The token is not the collector's.");
    }

    @Test
    void aMissingFileIsNamedWithWhatToDo(@TempDir Path empty) {
        Run run = run(Map.of("MUSTER_API_HOME", empty.toString()), "hosts");
        assertThat(run.exitCode()).isEqualTo(69);
        assertThat(run.err())
                .startsWith("muster: cannot find the collector's address\n  where: " + empty.resolve("api.url"))
                .contains("start the collector")
                .contains("MUSTER_API_HOME");
    }

    @Test
    void aCollectorThatIsNotThereIsSaidToBeSo() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        Run run = run(Map.of("MUSTER_API_HOME", home.toString(), "MUSTER_API", "https://127.0.0.1:" + free), "hosts");
        assertThat(run).isEqualTo(new Run(69, "", """
                muster: cannot reach the collector: nothing listens there (connection refused)
                  where: https://127.0.0.1:%d (from MUSTER_API)
                  do:    Is it running? On its host: systemctl status muster-collector. Another address: --url.
                """.formatted(free)));
    }

    @Test
    void aHostNameThatDoesNotExistIsSaidToBeSo() {
        Run run =
                run(Map.of("MUSTER_API_HOME", home.toString(), "MUSTER_API", "https://nowhere.invalid:1985"), "hosts");
        assertThat(run.exitCode()).isEqualTo(69);
        assertThat(run.err()).startsWith("muster: cannot reach the collector: no such host name\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://127.0.0.1:1985", "127.0.0.1:1985", "https://", "https://x y", "file:///etc/passwd", "%%"
            })
    void onlyHttpsAddressesAreTaken(String url) {
        Run run = run(Map.of("MUSTER_API_HOME", home.toString()), "hosts", "--url", url);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("muster: not an address of a collector")
                .contains("where: --url");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "line\nline", "ümlaut"})
    void aFileThatHoldsNoTokenIsNotSent(String content) throws IOException {
        Path file = Files.writeString(Files.createTempFile(folders, "token", ""), content);
        Run run = run(Map.of("MUSTER_API_HOME", home.toString()), "hosts", "--token-file", file.toString());
        assertThat(run.exitCode()).isEqualTo(69);
        assertThat(run.err()).startsWith("muster: this file holds no access token\n  where: " + file);
    }

    @Test
    void aFileThatHoldsNoCertificateIsNamed() {
        Run run = run(
                Map.of("MUSTER_API_HOME", home.toString()),
                "hosts",
                "--certificate",
                home.resolve("api.token").toString());
        assertThat(run.exitCode()).isEqualTo(69);
        assertThat(run.err()).startsWith("muster: this file holds no certificate");
    }

    @Test
    void whatDoesNotSpeakTlsIsNoCollector() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (var client = socket.accept();
                        InputStream in = client.getInputStream()) {
                    assertThat(in.read()).isNotNegative();
                    client.getOutputStream()
                            .write("SSH-2.0-OpenSSH_10.0\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                } catch (IOException closed) {
                    // The client leaves first.
                }
            });
            Run run = run(
                    Map.of("MUSTER_API_HOME", home.toString()),
                    "hosts",
                    "--url",
                    "https://127.0.0.1:" + socket.getLocalPort());
            assertThat(run.exitCode()).isEqualTo(69);
            assertThat(run.err()).startsWith("muster: cannot reach the collector: ");
        }
    }
}
