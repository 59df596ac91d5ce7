package dev.muster.collector.install;

import dev.muster.collector.install.InstallException.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One connection to one host, which all commands share (ssh_config's ControlMaster). Used by one thread. */
final class SshConnection implements AutoCloseable {
    /** Only at the beginning of a line of ssh's own: what a relay or the host says, ssh shows behind some words, too. */
    private static final Pattern HOST_KEY =
            Pattern.compile("debug1: Server host key: (\\S{1,40} SHA256:[A-Za-z0-9+/=]{1,60})");

    private static final int MAX_LINE_CHARS = 400;
    private static final int KEPT_LINES = 20;
    /** What ssh itself ends with when there is no connection. */
    private static final int NO_CONNECTION = 255;

    /** No connection; but a configuration may run programs. */
    private static final int RESOLVE_SECONDS = 15;

    private static final int POLL_MILLIS = 100;
    /** Name, connection, keys, login and whatever the host does then. */
    private static final int OPEN_POLLS = 600;

    private final SshSettings settings;
    private final String host;
    private final Path socket;
    private final Process master;
    private final Said said;

    private SshConnection(SshSettings settings, String host, Path socket, Process master, Said said) {
        this.settings = settings;
        this.host = host;
        this.socket = socket;
        this.master = master;
        this.said = said;
    }

    /**
     * Connects and logs in.
     *
     * @param folder a private one, for the socket
     * @param environment where ssh finds who answers for the password
     * @param masters starts its master
     */
    static SshConnection open(
            SshSettings settings, String host, Path folder, Map<String, String> environment, Masters masters)
            throws InterruptedException {
        Path socket = folder.resolve("s");
        try {
            Optional<String> login =
                    settings.password().isPresent() ? Optional.of(login(settings, host)) : Optional.empty();
            var builder = new ProcessBuilder(settings.connect(socket, host))
                    .redirectInput(Path.of("/dev/null").toFile());
            builder.environment().putAll(environment);
            login.ifPresent(name -> builder.environment().put("MUSTER_SSH_AT", name));
            Process master = masters.start(builder);
            var said = new Said();
            Thread.ofVirtual().start(() -> said.readAll(master.inputReader(StandardCharsets.UTF_8), Said.Source.SSH));
            Thread.ofVirtual()
                    .start(() -> said.readAll(master.errorReader(StandardCharsets.UTF_8), Said.Source.ANYBODY));
            var connection = new SshConnection(settings, host, socket, master, said);
            try {
                connection.await();
                return connection;
            } catch (InstallException | InterruptedException e) {
                connection.close();
                throw e;
            }
        } catch (IOException e) {
            throw new InstallException(
                    Reason.SSH_MISSING, "cannot start ssh: " + e.getMessage(), "Install OpenSSH's client.");
        }
    }

    /** As ssh names it where it asks for a password: USER@HOSTNAME, after all that its configuration says. */
    static String login(SshSettings settings, String host) throws IOException, InterruptedException {
        Finished said = Finished.run(settings.resolve(host), Map.of(), Finished.Input.NONE, RESOLVE_SECONDS);
        if (said.status() != 0) {
            throw SshTrouble.of(host, lines(said.err()), Optional.empty());
        }
        Map<String, String> values = new HashMap<>();
        for (String line : said.out().lines().toList()) {
            String[] words = line.split(" ", 2);
            values.putIfAbsent(words[0], words[words.length - 1]);
        }
        String name = values.getOrDefault("hostkeyalias", values.getOrDefault("hostname", host));
        return values.getOrDefault("user", "") + "@" + name.toLowerCase(Locale.ROOT);
    }

    private void await() throws InterruptedException {
        for (int poll = 0; poll < OPEN_POLLS; poll++) {
            if (Files.exists(socket)) {
                said.awaitHostKey();
                return;
            }
            if (master.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                said.awaitEnd();
                throw SshTrouble.of(host, said.lines(), hostKey());
            }
        }
        throw new InstallException(Reason.TOO_SLOW, "no login within a minute: " + last(said.lines()), "");
    }

    /** As ssh-keygen -l shows it; empty where ssh spoke of more than one. */
    Optional<String> hostKey() {
        return said.hostKey();
    }

    /** Runs a command of the host's shell; a connection that is lost is thrown, any other end is an answer. */
    Finished run(String command, Finished.Input input, int seconds) throws InterruptedException {
        try {
            Finished finished = Finished.run(settings.run(socket, host, command), Map.of(), input, seconds);
            if (finished.status() == NO_CONNECTION) {
                throw new InstallException(
                        Reason.CONNECTION_LOST,
                        "the connection was lost"
                                + (finished.err().isBlank() ? "" : ": " + last(lines(finished.err()))),
                        "Run the same again: it goes on where this ended.");
            }
            if (finished.status() == Finished.TOO_LATE) {
                throw new InstallException(
                        Reason.TOO_SLOW, "no end within " + seconds + " seconds", "Run the same again.");
            }
            return finished;
        } catch (IOException e) {
            throw new InstallException(Reason.SSH_MISSING, "cannot start ssh: " + e.getMessage(), "");
        }
    }

    static List<String> lines(String text) {
        return text.lines()
                .filter(line -> !line.isBlank())
                .map(SshConnection::clip)
                .toList();
    }

    static String last(List<String> lines) {
        return lines.isEmpty() ? "ssh said nothing" : lines.getLast();
    }

    private static String clip(String line) {
        return line.substring(0, Math.min(line.length(), MAX_LINE_CHARS));
    }

    @Override
    public void close() {
        master.destroy();
        try {
            if (!master.waitFor(2, TimeUnit.SECONDS)) {
                master.destroyForcibly();
            }
        } catch (InterruptedException e) {
            master.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** What ssh says while it lives, of which the end is kept. */
    static final class Said {
        /** Who may have written a line. */
        enum Source {
            /** ssh's own log, and nothing else. */
            SSH,
            /** Also a jump host or the host, whose banners ssh shows as they are. */
            ANYBODY
        }

        private final Deque<String> kept = new ArrayDeque<>();
        private final Set<String> hostKeys = new HashSet<>();
        private final CountDownLatch keyed = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(Source.values().length);

        void readAll(BufferedReader from, Source source) {
            try (from) {
                for (String line = line(from); line != null; line = line(from)) {
                    take(line, source);
                }
            } catch (IOException closed) {
                // It is over.
            } finally {
                ended.countDown();
            }
        }

        /** A line may be as long as the other side likes; what is above the limit is thrown away, and never begins a line. */
        private static @Nullable String line(BufferedReader from) throws IOException {
            var line = new StringBuilder();
            for (int c = from.read(); c >= 0; c = from.read()) {
                if (c == '\n') {
                    return line.toString();
                }
                if (line.length() < MAX_LINE_CHARS) {
                    line.append((char) c);
                }
            }
            return line.isEmpty() ? null : line.toString();
        }

        private synchronized void take(String line, Source source) {
            if (line.startsWith("debug1: ")) {
                Matcher key = HOST_KEY.matcher(line);
                // Two are as good as many: whoever can add one gains nothing by more.
                if (source == Source.SSH && hostKeys.size() < 2 && key.lookingAt()) {
                    hostKeys.add(key.group(1));
                    keyed.countDown();
                }
                return;
            }
            if (line.isBlank()) {
                return;
            }
            if (kept.size() == KEPT_LINES) {
                kept.removeFirst();
            }
            kept.addLast(line.strip());
        }

        /** None where there were two: one of them would be another's. */
        synchronized Optional<String> hostKey() {
            return hostKeys.size() == 1 ? hostKeys.stream().findFirst() : Optional.empty();
        }

        synchronized List<String> lines() {
            return List.copyOf(kept);
        }

        /** ssh tells its host's key before the connection stands; who reads that may come later. An older connection that it uses tells none. */
        void awaitHostKey() throws InterruptedException {
            boolean _ = keyed.await(1, TimeUnit.SECONDS);
        }

        void awaitEnd() throws InterruptedException {
            boolean _ = ended.await(2, TimeUnit.SECONDS);
        }
    }
}
