package dev.muster.collector.delivery;

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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Many events in one mail, host by host, in the order in which they happened. */
final class DigestPage {
    private static final int MAX_SUMMARY_CHARS = 300;

    private DigestPage() {}

    /** @param reason why these come together, for people */
    static Page of(List<Event> events, String reason) {
        var byHost = new LinkedHashMap<String, List<Event>>();
        for (Event event : events) {
            byHost.computeIfAbsent(MailRenderer.host(event), host -> new ArrayList<>())
                    .add(event);
        }
        String counted = Words.count(events.size(), "event") + " on " + Words.count(byHost.size(), "host");
        var blocks = new ArrayList<Block>();
        blocks.add(new Prose("Why one mail", reason));
        blocks.add(new Fields(kinds(events)));
        byHost.forEach((host, of) -> blocks.add(new Items(
                host.isEmpty() ? "muster itself" : host,
                of.stream().map(DigestPage::item).toList())));
        blocks.add(new Code("See it", List.of("muster findings")));
        String footer = "Sent by muster. The events are attached as JSON.";
        return new Page(
                "digest: " + counted + summary(events),
                new MailDocument("Digest: " + counted, worst(events), blocks, footer));
    }

    private static String summary(List<Event> events) {
        long opened = count(events, EventType.FINDING_OPENED);
        long cleared = count(events, EventType.FINDING_CLEARED);
        return opened + cleared == 0 ? "" : " (" + opened + " out of compliance, " + cleared + " back in compliance)";
    }

    private static List<Field> kinds(List<Event> events) {
        var counts = new LinkedHashMap<String, Integer>();
        events.forEach(event -> counts.merge(event.type().word(), 1, Integer::sum));
        return counts.entrySet().stream()
                .map((Map.Entry<String, Integer> kind) -> new Field(kind.getKey(), "" + kind.getValue()))
                .toList();
    }

    private static long count(List<Event> events, EventType type) {
        return events.stream().filter(event -> event.type() == type).count();
    }

    private static Tone worst(List<Event> events) {
        return events.stream().map(DigestPage::tone).min(Tone::compareTo).orElse(Tone.NEUTRAL);
    }

    private static Tone tone(Event event) {
        return event.type() == EventType.FINDING_OPENED
                ? EventPage.tone(FindingDetail.of(event.detail()).severity())
                : EventPage.tone(event.type());
    }

    private static Item item(Event event) {
        return new Item(tone(event), Words.time(event.at()), title(event), lines(event));
    }

    private static String title(Event event) {
        return switch (event.type()) {
            case FINDING_OPENED, FINDING_CLEARED -> EventPage.compliance(event);
            case FIRST_REPORT -> "first report: " + EventPage.counts(EventPage.findings(event));
            default -> SafeText.line(event.summary(), MAX_SUMMARY_CHARS);
        };
    }

    private static List<String> lines(Event event) {
        if (event.type() != EventType.FINDING_OPENED && event.type() != EventType.FINDING_CLEARED) {
            return List.of();
        }
        return FindingDetail.of(event.detail()).reads().stream()
                .limit(3)
                .map(fact -> fact.path() + " = " + fact.value())
                .toList();
    }
}
