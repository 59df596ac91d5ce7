package dev.muster.collector.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.collector.graph.GraphException.Kind;
import dev.muster.collector.graph.projection.Difference;
import dev.muster.collector.graph.projection.EdgeKind;
import dev.muster.collector.graph.projection.EdgeRef;
import dev.muster.collector.graph.projection.GraphSchema;
import dev.muster.collector.graph.projection.NodeKind;
import dev.muster.collector.graph.projection.NodeKind.Owner;
import dev.muster.collector.graph.projection.NodeRef;
import dev.muster.collector.model.HostId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(TestGraph.LOCK)
final class RehearsalTest {
    private static final Instant AT = Instant.parse("2026-11-21T10:00:00Z");
    private static final HostId HOST = HostId.parse("01920000-0000-7000-8000-000000000001");

    private final List<String> rehearsed = new ArrayList<>();
    private final List<String> committed = new ArrayList<>();
    private TestGraph test;
    private Ledger ledger;

    @BeforeEach
    void borrow() {
        test = TestGraph.empty();
        ledger = test.watched(test.graph(), committed::add, rehearsed::add);
    }

    @AfterEach
    void giveBack() {
        test.close();
    }

    @Test
    void rehearsesEveryStatementOfAFirstReportAndOfTheCollectorsOwn() {
        rehearse();
        commit(firstReport());
        assertThat(rehearsed)
                .doesNotHaveDuplicates()
                .containsAll(committed)
                .containsAll(
                        Arrays.stream(Statement.values()).map(Statement::cypher).toList());
    }

    @Test
    void aCommitOfAnySizeMakesNoPlanThatTheRehearsalDidNotMake() {
        Ledger.Order from = ledger.order();
        plans();
        rehearse();
        int afterRehearsal = plans();
        rehearse();
        ledger.commit(from, new Ledger.Order(1, AT), firstReport());
        ledger.commit(new Ledger.Order(1, AT), new Ledger.Order(2, AT), tokens(120));
        assertThat(plans()).isEqualTo(afterRehearsal).isGreaterThanOrEqualTo(rehearsed.size());
    }

    @Test
    void leavesTheGraphAsItIs() {
        commit(Stream.concat(firstReport().stream(), tokens(3).stream()).toList());
        List<String> before = everything();
        rehearse();
        assertThat(everything()).isEqualTo(before).hasSizeGreaterThan(10);
    }

    @Test
    void isOverOnceTheGraphFails() {
        Graph doomed = test.reopened();
        Rehearsal rehearsal = doomed.ledger().rehearsal();
        rehearsal.next();
        assertThat(rehearsal.isOver()).isFalse();
        doomed.close();
        assertThatThrownBy(rehearsal::next)
                .isInstanceOfSatisfying(
                        GraphException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
        assertThat(rehearsal.isOver()).isTrue();
    }

    private void rehearse() {
        rehearsed.clear();
        Rehearsal rehearsal = ledger.rehearsal();
        while (!rehearsal.isOver()) {
            rehearsal.next();
        }
    }

    private void commit(List<Write> writes) {
        Ledger.Order from = ledger.order();
        ledger.commit(from, new Ledger.Order(from.seq() + 1, AT), writes);
    }

    /** How many plans the graph kept, by its answer to clearing them. */
    private int plans() {
        String cleared = test.run("CALL db.clearQueryCaches()", Map.of()).getFirst();
        return Integer.parseInt(cleared.replaceAll("[^0-9]", ""));
    }

    private List<String> everything() {
        return Stream.concat(
                        test
                                .run(
                                        "MATCH (n) RETURN toString(elementId(n)) + labels(n)[0] + reduce(all = '', k IN keys(n) |"
                                                + " all + k + '=' + toStringOrNull(coalesce(n[k], '')) + ' ') AS node ORDER BY node",
                                        Map.of())
                                .stream(),
                        test
                                .run(
                                        "MATCH (a)-[r]->(b) RETURN elementId(a) + type(r) + elementId(b) AS edge ORDER BY edge",
                                        Map.of())
                                .stream())
                .toList();
    }

    /** A node and an edge of every kind that facts can become. */
    private List<Write> firstReport() {
        GraphSchema schema = test.graph().projections().schema();
        Map<NodeRef, Map<String, Object>> nodes = schema.nodes().stream()
                .filter(kind -> kind.owner() != Owner.COLLECTOR)
                .collect(Collectors.toMap(kind -> new NodeRef(kind, key(kind)), kind -> Map.of()));
        Set<EdgeRef> edges = schema.edges().stream()
                .filter(kind -> !kind.declaredBy().isEmpty())
                .map(RehearsalTest::edge)
                .collect(Collectors.toSet());
        return List.of(
                tokens(1).getFirst(),
                new Write.Show(HOST, new Difference(Set.of(), Set.of(), nodes, Map.of(), edges), AT));
    }

    private static EdgeRef edge(EdgeKind kind) {
        return new EdgeRef(kind, key(kind.from()), key(kind.to()));
    }

    private static String key(NodeKind kind) {
        return HOST + "/" + kind.label();
    }

    private static List<Write> tokens(int count) {
        return IntStream.range(0, count)
                .<Write>mapToObj(i -> new Write.PutToken(new Write.EnrolmentToken("hash-" + i, 1, AT, AT)))
                .toList();
    }
}
