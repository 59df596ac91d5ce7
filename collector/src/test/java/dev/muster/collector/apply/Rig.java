package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.apply.Input.HelloSeen.LastRun;
import dev.muster.collector.graph.Graph;
import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.model.AgentOrders;
import dev.muster.collector.model.AgentTrust;
import dev.muster.collector.model.CommitListener;
import dev.muster.collector.model.EnrolmentPolicy;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.HostAttributes;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.Neighbour;
import dev.muster.collector.model.Wish;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Apply on a real graph, with a clock that stands still until told, and what it told its ports. */
final class Rig implements AutoCloseable, AgentTrust, CommitListener, AgentOrders {
    static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
    static final List<Wish> WISHES =
            List.of(new Wish("fileattrs", "", Wish.Run.ON, Optional.empty(), new TreeMap<>(Map.of("paths", "/etc"))));
    static final String SPOOL = "00112233445566778899aabbccddeeff";

    final TestGraph test = TestGraph.empty();
    final List<KnownAgent> trusted = new CopyOnWriteArrayList<>();
    final List<String> revoked = new CopyOnWriteArrayList<>();
    final List<Event> told = new CopyOnWriteArrayList<>();
    final Map<HostId, List<Neighbour>> neighbours = new ConcurrentHashMap<>();
    final Map<HostId, List<Wish>> wishes = new ConcurrentHashMap<>();
    final List<HostId> toldNeighbours = new CopyOnWriteArrayList<>();
    volatile MembersListener lookout = (members, concerned) -> {};
    volatile Instant now = START;
    Apply apply;

    Rig() {
        this(new TestJudge("rules-1", 4));
    }

    Rig(Judge judge) {
        apply = start(judge, config());
    }

    static ApplyConfig config() {
        return new ApplyConfig(EnrolmentPolicy.APPROVE, Set.of(), Duration.ofSeconds(10), 1_000, 32L << 20, 32L << 20);
    }

    Graph graph() {
        return test.graph();
    }

    GraphReads reads() {
        return graph().reads();
    }

    Apply start(Judge judge, ApplyConfig config) {
        return Apply.start(graph(), judge, config, surroundings());
    }

    Apply.Surroundings surroundings() {
        return new Apply.Surroundings(() -> now, new SecureRandom(), this, this, watching());
    }

    private Watching watching() {
        return new Watching(this, host -> WISHES, (members, concerned) -> lookout.committed(members, concerned));
    }

    static Input.HelloSeen hello(HostId host, HostAttributes attributes) {
        var from = new InetSocketAddress("192.0.2.1", 1984);
        return new Input.HelloSeen(host, attributes, from, 1, LastRun.UNKNOWN, "");
    }

    /** As after a restart of the collector: everything in memory is gone. */
    void restart(Judge judge) {
        apply.close();
        trusted.clear();
        revoked.clear();
        apply = start(judge, config());
    }

    void advance(Duration by) {
        now = now.plus(by);
    }

    <R extends Outcome> CompletableFuture<R> offer(Input<R> input) {
        return apply.offer(input).orElseThrow().toCompletableFuture();
    }

    <R extends Outcome> R await(Input<R> input) {
        return join(offer(input));
    }

    static <R> R join(CompletableFuture<R> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    HostId enrolled(String name) {
        Outcome.TokenCreated token = await(new Input.CreateToken(1, now.plus(Duration.ofHours(1))));
        Outcome.Enrolment outcome = await(enrol(name, "key-" + name, Optional.of(token.token())));
        return ((Outcome.Enrolment.Trusted) outcome).host();
    }

    static Input.Enrol enrol(String name, String keyId, Optional<String> token) {
        return new Input.Enrol("cHVibGlj" + keyId, keyId, attributes(name), "192.0.2.1", token);
    }

    static HostAttributes attributes(String name) {
        return new HostAttributes(List.of(name), List.of("192.0.2.1"), "ab", "Debian 12", "0.1.0", "boot-1");
    }

    static Input.FactsRecord facts(HostId host, long seq, Facts facts) {
        return new Input.FactsRecord(host, SPOOL, 1, seq, facts);
    }

    static Facts facts(String type, Map<String, String> data) {
        return facts(type, FactsStatus.OK, data);
    }

    static Facts facts(String type, FactsStatus status, Map<String, String> data) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        data.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(e -> node.put(e.getKey(), e.getValue()));
        List<String> denied = status == FactsStatus.DENIED ? List.of("/etc/shadow") : List.of();
        return new Facts(
                InstanceKey.unnamed(type),
                1,
                status,
                denied,
                List.of(),
                List.of(),
                node,
                START,
                Duration.ofMillis(5),
                hash(status + node.toString()));
    }

    /** Facts with any data; the paths in {@code truncated} were cut. */
    static Facts facts(String type, FactsStatus status, List<String> truncated, ObjectNode data) {
        return new Facts(
                InstanceKey.unnamed(type),
                1,
                status,
                List.of(),
                List.of(),
                truncated,
                data,
                START,
                Duration.ofMillis(5),
                hash(status + truncated.toString() + data));
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Event> events() {
        return reads().events(0, 10_000);
    }

    List<Event> events(EventType type) {
        return events().stream().filter(event -> event.type() == type).toList();
    }

    @Override
    public void known(List<KnownAgent> agents, Set<String> revokedKeys) {
        trusted.addAll(agents);
        revoked.addAll(revokedKeys);
    }

    @Override
    public void trusted(KnownAgent agent) {
        trusted.add(agent);
    }

    @Override
    public void revoked(String keyId) {
        revoked.add(keyId);
    }

    @Override
    public void neighbours(HostId host, List<Neighbour> told) {
        neighbours.put(host, told);
        toldNeighbours.add(host);
    }

    @Override
    public void wishes(HostId host, List<Wish> told) {
        wishes.put(host, told);
    }

    @Override
    public void committed(List<Event> events, OutboxChange outbox) {
        told.addAll(events);
    }

    @Override
    public void close() {
        apply.close();
        test.close();
    }
}
