package dev.muster.collector.delivery;

import dev.muster.collector.delivery.FindingDetail.Fact;
import dev.muster.collector.delivery.MailDocument.Block;
import dev.muster.collector.delivery.MailDocument.Code;
import dev.muster.collector.delivery.MailDocument.Field;
import dev.muster.collector.delivery.MailDocument.Fields;
import dev.muster.collector.delivery.MailDocument.Item;
import dev.muster.collector.delivery.MailDocument.Items;
import dev.muster.collector.delivery.MailDocument.Prose;
import dev.muster.collector.delivery.MailDocument.Tone;
import dev.muster.collector.delivery.MailRenderer.Page;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The mail of one event. */
final class EventPage {
    private static final int MAX_SUMMARY_CHARS = 400;
    private static final int MAX_ADVICE_CHARS = 2_000;
    private static final int MAX_DETAILS = 40;
    /** A host has some 600 rules to fail; above that somebody plays with us. */
    private static final int MAX_FINDINGS = 1_000;
    /** What a shell takes as one word that is no option. */
    private static final Pattern SHELL_WORD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

    private EventPage() {}

    static Page of(Event event) {
        return switch (event.type()) {
            case FINDING_OPENED -> opened(event, FindingDetail.of(event.detail()));
            case FINDING_CLEARED -> cleared(event, FindingDetail.of(event.detail()));
            case FIRST_REPORT -> firstReport(event, findings(event));
            default -> plain(event);
        };
    }

    /** Several of one host as one. */
    static Page firstReports(List<Event> events) {
        List<FindingDetail> findings = events.stream()
                .flatMap(event -> findings(event).stream())
                .limit(MAX_FINDINGS)
                .toList();
        return firstReport(events.getLast(), findings);
    }

    /** The subject's words and the digest's. */
    static String compliance(Event event) {
        FindingDetail finding = FindingDetail.of(event.detail());
        return (event.type() == EventType.FINDING_OPENED ? "out of compliance: " : "back in compliance: ")
                + named(finding);
    }

    private static String named(FindingDetail finding) {
        return finding.ruleId() + " " + finding.title() + " ("
                + finding.severity().word() + ")";
    }

    private static Page opened(Event event, FindingDetail finding) {
        String host = MailRenderer.host(event);
        var blocks = new ArrayList<Block>();
        var fields = common(event, finding);
        fields.add(new Field("Since", Words.time(finding.opened().orElse(event.at()))));
        blocks.add(new Fields(fields));
        prose(blocks, "Why only now", waivedBefore(finding));
        blocks.add(new Code("Found", found(finding)));
        offending(blocks, finding);
        code(blocks, "Wanted", finding.wanted());
        prose(blocks, "Why it matters", finding.why());
        code(blocks, "How to fix it", finding.fix());
        prose(blocks, "References", String.join(", ", finding.refs()));
        blocks.add(seeIt(event));
        var document =
                new MailDocument(host + " is out of compliance", tone(finding.severity()), blocks, footer(event));
        return new Page(host + " " + compliance(event), document);
    }

    private static Page cleared(Event event, FindingDetail finding) {
        String host = MailRenderer.host(event);
        var blocks = new ArrayList<Block>();
        Instant since = finding.opened().orElse(event.at());
        var fields = common(event, finding);
        fields.add(new Field("Failed", "since " + Words.time(since)));
        fields.add(new Field(
                "Cleared", Words.time(event.at()) + ", after " + Words.span(Duration.between(since, event.at()))));
        blocks.add(new Fields(fields));
        blocks.add(new Code("Found now", found(finding)));
        code(blocks, "Wanted", finding.wanted());
        blocks.add(seeIt(event));
        var document = new MailDocument(host + " is back in compliance", Tone.GOOD, blocks, footer(event));
        return new Page(host + " " + compliance(event), document);
    }

    private static String waivedBefore(FindingDetail finding) {
        return finding.waivedBefore().isEmpty() ? "" : "It was " + finding.waivedBefore() + ". That has ended.";
    }

    private static List<Field> common(Event event, FindingDetail finding) {
        var fields = new ArrayList<Field>();
        fields.add(new Field("What", finding.title()));
        fields.add(new Field(
                "Rule",
                finding.ruleId() + " (" + finding.severity().word()
                        + (finding.category().isEmpty() ? ")" : ", " + finding.category() + ")")));
        fields.add(new Field("Host", MailRenderer.host(event)));
        // The unnamed instance is what everybody expects; only a named one is worth a line.
        if (finding.instance().contains(":")) {
            fields.add(new Field("Instance", finding.instance()));
        }
        return fields;
    }

    private static List<String> found(FindingDetail finding) {
        return finding.reads().isEmpty()
                ? List.of("(no fact was recorded)")
                : finding.reads().stream().map(EventPage::line).toList();
    }

    private static String line(Fact fact) {
        return fact.path() + " = " + fact.value();
    }

    private static void offending(List<Block> blocks, FindingDetail finding) {
        if (finding.offending().isEmpty()) {
            return;
        }
        int shown = finding.offending().size();
        String count = shown == finding.offendingTotal() ? "" + shown : shown + " of " + finding.offendingTotal();
        blocks.add(new Code("What offends (" + count + ")", finding.offending()));
    }

    private static Page firstReport(Event event, List<FindingDetail> findings) {
        String host = MailRenderer.host(event);
        String counts = counts(findings);
        var blocks = new ArrayList<Block>();
        blocks.add(new Fields(List.of(new Field("Host", host), new Field("When", Words.time(event.at())))));
        for (Severity severity : List.of(Severity.HIGH, Severity.MEDIUM, Severity.LOW)) {
            List<FindingDetail> of = findings.stream()
                    .filter(finding -> finding.severity() == severity)
                    .toList();
            if (!of.isEmpty()) {
                String word = severity.word();
                blocks.add(new Items(
                        Character.toUpperCase(word.charAt(0)) + word.substring(1) + " (" + of.size() + ")",
                        of.stream().map(EventPage::item).toList()));
            }
        }
        blocks.add(seeIt(event));
        Tone tone = findings.stream()
                .map(FindingDetail::severity)
                .max(Severity::compareTo)
                .map(EventPage::tone)
                .orElse(Tone.GOOD);
        String headline = host + " sent its first report: " + counts;
        return new Page(host + " first report: " + counts, new MailDocument(headline, tone, blocks, footer(event)));
    }

    /** For example {@code 7 findings (1 high, 4 medium, 2 low)}; a severity without findings is left out. */
    static String counts(List<FindingDetail> findings) {
        if (findings.isEmpty()) {
            return "no findings";
        }
        var parts = new ArrayList<String>();
        for (Severity severity : List.of(Severity.HIGH, Severity.MEDIUM, Severity.LOW)) {
            long n = findings.stream()
                    .filter(finding -> finding.severity() == severity)
                    .count();
            if (n > 0) {
                parts.add(n + " " + severity.word());
            }
        }
        return Words.count(findings.size(), "finding") + " (" + String.join(", ", parts) + ")";
    }

    static List<FindingDetail> findings(Event event) {
        return StreamSupport.stream(event.detail().path("findings").spliterator(), false)
                .limit(MAX_FINDINGS)
                .map(FindingDetail::of)
                .toList();
    }

    private static Item item(FindingDetail finding) {
        var lines = new ArrayList<>(found(finding));
        finding.fix().lines().findFirst().ifPresent(fix -> lines.add("fix: " + fix));
        return new Item(tone(finding.severity()), finding.ruleId(), finding.title(), lines);
    }

    private static Page plain(Event event) {
        String host = MailRenderer.host(event);
        String summary = SafeText.line(event.summary(), MAX_SUMMARY_CHARS);
        String subject = host.isEmpty() || summary.contains(host) ? summary : host + ": " + summary;
        var blocks = new ArrayList<Block>();
        var fields = new ArrayList<Field>();
        fields.add(new Field("Event", event.type().word()));
        if (!host.isEmpty()) {
            fields.add(new Field("Host", host));
        }
        fields.add(new Field("When", Words.time(event.at())));
        blocks.add(new Fields(fields));
        prose(
                blocks,
                "What to do",
                SafeText.line(event.detail().path(EventType.WHAT_TO_DO).asText(), MAX_ADVICE_CHARS));
        List<String> details = event.detail().properties().stream()
                .filter(entry -> !entry.getKey().equals(EventType.WHAT_TO_DO))
                .limit(MAX_DETAILS)
                .map(entry -> SafeText.line(entry.getKey(), 80) + " = " + SafeText.value(entry.getValue(), 400))
                .toList();
        code(blocks, "Details", details.stream().collect(Collectors.joining("\n")));
        if (!host.isEmpty()) {
            blocks.add(new Code("See it", List.of("muster host " + safeName(event))));
        }
        return new Page(subject, new MailDocument(subject, tone(event.type()), blocks, footer(event)));
    }

    static Tone tone(EventType type) {
        return switch (type.weight()) {
            case GOOD -> Tone.GOOD;
            case NEWS -> Tone.NEUTRAL;
            case TROUBLE -> Tone.MEDIUM;
            case ALARM -> Tone.HIGH;
        };
    }

    static Tone tone(Severity severity) {
        return switch (severity) {
            case HIGH -> Tone.HIGH;
            case MEDIUM -> Tone.MEDIUM;
            case LOW -> Tone.LOW;
        };
    }

    /** For a command to copy: a name that a shell would take for more than a name is replaced by the host's id. */
    private static String safeName(Event event) {
        String name = event.hostName();
        return name.length() <= MailRenderer.MAX_HOST_CHARS
                        && SHELL_WORD.matcher(name).matches()
                ? name
                : event.host().map(Object::toString).orElse("");
    }

    private static Code seeIt(Event event) {
        String host = safeName(event);
        return new Code("See it", List.of(("muster findings " + (host.isEmpty() ? "" : "--host " + host)).strip()));
    }

    private static void prose(List<Block> blocks, String heading, String text) {
        if (!text.isEmpty()) {
            blocks.add(new Prose(heading, text));
        }
    }

    private static void code(List<Block> blocks, String heading, String text) {
        if (!text.isEmpty()) {
            blocks.add(new Code(heading, text.lines().toList()));
        }
    }

    private static String footer(Event event) {
        return "Sent by muster. Event " + event.seq() + " is attached as JSON.";
    }
}
