package dev.muster.collector.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AlterationsTest {
    @Test
    void namesEachMemberThatIsAnotherNow() throws Exception {
        assertThat(lines("{'a': {'x/y': 1, 'gone': 'g'}, 'same': [1]}", "{'a': {'x/y': 2, '~': true}, 'same': [1]}"))
                .containsExactly("/a/gone \"g\" -> ", "/a/x~1y 1 -> 2", "/a/~0  -> true");
    }

    @Test
    void takesListsAsSetsWithCounts() throws Exception {
        assertThat(lines("{'l': ['a', 'b', 'b', 'c']}", "{'l': ['c', 'b', 'd', 'd']}"))
                .containsExactlyInAnyOrder("/l \"a\" -> ", "/l \"b\" -> ", "/l  -> \"d\"", "/l  -> \"d\"");
        assertThat(lines("{'l': [1, 2]}", "{'l': [2, 1]}")).isEmpty();
    }

    @Test
    void showsAChangeOfKindAsOneValue() throws Exception {
        assertThat(lines("{'v': {'a': 1}}", "{'v': [1]}")).containsExactly("/v {\"a\":1} -> [1]");
    }

    @Test
    void countsWhatItDoesNotShow() throws Exception {
        var before = new StringBuilder("{'x': 0");
        for (int i = 0; i < 500; i++) {
            before.append(", 'k")
                    .append(i)
                    .append("': '")
                    .append("v".repeat(2_000))
                    .append("'");
        }
        Alterations many = Alterations.between(json(before + "}"), json("{'x': 0}"));
        assertThat(many.total()).isEqualTo(500);
        assertThat(many.shown())
                .hasSize(100)
                .allMatch(one -> one.before().orElseThrow().asText().length() <= 1_001);
    }

    private static List<String> lines(String before, String after) throws Exception {
        return Alterations.between(json(before), json(after)).shown().stream()
                .map(one ->
                        one.path() + " " + one.before().map(JsonNode::toString).orElse("") + " -> "
                                + one.after().map(JsonNode::toString).orElse(""))
                .toList();
    }

    private static JsonNode json(String text) throws Exception {
        return JsonMapper.builder().build().readTree(text.replace('\'', '"'));
    }
}
