package dev.muster.collector.graph.projection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@code graph.yaml} takes a value from: {@code name.member}, {@code host.type.member}, {@code 'text'}, {@code true},
 * {@code function(…)}. What is not there is missing, and so is whatever is made of it; nothing fails on facts.
 */
sealed interface Expression {
    JsonNode in(Scene scene);

    record Literal(JsonNode value) implements Expression {
        @Override
        public JsonNode in(Scene scene) {
            return value;
        }
    }

    /** A member of what a loop named. */
    record Named(String name, List<String> members) implements Expression {
        public Named {
            members = List.copyOf(members);
        }

        @Override
        public JsonNode in(Scene scene) {
            return follow(scene.named(name), members);
        }
    }

    /** A member of another type's facts. */
    record OfType(String type, List<String> members) implements Expression {
        public OfType {
            members = List.copyOf(members);
        }

        @Override
        public JsonNode in(Scene scene) {
            return follow(scene.type(type), members);
        }
    }

    record Call(ProjectionFunction function, List<Expression> arguments) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }

        @Override
        public JsonNode in(Scene scene) {
            List<JsonNode> values = new ArrayList<>();
            for (Expression argument : arguments) {
                values.add(argument.in(scene));
            }
            return function.call(scene, values);
        }
    }

    private static JsonNode follow(JsonNode from, List<String> members) {
        JsonNode value = from;
        for (String member : members) {
            value = value.path(member);
        }
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    /**
     * Reads one.
     *
     * @param names that loops around it have given
     * @param reads the other types whose facts it may see
     */
    static Expression parse(String text, Set<String> names, Set<String> reads) {
        var parser = new Parser(text, names, reads);
        Expression expression = parser.expression();
        parser.end();
        return expression;
    }

    /** Recursive descent, one token of look-ahead by regular expression. */
    final class Parser {
        private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");
        private static final Pattern TEXT = Pattern.compile("'([^']*)'");

        private final String text;
        private final Set<String> names;
        private final Set<String> reads;
        private final Matcher matcher;
        private int at;

        private Parser(String text, Set<String> names, Set<String> reads) {
            this.text = text;
            this.names = names;
            this.reads = reads;
            this.matcher = NAME.matcher(text);
        }

        Expression expression() {
            if (taken(TEXT)) {
                return new Literal(TextNode.valueOf(matcher.group(1)));
            }
            String name = name();
            if (name.equals("true") || name.equals("false")) {
                return new Literal(BooleanNode.valueOf(name.equals("true")));
            }
            if (taken("(")) {
                return call(name);
            }
            List<String> members = new ArrayList<>();
            while (taken(".")) {
                members.add(name());
            }
            return path(name, members);
        }

        private Expression call(String name) {
            ProjectionFunction function =
                    ProjectionFunction.named(name).orElseThrow(() -> wrong("there is no function " + name));
            List<Expression> arguments = new ArrayList<>();
            do {
                arguments.add(expression());
            } while (taken(","));
            if (!taken(")")) {
                throw wrong("\")\" is missing");
            }
            if (!function.takes(arguments.size())) {
                throw wrong(name + " does not take " + arguments.size() + " values");
            }
            return new Call(function, arguments);
        }

        private Expression path(String name, List<String> members) {
            if (!name.equals("host")) {
                if (!names.contains(name)) {
                    throw wrong("nothing is called " + name + "; known are " + new TreeSet<>(names));
                }
                return new Named(name, members);
            }
            if (members.isEmpty() || !reads.contains(members.getFirst())) {
                throw wrong("host must be followed by one of the types under reads: " + new TreeSet<>(reads));
            }
            return new OfType(members.getFirst(), members.subList(1, members.size()));
        }

        void end() {
            skipSpace();
            if (at != text.length()) {
                throw wrong("something is behind it");
            }
        }

        private String name() {
            if (!taken(NAME)) {
                throw wrong("a name is missing");
            }
            return matcher.group();
        }

        private boolean taken(Pattern token) {
            skipSpace();
            matcher.usePattern(token).region(at, text.length());
            if (!matcher.lookingAt()) {
                return false;
            }
            at = matcher.end();
            return true;
        }

        private boolean taken(String sign) {
            skipSpace();
            boolean there = text.startsWith(sign, at);
            at += there ? sign.length() : 0;
            return there;
        }

        private void skipSpace() {
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
        }

        private ProjectionException wrong(String problem) {
            return new ProjectionException("\"" + text + "\" at character " + (at + 1) + ": " + problem);
        }
    }
}
