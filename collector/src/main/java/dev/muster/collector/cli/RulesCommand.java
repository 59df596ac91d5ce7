package dev.muster.collector.cli;

import static dev.muster.collector.cli.Table.Column.left;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.rules.Catalogue;
import dev.muster.collector.rules.GivenFacts;
import dev.muster.collector.rules.LoadResult;
import dev.muster.collector.rules.ParameterValues;
import dev.muster.collector.rules.Profiles;
import dev.muster.collector.rules.RuleLoader;
import dev.muster.collector.rules.RuleSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks for the rules in force, and tries others. Linting and testing need no collector, so that a change can be checked anywhere. */
@Command(name = "rules", synopsisSubcommandLabel = "COMMAND", description = "Shows the rules, and tries out others.")
final class RulesCommand {
    /** A file of facts of one host. Implementation choice. */
    private static final long MAX_FACTS_BYTES = 64L << 20;

    private static final Profiles ALL = Profiles.everywhere(Set.of("base", "strict", "stig"));

    RulesCommand() {}

    @Command(name = "list", description = "Lists the rules in force.")
    static final class ListAll implements Runnable {
        private final Session session;

        @Option(names = "--type", paramLabel = "TYPE", description = "Only those that read this discovery type first.")
        private String type = "";

        ListAll(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.show("/rules", Map.of("type", type), this::layOut);
        }

        private void layOut(Answer answer) {
            Table table = Table.of(left("RULE"), left("SEVERITY"), left("CATEGORY"), left("TYPE"), left("TITLE"));
            for (JsonNode rule : answer.json().path("rules")) {
                table.add(
                        rule.path("id").asText(),
                        rule.path("severity").asText(),
                        rule.path("category").asText(),
                        rule.path("type").asText(),
                        rule.path("title").asText());
            }
            table.print(session.screen());
            answer.json().path("problems").forEach(problem -> session.screen().note("left out: " + problem.asText()));
        }
    }

    @Command(name = "show", description = "Shows one rule: what it wants, why, and how to mend it.")
    static final class Show implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "RULE", description = "Its id.")
        private String id = "";

        Show(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.show("/rules/" + ApiClient.segment(id), Map.of(), answer -> {
                JsonNode rule = answer.json();
                Fields fields = new Fields();
                for (String name :
                        List.of("id", "title", "type", "category", "severity", "profile", "check", "why", "fix")) {
                    fields.add(name, rule.path(name).asText());
                }
                fields.add(
                        "refs",
                        String.join(
                                ", ",
                                rule.path("refs")
                                        .valueStream()
                                        .map(JsonNode::asText)
                                        .toList()));
                fields.print(session.screen(), "");
            });
        }
    }

    @Command(
            name = "lint",
            description = {
                "Checks files of rules and says what is wrong, where, and what was probably meant.",
                "Needs no collector. The rules that come with Muster are known; those of other files are not."
            })
    static final class Lint implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files as in rules.d.")
        private List<Path> files = List.of();

        Lint(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            int problems = 0;
            for (Path file : files) {
                LoadResult loaded = load(file);
                loaded.problems().forEach(problem -> session.screen().out().println(Text.escape(problem.toString())));
                problems += loaded.problems().size();
            }
            if (problems > 0) {
                throw new CliException(
                        CliException.REFUSED,
                        problems + (problems == 1 ? " problem" : " problems"),
                        "",
                        "The other rules are right and would be taken.");
            }
            session.screen().note("nothing is wrong");
        }
    }

    @Command(
            name = "test",
            description =
                    "Judges one host's facts by a file of rules, with no collector; shows what each rule says and why.")
    static final class Test implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "A file as in rules.d.")
        private Path file = Path.of("");

        @Option(
                names = "--facts",
                required = true,
                paramLabel = "FILE",
                description =
                        "What muster facts --json printed, or {\"facts\": {\"sshd\": {…}}, \"roles\": [], \"labels\": []}.")
        private Path facts = Path.of("");

        @Option(
                names = "--today",
                paramLabel = "DAY",
                description = "The day to judge by: 2026-11-21; that of the facts' file if not given.")
        private String today = "";

        Test(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            LoadResult loaded = load(file);
            loaded.problems().forEach(problem -> session.screen().note(problem.toString()));
            Table table = Table.of(left("RULE"), left("VERDICT"), left("FOUND"));
            for (Judgement judgement : loaded.set().judge(given(), loaded.set().types(), day())) {
                table.add(judgement.rule().id(), judgement.verdict().word(), found(judgement));
            }
            table.print(session.screen());
            if (!loaded.problems().isEmpty()) {
                throw new CliException(CliException.REFUSED, "some rules are wrong", file.toString(), "Mend them.");
            }
        }

        private static String found(Judgement judgement) {
            var parts = new ArrayList<String>();
            judgement.reason().ifPresent(parts::add);
            judgement
                    .evidence()
                    .reads()
                    .forEach(read -> parts.add(read.path() + " = "
                            + (read.value().isMissingNode()
                                    ? "nothing"
                                    : read.value().toString())));
            parts.addAll(judgement.evidence().offending());
            return String.join("; ", parts);
        }

        private LocalDate day() {
            try {
                return today.isEmpty()
                        ? LocalDate.ofInstant(Files.getLastModifiedTime(facts).toInstant(), ZoneOffset.UTC)
                        : LocalDate.parse(today);
            } catch (DateTimeException e) {
                throw CliException.usage("there is no such day: " + today, "Write it as 2026-11-21.");
            } catch (IOException e) {
                throw CliException.usage("cannot read " + facts + ": " + e.getMessage(), "See --help.");
            }
        }

        private GivenFacts given() {
            try {
                if (Files.size(facts) > MAX_FACTS_BYTES) {
                    throw CliException.usage(facts + " is larger than a host's facts", "Name another file.");
                }
                return GivenFacts.of(ApiClient.JSON.readTree(Files.readString(facts)));
            } catch (JsonProcessingException e) {
                throw CliException.usage(facts + " is no JSON: " + e.getOriginalMessage(), "See --help.");
            } catch (IOException e) {
                throw CliException.usage("cannot read " + facts + ": " + e.getMessage(), "See --help.");
            } catch (IllegalArgumentException e) {
                throw CliException.usage(facts + " " + e.getMessage(), "See --help.");
            }
        }
    }

    @Command(
            name = "dry-run",
            description =
                    "Judges all hosts by a file of rules and shows what would open and clear. Nothing changes, nobody is mailed.")
    static final class DryRun implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "A file as in rules.d; its name says the type of its rules.")
        private Path file = Path.of("");

        @Option(
                names = "--as-of",
                paramLabel = "TIME",
                description = "By the facts of then: 2026-11-20, or 2h, 3d ago.")
        private String asOf = "";

        DryRun(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            ObjectNode body = JsonNodeFactory.instance
                    .objectNode()
                    .put("name", name(file))
                    .put("text", read(file));
            if (!asOf.isEmpty()) {
                body.put("as_of", Times.typed(asOf, session.screen().zone()));
            }
            session.show("/rules/dry-run", body, this::layOut);
        }

        private void layOut(Answer answer) {
            JsonNode trial = answer.json();
            trial.path("problems").forEach(problem -> session.screen().note(problem.asText()));
            Table table = Table.of(left("WOULD"), left("HOST"), left("RULE"), left("FOUND"));
            for (JsonNode finding : trial.path("opens")) {
                table.add(
                        "open",
                        finding.path("host_name").asText(),
                        finding.at("/rule/id").asText(),
                        Findings.found(finding.path("evidence")).replace('\n', ' '));
            }
            for (JsonNode cleared : trial.path("clears")) {
                table.add(
                        "clear",
                        cleared.path("host_name").asText(),
                        cleared.path("rule").asText(),
                        cleared.path("verdict").asText());
            }
            table.print(session.screen());
            session.screen()
                    .out()
                    .println(trial.path("rules").asText() + " rules on "
                            + trial.path("hosts").asText() + " hosts: "
                            + trial.path("opens").size() + " would open, "
                            + trial.path("clears").size()
                            + " would clear.");
            if (trial.has("cut")) {
                session.screen().note("cut off " + Text.escape(trial.path("cut").asText()) + "; try fewer rules");
            }
        }
    }

    private static LoadResult load(Path file) {
        Catalogue catalogue = Catalogue.shipped();
        RuleSource source = RuleSource.of(file.toString(), read(file), catalogue);
        return RuleLoader.trial(catalogue, RuleSource.shipped(), source, ALL, ParameterValues.NONE);
    }

    private static String name(Path file) {
        @Nullable Path name = file.getFileName();
        return name == null ? "rules.yaml" : name.toString();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw CliException.usage("cannot read " + file + ": " + e.getMessage(), "Name a file of rules.");
        }
    }
}
