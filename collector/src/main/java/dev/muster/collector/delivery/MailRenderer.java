package dev.muster.collector.delivery;

import dev.muster.collector.delivery.MailConfig.DigestLimit;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Outbox.Row;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * Makes a mail of outbox rows. Pure: the events carry everything. Host names, titles and values are hostile; what comes
 * out has no control characters, no unescaped markup and bounded length.
 */
final class MailRenderer {
    static final String PREFIX = "[muster] ";
    /** A DNS name at its longest. */
    static final int MAX_HOST_CHARS = 253;

    private static final int MAX_SUBJECT_CHARS = 700;

    private final MailIds ids;
    private final DigestLimit limit;

    MailRenderer(String from, DigestLimit limit) {
        this.ids = new MailIds(from);
        this.limit = limit;
    }

    /** @param rows one for a mail of its own; several make a digest, which says so */
    RenderedMail render(List<Row> rows) {
        List<Event> events = rows.stream().flatMap(row -> row.events().stream()).toList();
        Page page = page(rows, events);
        Event last = events.stream().max(Comparator.comparing(Event::at)).orElseThrow();
        Instant date = last.at();
        String name = events.size() == 1 ? "event-" + last.seq() + ".json" : "events.json";
        return new RenderedMail(
                ids.of(rows),
                ids.answers(rows),
                date,
                SafeText.line(PREFIX + page.subject(), MAX_SUBJECT_CHARS),
                TextPart.of(page.document()),
                HtmlPart.of(page.document()),
                EventJson.of(events),
                name);
    }

    private Page page(List<Row> rows, List<Event> events) {
        if (rows.size() > 1) {
            return DigestPage.of(
                    events,
                    "This is a digest: more than " + Words.count(limit.mails(), "mail") + " within "
                            + Words.span(limit.window()) + " were due, so these come as one.");
        }
        if (events.size() == 1) {
            return EventPage.of(events.getFirst());
        }
        return isFirstReportOfOneHost(events)
                ? EventPage.firstReports(events)
                : DigestPage.of(events, "This is a digest: these events happened together.");
    }

    /** Each type has a first report of its own; to people they are the host's. */
    private static boolean isFirstReportOfOneHost(List<Event> events) {
        return events.stream().allMatch(event -> event.type() == EventType.FIRST_REPORT)
                && events.stream().map(MailRenderer::host).distinct().count() == 1;
    }

    static String host(Event event) {
        return SafeText.line(event.hostName(), MAX_HOST_CHARS);
    }

    /** @param subject what follows {@link #PREFIX} */
    record Page(String subject, MailDocument document) {}
}
