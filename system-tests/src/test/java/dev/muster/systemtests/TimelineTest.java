package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.systemtests.AgentProcess.Commit;
import dev.muster.systemtests.HostTree.State;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TimelineTest {
    private static final String TYPE = "proc_sys";

    @Test
    void allowsNothingButWhatWasAppliedWhereAllWas() {
        Timeline timeline = applied("a", "b", "a");
        assertThat(explains(timeline, "a", "b", "a")).isTrue();
        assertThat(explains(timeline, "a", "b")).isFalse();
        assertThat(explains(timeline, "a")).isFalse();
        assertThat(explains(timeline, "a", "b", "a", "b")).isFalse();
        assertThat(explains(timeline, "b", "a")).isFalse();
        assertThat(explains(timeline, "a", "c", "a")).isFalse();
    }

    @Test
    void aStateThatNobodyWaitedForMayBeMissingAndNotComeLater() {
        Timeline timeline = applied("a");
        timeline.add(state("b"));
        timeline.add(state("c"));
        timeline.applied(Instant.EPOCH);
        assertThat(explains(timeline, "a", "b", "c")).isTrue();
        assertThat(explains(timeline, "a", "c")).isTrue();
        assertThat(explains(timeline, "a", "c", "b")).isFalse();
        assertThat(explains(timeline, "a", "b")).isFalse();
    }

    @Test
    void aStateThatWasSpooledMayBeMissingOnlyWhereAnotherTookItsPlace() {
        Timeline timeline = applied("a");
        timeline.add(state("b"));
        var spooled = new Commit(1, TYPE, false);
        timeline.spooled(List.of(new Commit(1, TYPE, false), spooled));
        timeline.add(state("c"));
        timeline.applied(Instant.EPOCH);
        assertThat(explainsAfter(timeline, new Commit(1, TYPE, true))).isTrue();
        assertThat(explainsAfter(timeline, new Commit(2, TYPE, false))).isTrue();
        assertThat(explainsAfter(timeline, new Commit(1, TYPE, false))).isFalse();
    }

    /** Whether b may be missing. */
    private static boolean explainsAfter(Timeline timeline, Commit next) {
        var first = new Commit(1, TYPE, false);
        return timeline.explains(history("a", "c"), List.of(first, first, next));
    }

    private static Timeline applied(String... values) {
        var timeline = new Timeline(TYPE, state(values[0]));
        Stream.of(values).skip(1).forEach(value -> {
            timeline.add(state(value));
            timeline.applied(Instant.EPOCH);
        });
        return timeline;
    }

    private static boolean explains(Timeline timeline, String... values) {
        return timeline.explains(history(values), List.of());
    }

    private static List<JsonNode> history(String... values) {
        return Stream.of(values).map(value -> state(value).json()).toList();
    }

    private static State state(String value) {
        return new State("ok", JsonNodeFactory.instance.objectNode().put("key", value));
    }
}
