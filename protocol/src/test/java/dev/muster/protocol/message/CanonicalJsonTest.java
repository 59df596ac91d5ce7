package dev.muster.protocol.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    private static final ObjectMapper ORACLE = new ObjectMapper();

    @Test
    void ordersNamesAsTheExampleOfRfc8785() {
        String source =
                "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}";
        assertThat(canonical(source))
                .isEqualTo(
                        "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,\"\ud83d\ude00\":5,\"\ufb33\":3}");
    }

    @Test
    void escapesOnlyWhatRfc8785Escapes() {
        assertThat(canonical("{\"a\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\\b\\f\\t\\u007f\"}"))
                .isEqualTo("{\"a\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\\b\\f\\t\u007f\"}");
    }

    @Test
    void dropsSpaceAndKeepsListOrder() {
        assertThat(canonical(" { \"b\" : [ 3 , 1 , { } ] ,\n\"a\" : [ ] , \"c\":true,\"d\":false,\"e\":null } "))
                .isEqualTo("{\"a\":[],\"b\":[3,1,{}],\"c\":true,\"d\":false,\"e\":null}");
    }

    @Test
    void keepsTheWholeRangeOfSigned64Bits() {
        assertThat(canonical("{\"a\":[9223372036854775807,-9223372036854775808,-0]}"))
                .isEqualTo("{\"a\":[9223372036854775807,-9223372036854775808,0]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1.5}|fraction",
                "{\"a\":1e3}|fraction",
                "{\"a\":1.0}|fraction",
                "{\"a\":9223372036854775808}|beyond signed 64 bits",
                "{\"a\":-9223372036854775809}|beyond signed 64 bits",
                "{\"a\":111111111111111111111111111111111}|limit",
                "{\"a\":1,\"a\":2}|the same name twice in one object: \"a\"",
                "{\"b\":1,\"c\":1,\"a\":3,\"\\u0062\":2}|the same name twice in one object: \"b\"",
                "{\"x\":[{\"a\":1,\"a\":1}]}|twice",
                "{\"a\":\"\\ud800\"}|surrogate",
                "{\"a\":\"\\udc00\\ud800\"}|surrogate",
                "{\"\\ud800\":1}|surrogate",
                "[]|a JSON object expected",
                "``|a JSON object expected",
                "17|a JSON object expected",
                "{\"a\":1}{}|text after the JSON object",
                "{\"a\":1} x|not valid JSON",
                "{\"a\":1,}|not valid JSON",
                "{'a':1}|not valid JSON",
                "{a:1}|not valid JSON",
                "{\"a\":01}|not valid JSON",
                "{\"a\":NaN}|not valid JSON",
                "{\"a\":1|not valid JSON",
                "{\"a\":[1|not valid JSON",
                "{\"a\"|not valid JSON",
                "{\"a\":/**/1}|not valid JSON",
            })
    void refusesWithAClearText(String source, String text) {
        assertThatThrownBy(() -> canonical(source))
                .isInstanceOf(MalformedMessage.class)
                .hasMessageContaining(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0xFF, 0xC0, 0xED})
    void refusesBytesThatAreNotUtf8(int bad) {
        byte[] source = {'{', '"', 'a', '"', ':', '"', (byte) bad, (byte) 0xA0, (byte) 0x80, '"', '}'};
        assertThatThrownBy(() -> CanonicalJson.parse(source))
                .isInstanceOf(MalformedMessage.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void refusesUtf16EvenThoughItIsJson() {
        byte[] source = "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_16BE);
        assertThatThrownBy(() -> CanonicalJson.parse(source)).isInstanceOf(MalformedMessage.class);
    }

    @Test
    void acceptsDepth64AndRefuses65() {
        assertThat(canonical(nested(64))).isEqualTo(nested(64));
        assertThatThrownBy(() -> canonical(nested(65)))
                .isInstanceOf(MalformedMessage.class)
                .hasMessageContaining("limit");
    }

    @Test
    void survivesAMillionOpenBrackets() {
        assertThatThrownBy(() -> canonical("{\"a\":" + "[".repeat(1_000_000))).isInstanceOf(MalformedMessage.class);
    }

    @Test
    void refusesADocumentOverTheLimit() {
        String string = "\"" + "x".repeat(1 << 20) + "\"";
        String source = "{\"a\":[" + String.join(",", Collections.nCopies(5, string)) + "]}";
        assertThatThrownBy(() -> canonical(source))
                .isInstanceOf(MalformedMessage.class)
                .hasMessageContaining("limit");
    }

    @Test
    void ordersAHundredThousandShuffledNames() {
        List<Integer> numbers =
                new ArrayList<>(IntStream.range(0, 100_000).boxed().toList());
        Collections.shuffle(numbers, new Random(7));
        String shuffled =
                numbers.stream().map(i -> "\"k%06d\":%d".formatted(i, i)).collect(Collectors.joining(",", "{", "}"));
        Collections.sort(numbers);
        String sorted =
                numbers.stream().map(i -> "\"k%06d\":%d".formatted(i, i)).collect(Collectors.joining(",", "{", "}"));
        assertThat(canonical(shuffled)).isEqualTo(sorted);
    }

    @Test
    void equalsByContentAndNotBySlack() {
        CanonicalJson tight = CanonicalJson.parse("{\"a\":1}".getBytes(UTF_8));
        CanonicalJson loose = CanonicalJson.parse(new ByteArrayInputStream("{ \"a\":1}".getBytes(UTF_8)), 4_000);
        assertThat(loose).isEqualTo(tight).hasSameHashCodeAs(tight).hasToString("{\"a\":1}");
        assertThat(loose.toByteArray()).isEqualTo(tight.toByteArray()).hasSize(loose.size());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithANaiveTreeOnRandomDocuments(long seed) throws Exception {
        var random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            Map<String, Object> tree = randomObject(random, 0);
            byte[] source = ORACLE.writeValueAsBytes(shuffled(tree, random));
            CanonicalJson canonical = CanonicalJson.parse(source);
            assertThat(canonical.toString())
                    .isEqualTo(ORACLE.writeValueAsString(tree).replace("\\u001F", "\\u001f"));
            assertThat(CanonicalJson.parse(canonical.toByteArray())).isEqualTo(canonical);
            assertThat(canonical.size()).isLessThanOrEqualTo(source.length);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14})
    void readsAnyBytesOrThrowsItsOneException(long seed) throws Exception {
        var random = new Random(seed);
        byte[] good = ORACLE.writeValueAsBytes(randomObject(random, 0));
        for (int i = 0; i < 4_000; i++) {
            byte[] bytes = Hostile.mutate(good, random);
            try {
                CanonicalJson.parse(CanonicalJson.parse(bytes).toByteArray());
            } catch (MalformedMessage expected) {
                assertThat(expected).message().isNotBlank().hasSizeLessThan(400).doesNotContain("\n");
            }
        }
    }

    private static String canonical(String source) {
        return CanonicalJson.parse(source.getBytes(UTF_8)).toString();
    }

    private static String nested(int depth) {
        return "{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
    }

    private static Map<String, Object> randomObject(Random random, int depth) {
        Map<String, Object> object = new TreeMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            object.put(randomText(random), randomValue(random, depth + 1));
        }
        return object;
    }

    private static Object randomValue(Random random, int depth) {
        return switch (random.nextInt(depth > 5 ? 3 : 5)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextBoolean();
            case 2 -> randomText(random);
            case 3 -> randomObject(random, depth);
            default ->
                IntStream.range(0, random.nextInt(4))
                        .mapToObj(i -> randomValue(random, depth + 1))
                        .toList();
        };
    }

    /** From every class that orders or escapes differently. */
    private static String randomText(Random random) {
        int[] alphabet = {
            'a', 'b', '"', '\\', '\n', 0x1F, 0x7F, 0xE9, 0x20AC, 0xD7FF, 0xE000, 0xFB33, 0xFFFD, 0x10000, 0x1F600
        };
        var text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }

    private static Map<String, Object> shuffled(Map<String, Object> tree, Random random) {
        List<Map.Entry<String, Object>> members = new ArrayList<>(tree.entrySet());
        Collections.shuffle(members, random);
        Map<String, Object> copy = new LinkedHashMap<>();
        members.forEach(member -> copy.put(member.getKey(), shuffledValue(member.getValue(), random)));
        return copy;
    }

    @SuppressWarnings("unchecked")
    private static Object shuffledValue(Object value, Random random) {
        return value instanceof Map<?, ?> map ? shuffled((Map<String, Object>) map, random) : value;
    }
}
