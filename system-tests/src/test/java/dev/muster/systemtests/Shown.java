package dev.muster.systemtests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What of a finding is compared: where it stands in the evidence as JSON, and in a text for people with each blank a single space. */
sealed interface Shown {
    /** A fact that was read, by its path. */
    record Fact(String path) implements Shown {
        @Override
        public String in(JsonNode evidence) {
            return evidence.path("reads")
                    .valueStream()
                    .filter(read -> read.path("path").asText().equals(path))
                    .map(read -> read.path("value"))
                    .map(value -> value.isTextual() ? value.asText() : value.toString())
                    .findFirst()
                    .orElse("nothing was read");
        }

        @Override
        public String in(String text) {
            String start = path + " = ";
            int at = text.indexOf(start);
            return at < 0 ? "nothing is shown" : Json.first(text.substring(at + start.length()));
        }
    }

    /** Among what offends the element of this name, written {@code name: value}. */
    record Named(String name) implements Shown {
        @Override
        public String in(JsonNode evidence) {
            String start = name + ": ";
            return evidence.path("offending")
                    .valueStream()
                    .map(JsonNode::asText)
                    .filter(element -> element.startsWith(start))
                    .map(element -> element.substring(start.length()))
                    .findFirst()
                    .orElse("nothing offends");
        }

        @Override
        public String in(String text) {
            String start = name + ": ";
            int at = text.indexOf(start);
            return at < 0 ? "nothing is shown" : Json.first(text.substring(at + start.length()));
        }
    }

    /** The only element that offends: a word, or an object as JSON, of which a text may leave out the end. */
    record Element() implements Shown {
        /** As mails have it, and as the command line does. */
        private static final Pattern IN_TEXT =
                Pattern.compile("(?:What offends \\(1\\):?| found .*? -) (\\{.*?[}…]|\\S+)");

        @Override
        public String in(JsonNode evidence) {
            JsonNode offending = evidence.path("offending");
            return offending.size() == 1 ? offending.path(0).asText() : "offends: " + offending;
        }

        @Override
        public String in(String text) {
            Matcher matcher = IN_TEXT.matcher(text);
            return matcher.find() ? matcher.group(1) : "nothing is shown";
        }
    }

    String in(JsonNode evidence);

    /** Of a text in which nothing is broken into lines. */
    String in(String text);
}
