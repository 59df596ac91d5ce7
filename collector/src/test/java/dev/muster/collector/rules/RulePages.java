package dev.muster.collector.rules;

import dev.muster.collector.model.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The pages docs/rule-list.md and docs/coverage.md, from the rules and from what the five guides ask for. */
final class RulePages {
    private static final String GENERATED = """
            <!-- Generated. Write it anew with:
                 mvn -pl collector -am test -Dtest=RulePagesTest -Dsurefire.failIfNoSpecifiedTests=false -Dmuster.write-docs=true -->

            """;

    /** By the number that the rows name them by. */
    private static final Map<String, String> GUIDES = Map.of(
            "1", "Securing Linux production systems",
            "2", "Six steps to harden Linux production environments",
            "3", "iptables' owner match for local security",
            "4", "Server hardening: PAM, sshd, auditd, sysctl, Docker",
            "5", "A half-day to better security");

    private static final Set<String> PROFILES = Set.of("base", "strict", "stig");

    private final List<Rule> rules = RuleLoader.load(Catalogue.shipped(), RuleSource.shipped(), PROFILES)
            .set()
            .rules();

    /**
     * What one guide asks for.
     *
     * @param rules the ids that are to check it, there or still to come
     * @param remark why none can, or what to know
     */
    private record Row(String guide, String advice, String discovery, List<String> rules, String remark) {}

    String list() {
        var page = new StringBuilder("# The rules\n\n").append(GENERATED);
        page.append(rules.size())
                .append(" rules come with Muster. How to write, change and try them: [Writing a rule](rules.md).")
                .append(" What they cover of published guides: [Coverage](coverage.md).\n");
        var byType = new TreeMap<String, List<Rule>>();
        rules.forEach(rule ->
                byType.computeIfAbsent(rule.type(), type -> new ArrayList<>()).add(rule));
        byType.forEach((type, some) -> {
            page.append("\n## ")
                    .append(type)
                    .append("\n\n| rule | what holds | severity | category | profile | references |\n");
            page.append("|---|---|---|---|---|---|\n");
            some.forEach(rule -> page.append("| `")
                    .append(rule.id())
                    .append("` | ")
                    .append(cell(rule.title()))
                    .append(" | ")
                    .append(rule.severity().word())
                    .append(" | ")
                    .append(rule.category())
                    .append(" | ")
                    .append(rule.profile())
                    .append(" | ")
                    .append(cell(String.join(", ", rule.refs())))
                    .append(" |\n"));
        });
        return page.toString();
    }

    String coverage() throws IOException {
        Set<String> known = rules.stream().map(Rule::id).collect(Collectors.toUnmodifiableSet());
        List<Row> rows = rows();
        long checked = rows.stream()
                .filter(row -> row.rules().stream().anyMatch(known::contains))
                .count();
        var page = new StringBuilder("# What the rules cover\n\n").append(GENERATED);
        page.append("Five guides to hardening Linux give ")
                .append(rows.size())
                .append(" pieces of advice. Rules check ")
                .append(checked)
                .append(
                        " of them; of the others this page says why not. What a rule refers to stands with it: [The rules](rule-list.md).\n");
        var byGuide = new TreeMap<String, List<Row>>();
        rows.forEach(row ->
                byGuide.computeIfAbsent(row.guide(), guide -> new ArrayList<>()).add(row));
        byGuide.forEach((guide, some) -> {
            page.append("\n## ")
                    .append(GUIDES.getOrDefault(guide, guide))
                    .append("\n\n| advice | rules | not checked, and why; remarks |\n|---|---|---|\n");
            some.forEach(row -> page.append("| ")
                    .append(cell(row.advice()))
                    .append(" | ")
                    .append(row.rules().stream()
                            .filter(known::contains)
                            .map(id -> "`" + id + "`")
                            .collect(Collectors.joining(" ")))
                    .append(" | ")
                    .append(cell(remark(row, known)))
                    .append(" |\n"));
        });
        return page.toString();
    }

    private static String remark(Row row, Set<String> known) {
        String toCome = row.rules().stream().filter(id -> !known.contains(id)).collect(Collectors.joining(", "));
        var parts = new ArrayList<String>();
        if (!row.remark().isEmpty()) {
            parts.add(row.remark());
        }
        if (!toCome.isEmpty()) {
            parts.add("not there yet, with what is to be discovered for it (" + row.discovery() + "): " + toCome);
        }
        return parts.isEmpty() && row.rules().isEmpty() ? "no rule can check it" : String.join("; ", parts);
    }

    private static List<Row> rows() throws IOException {
        try (InputStream in = Objects.requireNonNull(RulePages.class.getResourceAsStream("guides.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .map(line -> line.split("\t", -1))
                    .map(cells -> new Row(
                            cells[0],
                            cells[1],
                            cells[2],
                            Arrays.stream(cells[3].split(" ", -1))
                                    .filter(id -> !id.isEmpty())
                                    .toList(),
                            cells[4]))
                    .toList();
        }
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ");
    }
}
