package dev.muster.collector.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EventListener;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
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
    void aConnectionThatIsAnsweredNowAndThenStays() {
        FakeConnection connection = new FakeConnection();
        for (int i = 0; i < 10; i++) {
            connection.bytesIn += 100;
            connection.answers++;
            connection.look();
        }
        assertThat(connection.closed).isFalse();
    }

    @Test
    void aStreamOrAQueryThatSentItsRequestOnceStays() {
        FakeConnection connection = new FakeConnection();
        connection.bytesIn = 400;
        for (int i = 0; i < 10; i++) {
            connection.look();
        }
        assertThat(connection.closed).isFalse();
    }

    @Test
    void twoSlowIntervalsOnEndAreTooMany() {
        FakeConnection connection = new FakeConnection();
        connection.bytesIn = 1;
        connection.look();
        connection.look();
        connection.bytesIn = 2;
        connection.look();
        assertThat(connection.closed).as("an interval without a byte between").isFalse();
        connection.bytesIn = 3;
        connection.look();
        assertThat(connection.closed).isTrue();
    }

    @Test
    void noRequestInTheFirstIntervalIsTooSlow() {
        FakeConnection connection = new FakeConnection();
        connection.look();
        assertThat(connection.closed).isTrue();
    }

    @Test
    void aClosedConnectionIsForgotten() {
        FakeConnection connection = new FakeConnection();
        connection.slowClients.onClosed(connection);
        connection.look();
        assertThat(connection.closed).isFalse();
        assertThat(connection.tasks).isEmpty();
    }

    /** A connection whose counters a test sets, watched by slow clients whose clock a test turns. */
    private static final class FakeConnection implements Connection {
        final Deque<Runnable> tasks = new ArrayDeque<>();
        final SlowClients slowClients = new SlowClients((task, delay) -> tasks.add(task), IDLE);
        long bytesIn;
        long answers;
        boolean closed;

        FakeConnection() {
            slowClients.onOpened(this);
        }

        void look() {
            tasks.remove().run();
        }

        @Override
        public long getBytesIn() {
            return bytesIn;
        }

        @Override
        public long getMessagesOut() {
            return answers;
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public void addEventListener(EventListener listener) {}

        @Override
        public void removeEventListener(EventListener listener) {}

        @Override
        public void onOpen() {}

        @Override
        public void onClose(Throwable cause) {}

        @Override
        public EndPoint getEndPoint() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean onIdleExpired(TimeoutException timeout) {
            return true;
        }

        @Override
        public long getMessagesIn() {
            return 0;
        }

        @Override
        public long getBytesOut() {
            return 0;
        }

        @Override
        public long getCreatedTimeStamp() {
            return 0;
        }
    }
}
