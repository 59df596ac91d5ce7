package dev.muster.agent.app;

import dev.muster.agent.config.LogConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a running agent is asked on its own host: a socket that only its user and root may open, one line of a question and the answer to its
 * end. {@code status} answers JSON; {@code keys} and {@code rotate-key} text; {@code log-level LEVEL} answers the level. Beside it the file {@code pid} says who runs.
 */
final class ControlSocket implements AutoCloseable {
    static final String STATUS = "status";
    static final String KEYS = "keys";
    static final String ROTATE_KEY = "rotate-key";
    static final String LOG_LEVEL = "log-level";

    /** So much of a question is read. */
    private static final int MAX_CHARS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    private final Path folder;
    private final ServerSocketChannel server;
    private final Map<String, Supplier<String>> questions;

    private ControlSocket(Path folder, ServerSocketChannel server, Map<String, Supplier<String>> questions) {
        this.folder = folder;
        this.server = server;
        this.questions = Map.copyOf(questions);
    }

    /**
     * Listens, on a thread of its own.
     *
     * @param folder the agent's own, which nobody else may enter
     * @param questions with what makes their answers, on the socket's thread
     */
    static ControlSocket open(Path folder, Map<String, Supplier<String>> questions) throws IOException {
        Files.deleteIfExists(socket(folder));
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket(folder)));
            Files.setPosixFilePermissions(socket(folder), PosixFilePermissions.fromString("rw-------"));
            Files.writeString(pid(folder), ProcessHandle.current().pid() + "\n");
        } catch (IOException e) {
            server.close();
            throw new IOException("cannot listen on " + socket(folder) + ": " + e.getMessage(), e);
        }
        var control = new ControlSocket(folder, server, questions);
        Thread.ofPlatform().name("control").daemon().start(control::serve);
        return control;
    }

    static Path socket(Path folder) {
        return folder.resolve("control");
    }

    static Path pid(Path folder) {
        return folder.resolve("pid");
    }

    private void serve() {
        while (true) {
            try (SocketChannel client = server.accept()) {
                answer(client);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.debug("event=control-failed", e);
            }
        }
    }

    private void answer(SocketChannel client) throws IOException {
        var in = new BufferedReader(new InputStreamReader(Channels.newInputStream(client), StandardCharsets.UTF_8));
        char[] chars = new char[MAX_CHARS];
        int count = 0;
        for (int c = in.read(); c >= 0 && c != '\n' && count < MAX_CHARS; c = in.read()) {
            chars[count++] = (char) c;
        }
        OutputStream out = Channels.newOutputStream(client);
        out.write((answer(new String(chars, 0, count).strip()) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private String answer(String question) {
        Supplier<String> known = questions.get(question);
        if (known != null) {
            return known.get();
        }
        if (question.startsWith(LOG_LEVEL + " ")) {
            String word = question.substring(LOG_LEVEL.length() + 1);
            for (LogConfig.Level level : LogConfig.Level.values()) {
                if (level.name().equalsIgnoreCase(word)) {
                    LogLevel.set(level);
                    LOG.info("event=log-level level={}", level);
                    return level.name().toLowerCase(Locale.ROOT);
                }
            }
        }
        return "?";
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket(folder));
        Files.deleteIfExists(pid(folder));
    }
}
