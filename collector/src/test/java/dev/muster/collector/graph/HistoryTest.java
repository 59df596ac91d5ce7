package dev.muster.collector.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HistoryTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> KEYS = List.of("a", "b/c", "d~e", "", "~1", "/", "0", "-", "é\"\n", "a b");

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void leadsBackFromAnyBodyToAnyOther(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            JsonNode before = object(random, 4);
            JsonNode after = random.nextBoolean() ? object(random, 4) : touched(random, before);
            String delta = History.back(after, before);
            assertThat(History.undo(after, delta)).isEqualTo(before);
        }
    }

    @Test
    void storesSmallChangesAsPatchesAndLargeOnesWhole() {
        ObjectNode before = JSON.objectNode();
        for (int i = 0; i < 100; i++) {
            before.put("key-" + i, "value-" + i);
        }
        ObjectNode little = before.deepCopy().put("key-7", "other");
        assertThat(History.back(little, before))
                .isEqualTo("[{\"op\":\"replace\",\"path\":\"/key-7\",\"value\":\"value-7\"}]");
        assertThat(History.back(JSON.objectNode(), before)).startsWith("{\"whole\":");
    }

    @Test
    void doesNotSpendMinutesOnListsThatHaveNothingInCommon() {
        ObjectNode before = JSON.objectNode();
        ObjectNode after = JSON.objectNode();
        ArrayNode old = before.putArray("list");
        ArrayNode fresh = after.putArray("list");
        for (int i = 0; i < 60_000; i++) {
            old.add("old-" + i);
            fresh.add("new-" + i);
        }
        String delta = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> History.back(after, before));
        assertThat(delta).startsWith("{\"whole\":");
    }

    private static JsonNode touched(Random random, JsonNode body) {
        ObjectNode copy = body.deepCopy();
        copy.set(KEYS.get(random.nextInt(KEYS.size())), value(random, 2));
        copy.remove(KEYS.get(random.nextInt(KEYS.size())));
        return copy;
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> JSON.numberNode(random.nextInt(-3, 3));
            case 1 -> JSON.textNode("text " + random.nextInt(4));
            case 2 -> JSON.booleanNode(random.nextBoolean());
            case 3 -> JSON.nullNode();
            case 4 -> object(random, depth - 1);
            default -> array(random, depth - 1);
        };
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = JSON.objectNode();
        for (int i = random.nextInt(8); i > 0; i--) {
            object.set(KEYS.get(random.nextInt(KEYS.size())), value(random, depth));
        }
        return object;
    }

    private static ArrayNode array(Random random, int depth) {
        ArrayNode array = JSON.arrayNode();
        for (int i = random.nextInt(6); i > 0; i--) {
            array.add(value(random, depth));
        }
        return array;
    }
}
