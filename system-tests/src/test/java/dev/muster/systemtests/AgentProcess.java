package dev.muster.systemtests;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An agent with a home of its own, which outlives its process. */
final class AgentProcess implements AutoCloseable {
    private static final Pattern CHANGED =
            Pattern.compile("event=facts-changed instance=proc_sys seq=(\\d+) superseded=(\\d+)");
    private static final Pattern COMMITTED =
            Pattern.compile("event=(agent-start|facts-changed instance=(\\S+) seq=\\d+ superseded=(\\d+))");
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Facts of proc_sys that the agent put into its spool.
     *
     * @param superseded how many records had been replaced by newer ones before they were sent, this one's doing included
     */
    record Change(long seq, long superseded) {}

    /**
     * Facts of any type that the agent put into its spool.
     *
     * @param life which process of this agent did: 1 for the first
     * @param supersedes an older record of the type, which was not sent yet, and now never will be
     */
    record Commit(int life, String type, boolean supersedes) {}

    private final Path home;
    private final List<String> prefix;
    private @Nullable Jvm jvm;

    /** @param prefix what goes before java, such as {@code ip netns exec NAME} */
    AgentProcess(Path home, List<String> prefix) throws IOException {
        this.home = home;
        this.prefix = prefix;
        Files.createDirectories(home.resolve("collector-keys"));
    }

    /** The option that switches all types off but these, so that a test can count what comes of them. */
    static String only(String... types) throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("..", "discovery-scripts"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("discovery.yaml")))
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> !List.of(types).contains(name))
                    .sorted()
                    .collect(Collectors.joining(",", "--types-off=", ""));
        }
    }

    /** The collector's public key and a token. */
    void enrol(Path publicKey, String token) throws IOException {
        Files.copy(publicKey, home.resolve("collector-keys/collector.pub"));
        Files.writeString(home.resolve("token"), token);
    }

    void start(String collector, String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of("--collector=" + collector));
        args.addAll(List.of(more));
        launch(args);
    }

    /** By multicast. */
    void startSearching(String... more) throws IOException {
        launch(List.of(more));
    }

    private void launch(List<String> more) throws IOException {
        List<String> args =
                new ArrayList<>(List.of("run", "--home=" + home, "--port=0", "--token-file=" + home.resolve("token")));
        args.addAll(more);
        jvm = Jvm.start(
                "agent",
                "dev.muster.agent.app.AgentMain",
                prefix,
                List.of("-Xms4m", "-Xmx24m", "-Xss256k"),
                args,
                home.resolve("agent.log"));
    }

    /** Another command of the agent's program, to its end; returns what it prints. */
    String run(String... command) throws IOException {
        List<String> args = new ArrayList<>(List.of(command));
        args.add("--home=" + home);
        Path output = Files.createTempFile(home, "command", ".log");
        try (Jvm other =
                Jvm.start("agent", "dev.muster.agent.app.AgentMain", prefix, List.of("-Xmx24m"), args, output)) {
            other.await();
            return other.log();
        }
    }

    Jvm jvm() {
        if (jvm == null) {
            throw new IllegalStateException("not started");
        }
        return jvm;
    }

    String log() {
        return jvm == null ? "" : jvm.log();
    }

    /** Every change of proc_sys, in order, across restarts. */
    List<Change> changes() {
        return CHANGED.matcher(log())
                .results()
                .map((MatchResult match) -> new Change(Long.parseLong(match.group(1)), Long.parseLong(match.group(2))))
                .toList();
    }

    /** Every change of every type, in order, across restarts; of an agent that runs one script at a time. */
    List<Commit> commits() {
        List<Commit> commits = new ArrayList<>();
        int life = 0;
        long before = 0;
        Matcher lines = COMMITTED.matcher(log());
        while (lines.find()) {
            if (lines.group(2) == null) {
                life++;
                before = 0;
                continue;
            }
            long superseded = Long.parseLong(lines.group(3));
            commits.add(new Commit(life, lines.group(2), superseded > before));
            before = superseded;
        }
        return commits;
    }

    /** When the last run of a type began, as the running agent says; empty before the first ended, or where the agent does not answer. */
    Optional<Instant> lastRunBegan(String type) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(home.resolve("run/control")))) {
            channel.write(ByteBuffer.wrap("status\n".getBytes(StandardCharsets.UTF_8)));
            return JSON.readTree(Channels.newInputStream(channel))
                    .path("discovery")
                    .valueStream()
                    .filter(instance -> instance.path("instance").asText().equals(type))
                    .filter(instance -> !instance.path("last_run").asText().isEmpty())
                    .map(instance -> Instant.parse(instance.path("last_run").asText())
                            .minusMillis(instance.path("took_ms").asLong()))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The sequence number of the last change; 0 before the first. */
    long lastChange() {
        return changes().stream().mapToLong(Change::seq).max().orElse(0);
    }

    @Override
    public void close() {
        if (jvm != null) {
            jvm.close();
        }
    }
}
