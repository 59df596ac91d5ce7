package dev.muster.collector.rules;

import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.Judgement;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** A small catalogue, and rules made of two conditions. */
final class RuleFixture {
    static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

    /** A map with declared keys, a record with lists of records and secrets, and a type that others look at. */
    static final Catalogue CATALOGUE = Catalogue.of(FakeFacts.json("""
            {"version": 1, "types": {
              "settings": {"keys": [
                {"key": "net.ip_forward", "type": "int"},
                {"key": "net.qdisc", "type": "text"},
                {"key": "limits", "type": "list of int"},
                {"key": "token", "type": "text", "secret": true},
                {"pattern": "conf.*.enabled", "type": "int"},
                {"pattern": "*", "type": "int or text"}]},
              "accounts": {"fields": [
                {"name": "min_days", "type": "int"},
                {"name": "changed", "type": "date", "optional": true},
                {"name": "version", "type": "text"},
                {"name": "umask", "type": "text"},
                {"name": "ratio", "type": "int"},
                {"name": "shells", "type": "list of text"},
                {"name": "users", "type": "list of record", "fields": [
                  {"name": "name", "type": "text"},
                  {"name": "uid", "type": "int"},
                  {"name": "shell", "type": "text", "optional": true},
                  {"name": "note", "type": "text", "secret": true}]},
                {"name": "groups", "type": "map of int"}]},
              "fileattrs": {"keys": [{"pattern": "/*", "type": "record", "fields": [
                {"name": "owner", "type": "text"}, {"name": "octal", "type": "text"}]}]},
              "docker": {"fields": [{"name": "containers", "type": "int"}]},
              "os": {"fields": [{"name": "family", "type": "text"}, {"name": "id", "type": "text"}]}}}
            """));

    private RuleFixture() {}

    static String yaml(String id, String when, String check, String missing) {
        return """
                - id: %s
                  title: A title
                  category: security
                  severity: medium
                  when: %s
                  check: %s
                  missing: %s
                  why: Because.
                  fix: Do it.
                  refs: [A 1]
                  profile: base
                """.formatted(id, quoted(when), quoted(check), missing);
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    static LoadResult load(String type, String yaml) {
        return RuleLoader.load(
                CATALOGUE, List.of(new RuleSource("rules.yaml", Optional.of(type), yaml)), RuleLoader.DEFAULT_PROFILES);
    }

    /** A set of one rule, {@code r1}. */
    static RuleSet rule(String type, String when, String check, String missing) {
        var result = load(type, yaml("r1", when, check, missing));
        if (!result.problems().isEmpty()) {
            throw new AssertionError(result.problems().toString());
        }
        return result.set();
    }

    static Judgement judge(RuleSet rules, FactsView facts) {
        return rules.judge(facts, rules.types(), TODAY).getFirst();
    }

    static Judgement judge(String type, String check, FactsView facts) {
        return judge(rule(type, "true", check, "na"), facts);
    }
}
