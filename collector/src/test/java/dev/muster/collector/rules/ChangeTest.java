package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

final class ChangeTest {
    @Test
    void aConditionIsChangedInOnePlaceAtATime() {
        assertThat(Change.of("facts.a <= 5 && !(facts.b in [\"x\"])"))
                .extracting(Change::text)
                .containsExactly(
                        "facts.a > 5 && !(facts.b in [\"x\"])",
                        "facts.a < 5 && !(facts.b in [\"x\"])",
                        "facts.a <= 6 && !(facts.b in [\"x\"])",
                        "facts.a <= (4) && !(facts.b in [\"x\"])",
                        "facts.a <= 5 || !(facts.b in [\"x\"])",
                        "facts.a <= 5 && (facts.b in [\"x\"])",
                        "facts.a <= 5 && !(!(facts.b in [\"x\"]))",
                        "facts.a <= 5 && !(facts.b in [\"x~\"])");
    }

    @Test
    void inIsTurnedWithBothItsOperands() {
        assertThat(Change.of("a && \"x y\" in facts[\"k\"].list || (p ? q : r).s in f(1, [2])"))
                .filteredOn(change -> change.what().equals("in → not in"))
                .extracting(Change::text)
                .containsExactly(
                        "a && !(\"x y\" in facts[\"k\"].list) || (p ? q : r).s in f(1, [2])",
                        "a && \"x y\" in facts[\"k\"].list || !((p ? q : r).s in f(1, [2]))");
    }

    @Test
    void aModeGetsABitMoreAndABitLess() {
        assertThat(Change.of("\"0640\"")).extracting(Change::text).containsExactly("\"0644\"", "\"0600\"");
        assertThat(Change.of("'7755'")).extracting(Change::text).containsExactly("'7775'", "'7754'");
    }

    @Test
    void aVersionBecomesTheNext() {
        assertThat(Change.of("'25.0'")).extracting(Change::text).containsExactly("'25.1'");
    }

    @Test
    void aTextWhoseStartIsAskedForIsChangedThere() {
        assertThat(Change.of("\"/a\".startsWith(p)")).extracting(Change::text).containsExactly("\"~/a\".startsWith(p)");
    }

    @Test
    void aPatternLosesOneWordAtATime() {
        assertThat(Change.of("x.matches('(?i)^(ab|cd)[a-z]\\\\b$')"))
                .extracting(Change::text)
                .containsExactly(
                        "x.matches('(?i)^(ab|cd)[a-z]\\\\b$~')",
                        "x.matches('(?i)^(ab~|cd)[a-z]\\\\b$')",
                        "x.matches('(?i)^(ab|cd~)[a-z]\\\\b$')");
    }

    @Test
    void aParameterBecomesAValueBesideIts() {
        assertThat(Change.ofValue(FakeFacts.json("4")))
                .extracting(JsonNode::asInt)
                .containsExactly(5, 3);
        assertThat(Change.ofValue(FakeFacts.json("true")))
                .extracting(JsonNode::asBoolean)
                .containsExactly(false);
        assertThat(Change.ofValue(FakeFacts.json("[\"a\", \"b\"]")))
                .extracting(JsonNode::toString)
                .containsExactly("[\"a~\",\"b\"]", "[\"a\",\"b~\"]");
        assertThat(Change.ofValue(FakeFacts.json("[]"))).isEmpty();
    }
}
