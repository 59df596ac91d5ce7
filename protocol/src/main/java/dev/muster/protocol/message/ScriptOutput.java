package dev.muster.protocol.message;

import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a discovery script prints: one JSON object whose top-level names beginning with {@code _} are not data but the lists
 * {@code _denied}, {@code _errors} and {@code _truncated}. Any other such name is refused, as they are reserved.
 */
public record ScriptOutput(CanonicalJson data, List<String> denied, List<String> errors, List<String> truncated) {
    public ScriptOutput {
        denied = Bounds.lines("_denied", denied, FactsReport.MAX_LIST_ENTRIES, FactsReport.MAX_LIST_ENTRY_CHARS);
        errors = Bounds.lines("_errors", errors, FactsReport.MAX_ERRORS, FactsReport.MAX_ERROR_CHARS);
        truncated =
                Bounds.lines("_truncated", truncated, FactsReport.MAX_LIST_ENTRIES, FactsReport.MAX_LIST_ENTRY_CHARS);
    }

    /** Reads to the end of {@code utf8} without closing it; {@code expectedBytes} sizes the result. Throws MalformedMessage. */
    public static ScriptOutput parse(InputStream utf8, int expectedBytes) {
        var reserved = new Reserved();
        try (JsonInput in = JsonInput.over(utf8)) {
            CanonicalJson data = Canonicalizer.readObject(in, expectedBytes, name -> reserved.read(name, in));
            in.expectEnd();
            return new ScriptOutput(data, reserved.denied, reserved.errors, reserved.truncated);
        }
    }

    private static final class Reserved {
        private final Set<String> seen = new HashSet<>();
        private List<String> denied = List.of();
        private List<String> errors = List.of();
        private List<String> truncated = List.of();

        private boolean read(String name, JsonInput in) {
            if (!name.startsWith("_")) {
                return false;
            }
            if (!seen.add(name)) {
                throw new MalformedMessage("the same name twice in one object: " + name);
            }
            switch (name) {
                case "_denied" -> denied = in.readStrings(name, FactsReport.MAX_LIST_ENTRIES);
                case "_errors" -> errors = in.readStrings(name, FactsReport.MAX_ERRORS);
                case "_truncated" -> truncated = in.readStrings(name, FactsReport.MAX_LIST_ENTRIES);
                default -> throw new MalformedMessage("names that begin with _ are reserved: " + name);
            }
            return true;
        }
    }
}
