package dev.muster.collector.delivery;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** An SMTP server that misbehaves as told: it refuses, hangs, drips, or hangs up after any command. */
final class SmtpStub implements AutoCloseable {
    /** Answers with nothing, and keeps the connection. */
    static final String HANG = "(hang)";
    /** Answers with nothing, and closes the connection. */
    static final String HANG_UP = "(hang up)";
    /** Answers with single bytes of a line that never ends. */
    static final String DRIP = "(drip)";
    /** Before an answer: closes the connection after it. */
    static final String THEN_HANG_UP = "(then hang up)";

    /** Stands among the commands where the connection switched to TLS. */
    static final String TLS = "(tls)";

    private static final Map<String, String> USUAL =
            Map.of("DATA", "354 go on", "QUIT", THEN_HANG_UP + "221 bye", "STARTTLS", "220 go on", "AUTH", "235 hi");

    private final ServerSocket server;
    private final Function<String, @Nullable String> script;
    private final Optional<SSLContext> tls;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Every line that a client said, of all connections. */
    final List<String> commands = new CopyOnWriteArrayList<>();
    /** Contents of the mails that were taken with a 250. */
    final List<String> mails = new CopyOnWriteArrayList<>();

    /**
     * Listens.
     *
     * @param script command to answer; null for the usual one. The greeting is asked for as "", the end of the mail as "."
     */
    SmtpStub(Function<String, @Nullable String> script, Optional<SSLContext> tls) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.script = script;
        this.tls = tls;
        Thread.ofVirtual().start(this::accept);
    }

    SmtpStub(Function<String, @Nullable String> script) throws IOException {
        this(script, Optional.empty());
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        serve(socket, Optional.of(""));
                    } catch (IOException | InterruptedException e) {
                        // The client went away, which is what some tests are about.
                    }
                });
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket, Optional<String> greeting) throws IOException, InterruptedException {
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        var data = new StringBuilder();
        boolean inData = false;
        for (String line = greeting.isPresent() ? greeting.get() : in.readLine(); line != null; line = in.readLine()) {
            if (inData && !line.equals(".")) {
                data.append(line).append('\n');
                continue;
            }
            commands.add(line);
            String scripted = script.apply(line);
            String answer = scripted != null ? scripted : usual(line, socket instanceof SSLSocket);
            if (inData && answer.contains("250")) {
                mails.add(data.toString());
            }
            data.setLength(0);
            inData = answer.startsWith("354");
            if (!say(socket.getOutputStream(), answer)) {
                return;
            }
            if (line.equals("STARTTLS") && answer.startsWith("220")) {
                serveSecured(socket);
                return;
            }
        }
    }

    private void serveSecured(Socket socket) throws IOException, InterruptedException {
        var secure = (SSLSocket) tls.orElseThrow().getSocketFactory().createSocket(socket, null, true);
        secure.setUseClientMode(false);
        try (secure) {
            secure.startHandshake();
            commands.add(TLS);
            serve(secure, Optional.empty());
        }
    }

    private String usual(String line, boolean secured) {
        String word = line.toUpperCase(Locale.ROOT);
        if (word.startsWith("EHLO")) {
            return secured ? "250-stub\r\n250 AUTH PLAIN" : tls.isPresent() ? "250-stub\r\n250 STARTTLS" : "250 stub";
        }
        for (Map.Entry<String, String> usual : USUAL.entrySet()) {
            if (word.startsWith(usual.getKey())) {
                return usual.getValue();
            }
        }
        return word.isEmpty() ? "220 stub" : "250 ok";
    }

    /** Says it; tells whether the connection goes on. */
    private boolean say(OutputStream out, String answer) throws IOException, InterruptedException {
        if (answer.equals(HANG)) {
            closed.await();
            return false;
        }
        if (answer.equals(HANG_UP)) {
            return false;
        }
        if (answer.equals(DRIP)) {
            while (!closed.await(20, TimeUnit.MILLISECONDS)) {
                out.write('2');
                out.flush();
            }
            return false;
        }
        boolean last = answer.startsWith(THEN_HANG_UP);
        String said = last ? answer.substring(THEN_HANG_UP.length()) : answer;
        out.write((said + "\r\n").getBytes(StandardCharsets.US_ASCII));
        return !last;
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
