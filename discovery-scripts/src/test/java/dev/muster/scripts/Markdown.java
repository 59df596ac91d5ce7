package dev.muster.scripts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;

/** Text of types as pages show it. */
final class Markdown {
    private Markdown() {}

    static String codes(JsonNode texts, String otherwise) {
        return texts.isEmpty()
                ? otherwise
                : texts.valueStream().map(text -> code(text.asText())).collect(Collectors.joining(", "));
    }

    static String code(String text) {
        return "`" + text.replace("`", "'").replace("|", "\\|").replaceAll("\\p{Cntrl}", " ") + "`";
    }

    static String cell(String text) {
        return prose(text.strip().replaceAll("\\s+", " ")).replace("|", "\\|");
    }

    /** What Markdown would take for its own. */
    static String prose(String text) {
        return text.replace("*", "\\*").replace("<", "&lt;").replace("[", "\\[").replaceAll("(?m)^([-+#>])", "\\\\$1");
    }
}
