package dev.muster.collector.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.model.Waiver;
import dev.muster.collector.model.WaiverJson;
import dev.muster.collector.rules.Scores;
import dev.muster.collector.rules.Scores.By;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What fails, what is accepted and how well hosts comply, at one time; as JSON, as CSV and as one page of HTML that needs nothing else.
 *
 * @param rules how many are in force
 */
record Report(Instant at, String ruleSet, int rules, Scores scores, List<Finding> findings, List<Waiver> waivers) {
    private static final List<String> HEADINGS = List.of(
            "host",
            "rule",
            "severity",
            "category",
            "title",
            "opened",
            "found",
            "wanted",
            "offending",
            "why",
            "fix",
            "references",
            "facts_hash");

    private static final String STYLE = """
            body{font:15px/1.45 system-ui,sans-serif;color:#1c1c1c;background:#fff;max-width:75em;margin:2em auto;padding:0 1em}
            h1{font-size:1.6em}h2{margin-top:2em;border-bottom:1px solid #ccc}table{border-collapse:collapse;width:100%}
            th,td{text-align:left;vertical-align:top;padding:.3em .6em;border-bottom:1px solid #ddd}td.n,th.n{text-align:right}
            code{font:13px/1.4 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
            .high{color:#a40000;font-weight:600}.medium{color:#8a5a00}.low{color:#33566b}
            article{break-inside:avoid;margin:1.2em 0;padding:.2em 1em;border-left:4px solid #bbb}
            article.high{border-color:#a40000;color:inherit;font-weight:inherit}article.medium{border-color:#c98a00;color:inherit}
            dt{font-weight:600;margin-top:.4em}dd{margin:0 0 0 1.2em}@media print{body{margin:0}}
            """;

    ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("at", at.toString())
                .put("rule_set", ruleSet)
                .put("rules", rules);
        scores.all().score().ifPresent(score -> node.put("score", score));
        ArrayNode hosts = node.putArray("hosts");
        scores.tallies(By.HOST).forEach((name, tally) -> {
            ObjectNode host = hosts.addObject().put("name", name);
            tally.score().ifPresent(score -> host.put("score", score));
            for (Verdict verdict : List.of(Verdict.PASS, Verdict.FAIL, Verdict.WAIVED, Verdict.NA)) {
                host.put(verdict.word(), tally.count(verdict));
            }
            host.put("unknown", tally.unknown());
        });
        ArrayNode failing = node.putArray("findings");
        findings.forEach(finding -> failing.add(Answers.finding(finding)));
        ArrayNode accepted = node.putArray("waivers");
        waivers.forEach(waiver -> accepted.add(WaiverJson.write(waiver)));
        return node;
    }

    /** RFC 4180, a row a finding. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
    String toCsv() {
        StringBuilder csv = new StringBuilder();
        row(csv, HEADINGS);
        for (Finding finding : findings) {
            row(
                    csv,
                    List.of(
                            finding.hostName(),
                            finding.rule().id(),
                            finding.rule().severity().word(),
                            finding.rule().category(),
                            finding.rule().title(),
                            finding.opened().toString(),
                            String.join("\n", found(finding.evidence())),
                            finding.evidence().wanted(),
                            String.join("\n", offending(finding.evidence())),
                            finding.rule().why(),
                            finding.rule().fix(),
                            String.join("; ", finding.rule().refs()),
                            finding.evidence().factsHash()));
        }
        return csv.toString();
    }

    private static void row(StringBuilder csv, List<String> cells) {
        for (int i = 0; i < cells.size(); i++) {
            csv.append(i == 0 ? "" : ",").append(cell(cells.get(i)));
        }
        csv.append("\r\n");
    }

    private static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return "\"" + safe.replace("\"", "\"\"") + "\"";
    }

    private static List<String> found(Evidence evidence) {
        return evidence.reads().stream()
                .map(read -> read.path() + " = "
                        + (read.value().isMissingNode()
                                ? "nothing"
                                : read.value().toString()))
                .toList();
    }

    private static List<String> offending(Evidence evidence) {
        List<String> lines = new ArrayList<>(evidence.offending());
        int more = evidence.offendingTotal() - lines.size();
        if (more > 0) {
            lines.add("and " + more + " more");
        }
        return lines;
    }

    /** No script, no style sheet, no picture from elsewhere; every text of a host is escaped. */
    String toHtml() {
        StringBuilder page = new StringBuilder();
        page.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">")
                .append(
                        "<meta name=\"viewport\" content=\"width=device-width\"><title>Compliance report</title><style>")
                .append(STYLE)
                .append("</style></head><body>\n<h1>Compliance report</h1>\n<p>As of ")
                .append(html(at.toString()))
                .append(". ")
                .append(rules)
                .append(" rules were in force (set <code>")
                .append(html(ruleSet))
                .append("</code>). Score ")
                .append(score(scores.all()))
                .append(
                        " of 100: the weight of what passes in all that passes or fails; high weighs 3, medium 2, low 1.")
                .append(" What does not apply and what is waived does not count.</p>\n");
        table(page, "Hosts", "Host", scores.tallies(By.HOST));
        table(page, "Categories", "Category", scores.tallies(By.CATEGORY));
        page.append("<h2>Findings (").append(findings.size()).append(")</h2>\n");
        findings.forEach(finding -> article(page, finding));
        page.append("<h2>Accepted failures (")
                .append(waivers.size())
                .append(
                        ")</h2>\n<table><tr><th>Id</th><th>Rule</th><th>Hosts</th><th>Reason</th><th>Owner</th><th>Since</th>"
                                + "<th>Until</th></tr>\n");
        for (Waiver waiver : waivers) {
            page.append("<tr>");
            for (String text : List.of(
                    waiver.id(),
                    waiver.rule(),
                    waiver.scope().words(),
                    waiver.reason(),
                    waiver.owner(),
                    waiver.created().toString(),
                    waiver.until().toString())) {
                page.append("<td>").append(html(text)).append("</td>");
            }
            page.append("</tr>\n");
        }
        return page.append("</table>\n</body></html>\n").toString();
    }

    private static void table(StringBuilder page, String heading, String of, Map<String, Scores.Tally> tallies) {
        page.append("<h2>")
                .append(heading)
                .append("</h2>\n<table><tr><th>")
                .append(of)
                .append(
                        "</th><th class=\"n\">Score</th><th class=\"n\">Fail</th><th class=\"n\">Pass</th>"
                                + "<th class=\"n\">Waived</th><th class=\"n\">Does not apply</th><th class=\"n\">Unknown</th></tr>\n");
        tallies.forEach((name, tally) -> {
            page.append("<tr><td>").append(html(name)).append("</td>");
            for (String number : List.of(
                    score(tally),
                    "" + tally.count(Verdict.FAIL),
                    "" + tally.count(Verdict.PASS),
                    "" + tally.count(Verdict.WAIVED),
                    "" + tally.count(Verdict.NA),
                    "" + tally.unknown())) {
                page.append("<td class=\"n\">").append(number).append("</td>");
            }
            page.append("</tr>\n");
        });
        page.append("</table>\n");
    }

    private static String score(Scores.Tally tally) {
        return tally.score().map(Object::toString).orElse("–");
    }

    private static void article(StringBuilder page, Finding finding) {
        String severity = finding.rule().severity().word();
        page.append("<article class=\"")
                .append(severity)
                .append("\"><h3><span class=\"")
                .append(severity)
                .append("\">")
                .append(severity)
                .append("</span> ")
                .append(html(finding.hostName() + ": " + finding.rule().title()))
                .append("</h3><dl>");
        field(page, "Rule", List.of(finding.rule().id() + " (" + finding.rule().category() + ")"));
        field(page, "Since", List.of(finding.opened().toString()));
        field(page, "Found", found(finding.evidence()));
        field(page, "What offends", offending(finding.evidence()));
        field(page, "Wanted", List.of(finding.evidence().wanted()));
        field(page, "Why it matters", List.of(finding.rule().why()));
        field(page, "How to fix it", List.of(finding.rule().fix()));
        field(page, "References", List.of(String.join(", ", finding.rule().refs())));
        field(page, "Facts", List.of(finding.evidence().factsHash()));
        page.append("</dl></article>\n");
    }

    private static void field(StringBuilder page, String name, List<String> lines) {
        String text = String.join("\n", lines);
        if (!text.isBlank()) {
            page.append("<dt>")
                    .append(name)
                    .append("</dt><dd><code>")
                    .append(html(text))
                    .append("</code></dd>");
        }
    }

    private static String html(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                case '\n' -> safe.append('\n');
                default -> safe.appendCodePoint(isUnfit(c) ? 0xfffd : c);
            }
        });
        return safe.toString();
    }

    /** Control characters, and those that turn the order of others round. */
    private static boolean isUnfit(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE;
    }
}
