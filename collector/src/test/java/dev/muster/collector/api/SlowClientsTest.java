package dev.muster.collector.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowClientsTest {
    private static final Duration IDLE = Duration.ofMillis(300);

    @TempDir
    static Path home;

    private static RunningApi api;

    @BeforeAll
    static void start() {
        api = RunningApi.start(home, FakeGraph.furnished(), 0, IDLE);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static SSLSocket connect() throws IOException {
        SSLSocket socket = (SSLSocket) RunningApi.trusting(home)
                .getSocketFactory()
                .createSocket("127.0.0.1", api.api.url().getPort());
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return socket;
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Test
    void aClientThatSaysNothingIsDisconnected() throws Exception {
        try (SSLSocket socket = connect()) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aClientWhoseHeadersTrickleInIsDisconnected() throws Exception {
        assertDisconnected("GET /api/v1/hosts HTTP/1.1\r\nX: ");
    }

    @Test
    void aClientWhoseBodyTricklesInIsDisconnected() throws Exception {
        assertDisconnected("POST /api/v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\nAuthorization: Bearer "
                + api.token() + "\r\n\r\n");
    }

    private static void assertDisconnected(String beginning) throws IOException {
        try (SSLSocket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            write(out, beginning);
            // Faster than the idle timeout, for ever.
            await().pollInterval(Duration.ofMillis(50)).until(() -> {
                try {
                    write(out, "x");
                    return false;
                } catch (IOException disconnected) {
                    return true;
                }
            });
        }
    }

    @Test
    void aConnectionThatIsUsedNowAndThenStays() throws Exception {
        String request = "GET /api/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n";
        try (SSLSocket socket = connect()) {
            int[] answers = {0};
            // 20 requests over more than three intervals.
            await().pollInterval(Duration.ofMillis(50)).until(() -> {
                write(socket.getOutputStream(), request);
                byte[] answer = new byte[4096];
                assertThat(socket.getInputStream().read(answer)).isPositive();
                return ++answers[0] >= 20;
            });
        }
    }
}
