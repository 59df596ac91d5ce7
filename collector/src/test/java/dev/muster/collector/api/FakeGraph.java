package dev.muster.collector.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.FindingCounts;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostAttributes;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Severity;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.model.Verification;
import dev.muster.collector.model.Waiver;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A graph that holds what a test put into its lists; for tests of the API and of the command line without a database. */
public final class FakeGraph implements GraphReads {
    public static final Instant T = Instant.parse("2026-11-20T14:02:11Z");
    public static final HostId WEB_1 = new HostId(UUID.fromString("019353c1-9a40-7cc4-8a70-5a1c2f0e8d11"));

    public final List<Host> hosts = new CopyOnWriteArrayList<>();
    public final List<StoredFacts> facts = new CopyOnWriteArrayList<>();
    public final List<Finding> findings = new CopyOnWriteArrayList<>();
    public final List<Event> events = new CopyOnWriteArrayList<>();
    public final List<Waiver> waivers = new CopyOnWriteArrayList<>();
    public final SortedMap<LocalDate, JsonNode> scores = new TreeMap<>();
    public final Map<HostId, Marks> marks = new ConcurrentHashMap<>();
    public final List<StandingVerdict> verdicts = new CopyOnWriteArrayList<>();

    /** Answers {@link #query}; given the Cypher. */
    public volatile Function<String, QueryResult> answer =
            cypher -> new QueryResult(List.of(), List.of(), Optional.empty());

    public volatile Map<String, Object> lastParameters = Map.of();
    public volatile QueryLimits lastLimits = QueryLimits.DEFAULT;
    public final List<HostChange> changes = new CopyOnWriteArrayList<>();
    public volatile Optional<ChangeFilter> lastChangeFilter = Optional.empty();
    public volatile Optional<Instant> lastAsOf = Optional.empty();

    public static Host host(HostId id, String name, String os, FindingCounts counts) {
        HostAttributes attributes = new HostAttributes(
                List.of(name, name + ".example.org"), List.of("192.0.2.17", "2001:db8::17"), "ab", os, "0.1.0", "boot");
        return new Host(
                id,
                name,
                HostStatus.UP,
                T.minusSeconds(3600 * 50),
                T,
                attributes,
                counts,
                new Verification(Optional.of(T.minusSeconds(300)), 0));
    }

    public static Finding finding(HostId host, String name, Severity severity, String title, Optional<Instant> closed) {
        Rule rule = new Rule(
                "nist_V-38613",
                title,
                "sshd",
                "security",
                severity,
                "sshd.permitrootlogin == 'no'",
                "Whoever guesses root's password owns the machine, and nobody sees who it was.",
                "Set \"PermitRootLogin no\" in /etc/ssh/sshd_config and reload sshd. Make sure first that somebody else may log in"
                        + " and become root.",
                List.of("V-38613"),
                "server");
        Evidence evidence = new Evidence(
                List.of(new Evidence.Read("sshd.permitrootlogin", JsonNodeFactory.instance.textNode("yes"))),
                "sshd.permitrootlogin == 'no'",
                List.of(),
                0,
                "9f86d0");
        return new Finding(host, name, rule, InstanceKey.unnamed("sshd"), evidence, T, closed);
    }

    public void addFacts(String type, ObjectNode data, FactsStatus status, List<String> denied) {
        Facts reported = new Facts(
                InstanceKey.unnamed(type),
                1,
                status,
                denied,
                List.of(),
                List.of(),
                data,
                T,
                Duration.ofMillis(41),
                "2c26b4");
        LastRun run = new LastRun(T.minusSeconds(60), Optional.of(Duration.ofMinutes(1)), Optional.of(T));
        facts.add(new StoredFacts(reported, T, T, data.toString(), Optional.of(run)));
    }

    public Event addEvent(EventType type, String hostName, String summary) {
        Event event = new Event(
                events.size() + 1L,
                T.plusSeconds(events.size()),
                type,
                Optional.of(WEB_1),
                hostName,
                summary,
                JsonNodeFactory.instance.objectNode());
        events.add(event);
        return event;
    }

    @Override
    public List<Waiver> waivers(WaiverState state) {
        return waivers.stream()
                .filter(waiver -> state == WaiverState.ANY || waiver.ended().isEmpty())
                .toList();
    }

    @Override
    public void eachVerdict(VerdictReader reader) {
        hosts.forEach(host -> verdicts.forEach(verdict -> reader.verdict(host.id(), host.name(), verdict)));
    }

    @Override
    public SortedMap<LocalDate, JsonNode> scores(LocalDate since) {
        return scores.tailMap(since);
    }

    @Override
    public Map<HostId, Marks> marks() {
        return Map.copyOf(marks);
    }

    @Override
    public List<Host> hosts() {
        return List.copyOf(hosts);
    }

    @Override
    public Optional<Host> host(String nameOrId) {
        return hosts.stream()
                .filter(host ->
                        host.name().equals(nameOrId) || host.id().toString().equals(nameOrId))
                .findFirst();
    }

    @Override
    public List<InstanceReport> instances(HostId host) {
        return facts.stream()
                .map(stored -> new InstanceReport(
                        stored.facts().key(),
                        stored.facts().status(),
                        stored.facts().schema(),
                        stored.since(),
                        stored.reported(),
                        stored.facts().hash(),
                        stored.lastRun().orElseThrow()))
                .toList();
    }

    @Override
    public Optional<StoredFacts> facts(HostId host, InstanceKey key) {
        return facts.stream().filter(stored -> stored.facts().key().equals(key)).findFirst();
    }

    @Override
    public Optional<StoredFacts> factsAsOf(HostId host, InstanceKey key, Instant at) {
        lastAsOf = Optional.of(at);
        return facts(host, key).filter(stored -> !stored.since().isAfter(at));
    }

    @Override
    public List<FactsChange> changes(HostId host, InstanceKey key, int limit) {
        return List.of();
    }

    @Override
    public List<HostChange> changes(ChangeFilter filter) {
        lastChangeFilter = Optional.of(filter);
        return changes.stream()
                .filter(change -> filter.host().map(change.host()::equals).orElse(true))
                .filter(change -> filter.type().map(change.key().type()::equals).orElse(true))
                .filter(change -> !change.at().isBefore(filter.since()))
                .limit(filter.limit())
                .toList();
    }

    @Override
    public List<Finding> findingsAsOf(FindingFilter filter, Instant at) {
        lastAsOf = Optional.of(at);
        return findings.stream()
                .filter(finding -> !finding.opened().isAfter(at))
                .toList();
    }

    @Override
    public List<StandingVerdict> verdicts(HostId host) {
        return List.copyOf(verdicts);
    }

    @Override
    public List<Finding> findings(FindingFilter filter) {
        return findings.stream()
                .filter(finding -> filter.host().map(finding.host()::equals).orElse(true))
                .filter(finding ->
                        filter.severity().map(finding.rule().severity()::equals).orElse(true))
                .filter(finding -> switch (filter.state()) {
                    case OPEN -> finding.closed().isEmpty();
                    case CLOSED -> finding.closed().isPresent();
                    case ANY -> true;
                })
                .limit(filter.limit())
                .toList();
    }

    @Override
    public List<Event> events(long afterSeq, int limit) {
        return events.stream()
                .filter(event -> event.seq() > afterSeq)
                .limit(limit)
                .toList();
    }

    @Override
    public Status status() {
        return new Status(
                Map.of(HostStatus.UP, hosts.size()),
                new FindingCounts(40, 1, 3),
                events.size(),
                T,
                2,
                0,
                1,
                "5feceb66ffc86f38");
    }

    @Override
    public List<KnownAgent> agents() {
        return List.of();
    }

    @Override
    public long applied(HostId host, String spool, int channel) {
        return 0;
    }

    @Override
    public List<DeadLetter> deadLetters(int limit) {
        return List.of();
    }

    @Override
    public QueryResult query(String cypher, Map<String, Object> parameters, QueryLimits limits) {
        lastParameters = parameters;
        lastLimits = limits;
        return answer.apply(cypher);
    }

    /** A host with a bit of everything, as people would see it. */
    public static FakeGraph furnished() {
        FakeGraph graph = new FakeGraph();
        graph.hosts.add(host(WEB_1, "web-1", "Debian GNU/Linux 13 (trixie)", new FindingCounts(4, 0, 1)));
        HostId db = new HostId(UUID.fromString("019353c1-9a40-7cc4-8a70-5a1c2f0e8d12"));
        graph.hosts.add(host(db, "db-primary", "Rocky Linux 10.1 (Red Quartz)", FindingCounts.NONE));
        graph.findings.add(finding(
                db, "db-primary", Severity.LOW, "Packets with impossible addresses are logged", Optional.empty()));
        graph.findings.add(
                finding(WEB_1, "web-1", Severity.HIGH, "The SSH daemon lets nobody log in as root", Optional.empty()));
        graph.addFacts(
                "os",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("name", "Debian GNU/Linux")
                        .put("version", "13"),
                FactsStatus.OK,
                List.of());
        graph.changes.add(new HostChange(
                WEB_1,
                "web-1",
                InstanceKey.unnamed("packages"),
                T,
                12,
                List.of(
                        new Alteration(
                                "/data/deb/openssl::amd64",
                                Optional.of(TextNode.valueOf("3.0.11-1")),
                                Optional.of(TextNode.valueOf("3.0.15-1"))),
                        new Alteration("/data/names", Optional.empty(), Optional.of(TextNode.valueOf("tcp\u001bdump"))),
                        new Alteration("/status", Optional.of(TextNode.valueOf("partial")), Optional.empty())),
                5));
        graph.verdicts.add(new StandingVerdict(
                "nist_V-38613", InstanceKey.unnamed("sshd"), Verdict.FAIL, T, Optional.empty(), Optional.empty()));
        graph.verdicts.add(new StandingVerdict(
                "nist_V-38614",
                InstanceKey.unnamed("sshd"),
                Verdict.NA,
                T,
                Optional.empty(),
                Optional.of("there is no sshd here")));
        graph.addEvent(EventType.HOST_NEW, "web-1", "web-1 joined");
        graph.addEvent(EventType.FINDING_OPENED, "web-1", "web-1 out of compliance: nist_V-38613 (high)");
        return graph;
    }
}
