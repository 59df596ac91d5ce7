package dev.muster.collector.graph;

import dev.muster.collector.graph.GraphException.Kind;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.Silence;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.neo4j.driver.Driver;
import org.neo4j.driver.Record;
import org.neo4j.driver.Session;
import org.neo4j.driver.SimpleQueryRunner;
import org.neo4j.driver.TransactionCallback;
import org.neo4j.driver.TransactionContext;
import org.neo4j.driver.Value;
import org.neo4j.driver.exceptions.Neo4jException;

/**
 * The collector's own commits, and what it must know before it decides on one. For one worker; calls block on the graph.
 *
 * <p>Every commit begins by taking the lock on Meta and comparing the order there with the one that the worker started from. So a commit
 * whose answer was lost is never done twice, and a second collector on the same graph is noticed before it does harm.
 */
public final class Ledger {
    /** Keeps a transaction short, since commits wait for it. */
    private static final int DELETED_AT_ONCE = 1_000;

    private final Driver driver;
    private final ProjectionStatements projecting;
    private final Probe probe;

    Ledger(Driver driver, ProjectionStatements projecting, Probe probe) {
        this.driver = driver;
        this.projecting = projecting;
        this.probe = probe;
    }

    /** Called ahead of each statement, where a test watches or breaks it. */
    interface Probe {
        default void commits(String cypher) {}

        default void rehearses(String cypher) {}
    }

    /**
     * The one order of all commits.
     *
     * @param seq number of the last event
     * @param at time of the last commit
     */
    public record Order(long seq, Instant at) {}

    /**
     * All or nothing, and durable on return. Tries again for half a minute where the graph says that this may help.
     *
     * @throws GraphException of kind TRANSIENT where the graph stayed away or moved on: read again and decide anew; FAILED where the
     *     graph will never take it
     */
    public void commit(Order from, Order to, List<Write> writes) {
        List<Map<Statement, List<Map<String, Object>>>> waves = waves(writes);
        List<ProjectionStatements.Step> shown = projecting.steps(writes);
        try (Session session = driver.session()) {
            session.executeWriteWithoutResult(tx -> {
                try {
                    move(tx, from, to);
                    waves.forEach(wave -> wave.forEach((statement, rows) -> run(tx, statement, rows)));
                    shown.forEach(step -> {
                        probe.commits(step.cypher());
                        tx.run(step.cypher(), Rows.batch(step.rows())).consume();
                    });
                } catch (Neo4jException e) {
                    // Said in here, since the driver would try a transaction that is too large again for half a minute.
                    throw Bolt.isTooLarge(e) ? Bolt.translated(e) : e;
                }
            });
        } catch (Neo4jException e) {
            throw Bolt.translated(e);
        } catch (IllegalStateException e) {
            throw Bolt.closed(e);
        }
    }

    private static void move(TransactionContext tx, Order from, Order to) {
        Order stands = lock(tx);
        if (!stands.equals(from)) {
            throw new GraphException(
                    Kind.TRANSIENT, "The graph stands at " + stands + ", not at " + from + ": somebody else wrote");
        }
        release(tx, to);
    }

    /** Every commit begins with this, and with {@link #release}. */
    static Order lock(SimpleQueryRunner tx) {
        return order(tx.run("MATCH (m:Meta {id: 1}) SET m.lock = true RETURN m.seq AS seq, m.at AS at")
                .single());
    }

    static void release(SimpleQueryRunner tx, Order to) {
        tx.run(
                        "MATCH (m:Meta {id: 1}) SET m.seq = $seq, m.at = $at REMOVE m.lock",
                        Map.of("seq", to.seq(), "at", Rows.time(to.at())))
                .consume();
    }

    private void run(TransactionContext tx, Statement statement, List<Map<String, Object>> rows) {
        probe.commits(statement.cypher());
        var result = tx.run(statement.cypher(), Rows.batch(rows));
        if (statement != Statement.ADVANCE) {
            result.consume();
            return;
        }
        if (result.single().get("advanced").asInt() != rows.size()) {
            throw new GraphException(Kind.TRANSIENT, "A sequence number in the graph is not the one expected");
        }
    }

    /** The statements of a first report and of everything that the collector keeps itself, to be planned before they are needed. */
    public Rehearsal rehearsal() {
        Stream<String> own = Arrays.stream(Statement.values()).map(Statement::cypher);
        List<String> all = Stream.concat(own, projecting.puts().stream()).toList();
        return new Rehearsal(driver, all, probe);
    }

    /** Deletes what no host's facts lead to any more, some at a time. */
    public void sweep() {
        projecting.sweeps().forEach(this::deleteAll);
    }

    /** Deletes what facts became by declarations that are no longer there, and notes what they can become now. */
    public void adoptLabels() {
        List<String> declared = projecting.labels();
        List<String> before = read(tx -> tx.run("MATCH (m:Meta {id: 1}) RETURN m.projectedLabels AS labels")
                .single()
                .get("labels")
                .asList(Value::asString, List.of()));
        if (before.equals(declared)) {
            return;
        }
        before.stream()
                .filter(label -> !declared.contains(label) && label.matches("[A-Za-z]+"))
                .forEach(label -> deleteAll(
                        "MATCH (n:%s) WITH n LIMIT $limit DETACH DELETE n RETURN count(*) AS done".formatted(label)));
        Bolt.write(
                driver,
                tx -> tx.run("MATCH (m:Meta {id: 1}) SET m.projectedLabels = $labels", Map.of("labels", declared))
                        .consume());
    }

    /** @param statement deletes up to {@code $limit} and returns how many */
    private void deleteAll(String statement) {
        long done;
        do {
            done = Bolt.write(driver, tx -> {
                tx.run("MATCH (m:Meta {id: 1}) SET m.lock = true REMOVE m.lock").consume();
                return tx.run(statement, Map.of("limit", DELETED_AT_ONCE))
                        .single()
                        .get("done")
                        .asLong();
            });
        } while (done == DELETED_AT_ONCE);
    }

    /** Groups rows by statement, so that each wave holds an entity at most once a statement: rows of one statement see no order. */
    private static List<Map<Statement, List<Map<String, Object>>>> waves(List<Write> writes) {
        List<Map<Statement, List<Map<String, Object>>>> waves = new ArrayList<>();
        var level = new HashMap<String, Integer>();
        for (Write write : writes) {
            List<Rows.Row> rows = Rows.of(write);
            if (rows.isEmpty()) {
                continue;
            }
            int at = level.merge(family(write) + "/" + rows.getFirst().entity(), 0, (seen, none) -> seen + 1);
            while (waves.size() <= at) {
                waves.add(new EnumMap<>(Statement.class));
            }
            for (Rows.Row row : rows) {
                waves.get(at)
                        .computeIfAbsent(row.statement(), statement -> new ArrayList<>())
                        .add(row.values());
            }
        }
        return waves;
    }

    /** Writes of one family and entity are done in their order. */
    private static String family(Write write) {
        return switch (write) {
            case Write.OpenFinding _, Write.CloseFinding _, Write.CloseWaived _, Write.ShowEvidence _ -> "Finding";
            case Write.BindAgent _, Write.RevokeAgent _ -> "Agent";
            default -> write.getClass().getSimpleName();
        };
    }

    /** Where the last commit left off. */
    public Order order() {
        return read(tx -> order(
                tx.run("MATCH (m:Meta {id: 1}) RETURN m.seq AS seq, m.at AS at").single()));
    }

    private static Order order(Record meta) {
        return new Order(
                meta.get("seq").asLong(), meta.get("at").asOffsetDateTime().toInstant());
    }

    /** Every agent's key that was ever bound, those revoked with {@code validTo}. */
    public List<BoundAgent> agents() {
        return read(tx -> tx.run("""
                        MATCH (h:Host)<-[:SPEAKS_FOR]-(a:Agent)
                        RETURN a.keyId AS keyId, a.publicKey AS publicKey, h.id AS host, h.name AS hostName,
                            a.validTo IS NOT NULL AS revoked, a.replaces AS replaces""").list(Ledger::agent));
    }

    private static BoundAgent agent(Record row) {
        var agent = new KnownAgent(
                row.get("keyId").asString(),
                row.get("publicKey").asString(),
                HostId.parse(row.get("host").asString()),
                row.get("hostName").asString());
        return new BoundAgent(
                agent,
                row.get("revoked").asBoolean() ? BoundAgent.State.REVOKED : BoundAgent.State.VALID,
                Optional.ofNullable(row.get("replaces").asString(null)));
    }

    /**
     * An agent and whether it may still speak.
     *
     * @param replaces the key that named it as the next; while that is valid, this one was not used yet
     */
    public record BoundAgent(KnownAgent agent, State state, Optional<String> replaces) {
        public enum State {
            VALID,
            REVOKED
        }
    }

    /** All hosts that are not retired, as far as others must know them. */
    public List<StoredMember> members() {
        return read(tx -> tx.run("""
                        MATCH (h:Host) WHERE h.status <> 'retired'
                        OPTIONAL MATCH (h)<-[:SPEAKS_FOR]-(a:Agent) WHERE a.validTo IS NULL
                            AND NOT EXISTS { MATCH (old:Agent {keyId: a.replaces}) WHERE old.validTo IS NULL }
                        RETURN h, max(a.publicKey) AS publicKey,
                            [(h)-[n:NEXT]->(other) | [n.ring, other.id]] AS next""").list(Ledger::member));
    }

    private static StoredMember member(Record row) {
        Value node = row.get("h");
        Map<String, HostId> next = new HashMap<>();
        row.get("next")
                .values()
                .forEach(pair -> next.put(
                        pair.get(0).asString(), HostId.parse(pair.get(1).asString())));
        return new StoredMember(
                HostLoading.host(node),
                Optional.ofNullable(row.get("publicKey").asString(null)),
                SocketText.parse(node.get("agentAt").asString("")),
                node.get("agentRun").isNull()
                        ? OptionalLong.empty()
                        : OptionalLong.of(node.get("agentRun").asLong()),
                next);
    }

    /**
     * A host in its ring.
     *
     * @param publicKey of its agent, base64; empty while no key speaks for it
     * @param agentAt where its agent was seen last
     * @param agentRun its agent's process, as it names itself
     * @param next who comes after it, by ring
     */
    public record StoredMember(
            Host host,
            Optional<String> publicKey,
            Optional<InetSocketAddress> agentAt,
            OptionalLong agentRun,
            Map<String, HostId> next) {
        public StoredMember {
            next = Map.copyOf(next);
        }
    }

    /** Who does not hear whom. */
    public List<Silence> silences() {
        return read(tx -> tx.run(
                        "MATCH (r:Host)-[s:HEARS_NOT]->(h:Host) RETURN r.id AS reporter, h.id AS host, s.state AS state")
                .list(row -> new Silence(
                        HostId.parse(row.get("reporter").asString()),
                        HostId.parse(row.get("host").asString()),
                        Silence.State.of(row.get("state").asString()))));
    }

    /** All names that hosts are shown by. */
    public Set<String> hostNames() {
        return Set.copyOf(read(tx -> tx.run("MATCH (h:Host) RETURN h.name AS name")
                .list(row -> row.get("name").asString())));
    }

    public Optional<Write.EnrolmentToken> token(String hash) {
        return read(tx -> tx
                .run(
                        "MATCH (t:Token {hash: $hash}) RETURN t.usesLeft AS usesLeft, t.expires AS expires, t.created AS created",
                        Map.of("hash", hash))
                .list(row -> new Write.EnrolmentToken(
                        hash,
                        row.get("usesLeft").asInt(),
                        row.get("expires").asOffsetDateTime().toInstant(),
                        row.get("created").asOffsetDateTime().toInstant()))
                .stream()
                .findFirst());
    }

    /** Everything about a host that decisions need. */
    public Optional<HostRecord> host(HostId id) {
        return read(tx -> HostLoading.load(tx, id));
    }

    /** Hosts whose verdicts come from another rule set. */
    public List<HostId> notJudgedBy(String ruleSet, int limit) {
        return read(tx -> tx.run(
                        "MATCH (h:Host) WHERE h.judgedBy <> $hash AND h.status <> 'retired' RETURN h.id AS id ORDER BY id LIMIT $limit",
                        Map.of("hash", ruleSet, "limit", limit))
                .list(row -> HostId.parse(row.get("id").asString())));
    }

    /** Hosts that were not judged on that day by the rules that read the date. */
    public List<HostId> notJudgedOn(LocalDate day, int limit) {
        return read(tx -> tx.run("""
                        MATCH (h:Host) WHERE (h.judgedOn IS NULL OR h.judgedOn < $day) AND h.status <> 'retired'
                        RETURN h.id AS id ORDER BY id LIMIT $limit""", Map.of("day", day, "limit", limit))
                .list(row -> HostId.parse(row.get("id").asString())));
    }

    /** Every waiver in force, and those that ended and are not carried out yet; by time of creation. */
    public List<StandingWaiver> waivers() {
        return read(tx -> tx.run("""
                        MATCH (w:Waiver) WHERE w.ended IS NULL OR w.settledThrough <> $everywhere
                        RETURN w ORDER BY w.created, w.id""", Map.of("everywhere", StandingWaiver.EVERYWHERE))
                .list(row -> WaiverReads.standing(row.get("w"))));
    }

    /**
     * Hosts on which the beginning or the end of a waiver may change a verdict: those with an open finding or a waived verdict of one
     * of the rules.
     *
     * @param after only ids above it
     * @return by id
     */
    public List<MarkedHost> hostsToSettle(Collection<String> rules, Collection<String> types, String after, int limit) {
        return read(tx -> tx.run(
                        """
                        MATCH (h:Host) WHERE h.id > $after AND h.status <> 'retired' AND (
                            EXISTS { MATCH (h)<-[:ON]-(f:Finding)-[:OF]->(r:Rule)
                                WHERE f.openKey IS NOT NULL AND r.id IN $rules }
                            OR EXISTS { MATCH (h)-[:JUDGED]->(v:Verdicts)
                                WHERE v.type IN $types AND v.json CONTAINS '["waived",' })
                        RETURN h ORDER BY h.id LIMIT $limit""",
                        Map.of(
                                "after",
                                after,
                                "rules",
                                List.copyOf(rules),
                                "types",
                                List.copyOf(types),
                                "limit",
                                limit))
                .list(row -> new MarkedHost(
                        HostId.parse(row.get("h").get("id").asString()),
                        row.get("h").get("name").asString(),
                        HostLoading.marks(row.get("h")))));
    }

    /** As much of a host as tells whether a waiver is about it. */
    public record MarkedHost(HostId id, String name, Marks marks) {}

    /** Hosts whose nodes and edges come from none of these declarations. */
    public List<HostId> notProjectedBy(List<String> declarations, int limit) {
        return read(tx -> tx.run("""
                        MATCH (h:Host) WHERE NOT coalesce(h.projectedBy, '') IN $declarations AND h.status <> 'retired'
                        RETURN h.id AS id ORDER BY id LIMIT $limit""", Map.of("declarations", declarations, "limit", limit))
                .list(row -> HostId.parse(row.get("id").asString())));
    }

    /** The hash of the rule set in force; empty before the first. */
    public String ruleSet() {
        return read(tx -> tx.run("MATCH (m:Meta {id: 1}) RETURN m.ruleSetHash AS hash")
                .single()
                .get("hash")
                .asString());
    }

    /** What a rule set that was being taken into force has done so far. */
    public Write.RuleSetProgress progress(String ruleSet) {
        return read(tx -> tx
                .run(
                        "MATCH (s:RuleSet {hash: $hash}) RETURN coalesce(s.hosts, 0) AS hosts,"
                                + " coalesce(s.opened, 0) AS opened, coalesce(s.cleared, 0) AS cleared",
                        Map.of("hash", ruleSet))
                .list(row -> new Write.RuleSetProgress(
                        row.get("hosts").asLong(),
                        row.get("opened").asLong(),
                        row.get("cleared").asLong(),
                        Write.RuleSetProgress.State.JUDGING))
                .stream()
                .findFirst()
                .orElse(new Write.RuleSetProgress(0, 0, 0, Write.RuleSetProgress.State.JUDGING)));
    }

    private <T> T read(TransactionCallback<T> work) {
        return Bolt.read(driver, work);
    }
}
