package dev.muster.collector.rules;

import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a file makes of the rules of the files before it. */
sealed interface Derivation {
    /** Whether the rules of the files before count at all. */
    enum Basis implements Derivation {
        NONE,
        SHIPPED
    }

    static Basis basis(String word) {
        return Basis.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Rules are not judged. */
    record Disable(String rules, String file, int line) implements Derivation {
        Problem problem(String text) {
            return new Problem(file, line, rules, OneLine.of(text));
        }
    }

    /**
     * A rule is another one under the same id; what is not said stays.
     *
     * @param texts members of the rule, checked as those of a whole one are
     */
    record Replace(
            String rule,
            Map<String, String> texts,
            Optional<List<String>> refs,
            String file,
            int line,
            int whenLine,
            int checkLine)
            implements Derivation {
        public Replace {
            texts = Map.copyOf(texts);
        }

        Problem problem(String text) {
            return new Problem(file, line, rule, OneLine.of(text));
        }

        DraftRule of(DraftRule base) {
            Rule old = base.rule();
            var rule = new Rule(
                    old.id(),
                    OneLine.of(text("title", old.title())),
                    text("type", old.type()),
                    text("category", old.category()),
                    Severity.of(text("severity", old.severity().word())),
                    text("check", old.check()),
                    text("why", old.why()),
                    text("fix", old.fix()),
                    refs.orElse(old.refs()),
                    text("profile", old.profile()));
            return new DraftRule(
                    rule,
                    new InstanceKey(rule.type(), text("instance", base.own().instance())),
                    text("when", base.when()),
                    texts.containsKey("missing")
                            ? MissingPolicy.valueOf(text("missing", "").toUpperCase(Locale.ROOT))
                            : base.missing(),
                    file,
                    line,
                    texts.containsKey("when") ? whenLine : line,
                    texts.containsKey("check") ? checkLine : line);
        }

        private String text(String member, String otherwise) {
            return texts.getOrDefault(member, otherwise);
        }
    }
}
