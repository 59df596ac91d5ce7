package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A condition changed in one operator or one constant.
 *
 * <p>Changes that mean the same for every host are not made: each constant becomes another of its kind (a number the next
 * ones, a mode one with a bit more and one with a bit less, a version the next), a pattern loses one of its words at a time, and a text becomes one
 * that no host says: changed at its end, which does not matter where its start is asked for, so there at its start.
 *
 * @param what was changed, for people
 * @param text that it became
 */
record Change(String what, String text) {
    private static final Pattern TOKEN = Pattern.compile(
            "\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|[A-Za-z_][A-Za-z0-9_]*|[0-9]+(?:\\.[0-9]+)?|==|!=|<=|>=|&&|\\|\\||[<>!]");

    private static final String IN = "in";

    /** A word in a pattern; flags, classes and escapes are none. */
    private static final Pattern WORD = Pattern.compile("(?<![\\\\A-Za-z0-9_?\\[])[A-Za-z0-9_]{2,}");

    private static final Pattern MODE = Pattern.compile("[0-7]{4}");
    private static final Pattern VERSION = Pattern.compile("([0-9]+(?:\\.[0-9]+)*\\.)([0-9]{1,4})");

    private static final Map<String, List<String>> FLIPS = Map.ofEntries(
            Map.entry("==", List.of("!=")),
            Map.entry("!=", List.of("==")),
            Map.entry("<", List.of(">=", "<=")),
            Map.entry("<=", List.of(">", "<")),
            Map.entry(">", List.of("<=", ">=")),
            Map.entry(">=", List.of("<", ">")),
            Map.entry("&&", List.of("||")),
            Map.entry("||", List.of("&&")),
            Map.entry("!", List.of("")),
            Map.entry("true", List.of("false")),
            Map.entry("false", List.of("true")),
            Map.entry("all", List.of("exists")),
            Map.entry("exists", List.of("all")));

    /** Every change of a condition; some do not compile. */
    static List<Change> of(String condition) {
        var changes = new ArrayList<Change>();
        Matcher token = TOKEN.matcher(condition);
        while (token.find()) {
            String before = condition.substring(0, token.start());
            String after = condition.substring(token.end());
            if (token.group().equals(IN)) {
                changes.add(new Change("in → not in", notIn(before, after)));
            }
            for (String other : others(token.group(), before, after)) {
                String what = token.group() + " → " + (other.isEmpty() ? "nothing" : other);
                changes.add(new Change(what, before + other + after));
            }
        }
        return changes;
    }

    /** Values beside one of a parameter. Of a list each element is changed at a time. */
    static List<JsonNode> ofValue(JsonNode value) {
        var nodes = JsonNodeFactory.instance;
        if (value.isTextual()) {
            return otherTexts(value.textValue(), "").stream()
                    .<JsonNode>map(nodes::textNode)
                    .toList();
        }
        if (value.isIntegralNumber()) {
            return List.of(nodes.numberNode(value.longValue() + 1), nodes.numberNode(value.longValue() - 1));
        }
        if (value.isBoolean()) {
            return List.of(nodes.booleanNode(!value.booleanValue()));
        }
        var lists = new ArrayList<JsonNode>();
        for (int i = 0; i < value.size(); i++) {
            for (JsonNode other : ofValue(value.get(i))) {
                ArrayNode list = value.deepCopy();
                list.set(i, other);
                lists.add(list);
            }
        }
        return lists;
    }

    private static String notIn(String before, String after) {
        int from = Operands.startOfLast(before);
        int to = Operands.endOfFirst(after);
        return before.substring(0, from)
                + "!(" + before.substring(from) + IN + after.substring(0, to) + ")"
                + after.substring(to);
    }

    private static List<String> others(String token, String before, String after) {
        char first = token.charAt(0);
        if (first == '"' || first == '\'') {
            String text = token.substring(1, token.length() - 1);
            List<String> texts = before.endsWith(".matches(") ? otherPatterns(text) : otherTexts(text, after);
            return texts.stream().map(other -> first + other + first).toList();
        }
        if (token.matches("[0-9]{1,15}")) {
            long number = Long.parseLong(token);
            return List.of(Long.toString(number + 1), "(" + (number - 1) + ")");
        }
        return FLIPS.getOrDefault(token, List.of());
    }

    private static List<String> otherTexts(String text, String after) {
        if (MODE.matcher(text).matches()) {
            return otherModes(Integer.parseInt(text, 8));
        }
        Matcher version = VERSION.matcher(text);
        if (version.matches()) {
            return List.of(version.group(1) + (Integer.parseInt(version.group(2)) + 1));
        }
        return List.of(after.startsWith(".startsWith(") ? "~" + text : text + "~");
    }

    /** One that nothing matches, and one without each word in turn. */
    private static List<String> otherPatterns(String pattern) {
        var patterns = new ArrayList<String>();
        patterns.add(pattern + "~");
        Matcher word = WORD.matcher(pattern);
        while (word.find()) {
            patterns.add(pattern.substring(0, word.end()) + "~" + pattern.substring(word.end()));
        }
        return patterns;
    }

    /** More: the first of reading by others, writing by the group and by others that is not there. Less: the lowest bit that is. */
    private static List<String> otherModes(int mode) {
        var modes = new ArrayList<String>();
        IntStream.of(0004, 0020, 0002)
                .filter(bit -> (mode & bit) == 0)
                .limit(1)
                .forEach(bit -> modes.add("%04o".formatted(mode | bit)));
        modes.add("%04o".formatted(mode & (mode - 1)));
        return modes;
    }
}
