package dev.muster.collector.apply;

import static dev.muster.collector.apply.Rig.facts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.collector.graph.Ledger;
import dev.muster.collector.graph.TestGraph;
import dev.muster.collector.model.HostId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What the worker does while nothing waits. */
@ResourceLock(TestGraph.LOCK)
final class RehearsingTest {
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> entered = new CompletableFuture<>();
    private final CompletableFuture<Void> letGo = new CompletableFuture<>();
    private Rig rig;
    private HostId host;

    @BeforeEach
    void start() {
        rig = new Rig();
        host = rig.enrolled("web-1");
        rig.apply.close();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void rehearsesAllWhileNothingWaits() {
        List<String> all = new CopyOnWriteArrayList<>();
        var rehearsal = rig.test.watched(rig.graph(), none -> {}, all::add).rehearsal();
        while (!rehearsal.isOver()) {
            rehearsal.next();
        }
        start(statement -> {});
        await().untilAsserted(() -> assertThat(done).hasSameSizeAs(all));
        assertThat(done).containsOnly("rehearsed");
    }

    @Test
    void whatComesMeanwhileGoesFirst() {
        start(this::holdTheThird);
        Rig.join(entered);
        CompletableFuture<Outcome.Applied> applied = rig.offer(facts(host, 1, facts("alpha", Map.of("r1", "fail"))));
        letGo.complete(null);
        Rig.join(applied);
        await().until(() -> done.getLast().equals("rehearsed"));
        assertThat(done).startsWith("rehearsed", "rehearsed", "rehearsed", "committed");
        int next = done.subList(3, done.size()).indexOf("rehearsed");
        assertThat(done.subList(3, 3 + next)).containsOnly("committed").hasSizeGreaterThan(2);
        assertThat(done.subList(3 + next, done.size())).containsOnly("rehearsed");
        assertThat(rig.reads().applied(host, Rig.SPOOL, 1)).isEqualTo(1);
    }

    @Test
    void rehearsesNoMoreWhereOneFailedAndGoesOn() {
        start(statement -> {
            if (done.size() == 3) {
                throw new IllegalStateException("the graph is away");
            }
        });
        await().until(() -> done.size() == 3);
        rig.await(facts(host, 1, facts("alpha", Map.of("r1", "fail"))));
        rig.await(facts(host, 2, facts("alpha", Map.of("r1", "pass"))));
        assertThat(done.stream().filter("rehearsed"::equals)).hasSize(3);
        assertThat(rig.reads().applied(host, Rig.SPOOL, 1)).isEqualTo(2);
    }

    @Test
    void stopsAfterTheStatementThatRuns() {
        start(this::holdTheThird);
        Rig.join(entered);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(rig.apply::close);
        await().until(() -> rig.offer(new Input.Nop(host, Rig.SPOOL, 1, 1)).isCompletedExceptionally());
        letGo.complete(null);
        Rig.join(closed);
        assertThat(done).containsExactly("rehearsed", "rehearsed", "rehearsed");
    }

    private void start(Consumer<String> rehearses) {
        Ledger ledger = rig.test.watched(rig.graph(), statement -> done.add("committed"), statement -> {
            done.add("rehearsed");
            rehearses.accept(statement);
        });
        rig.apply = Apply.start(rig.graph(), ledger, new TestJudge("rules-1", 4), Rig.config(), rig.surroundings());
    }

    private void holdTheThird(String statement) {
        if (done.size() == 3) {
            entered.complete(null);
            Rig.join(letGo);
        }
    }
}
