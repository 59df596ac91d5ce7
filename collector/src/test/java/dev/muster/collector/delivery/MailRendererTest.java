package dev.muster.collector.delivery;

import static dev.muster.collector.delivery.Samples.row;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.muster.collector.delivery.MailConfig.DigestLimit;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Outbox.Row;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MailRendererTest {
    private static final Pattern GAP = Pattern.compile(" {2,}");
    private static final Pattern MARKUP = Pattern.compile("<[^>]*>");
    private static final Pattern TAG = Pattern.compile("</?([a-zA-Z!][a-zA-Z0-9]*)");

    private final MailRenderer renderer =
            new MailRenderer("muster@example.org", new DigestLimit(20, Duration.ofMinutes(10)));

    private RenderedMail render(Event... events) {
        return renderer.render(List.of(row("01946f5a-0001", events)));
    }

    private static String golden(String name) throws Exception {
        try (InputStream in = Optional.ofNullable(MailRendererTest.class.getResourceAsStream(name))
                .orElseThrow()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void subjectOfAnOpeningIsAsUsersKnowIt() {
        assertThat(render(Samples.opened()).subject())
                .isEqualTo("[muster] web-3 out of compliance: nist_V-38528 "
                        + "Packets with impossible addresses are logged (low)");
    }

    @Test
    void subjectOfAClearingIsAsUsersKnowIt() {
        assertThat(render(Samples.cleared()).subject())
                .isEqualTo("[muster] web-3 back in compliance: nist_V-38528 "
                        + "Packets with impossible addresses are logged (low)");
    }

    @Test
    void subjectOfAFirstReportCounts() {
        assertThat(render(Samples.firstReport("low", "high", "medium", "medium", "low", "medium", "medium"))
                        .subject())
                .isEqualTo("[muster] web-3 first report: 7 findings (1 high, 4 medium, 2 low)");
        assertThat(render(Samples.firstReport("high")).subject())
                .isEqualTo("[muster] web-3 first report: 1 finding (1 high)");
        assertThat(render(Samples.firstReport()).subject()).isEqualTo("[muster] web-3 first report: no findings");
    }

    @Test
    void firstReportsOfSeveralTypesAreOneFirstReportOfTheHost() {
        RenderedMail mail = renderer.render(
                List.of(row("a", Samples.firstReport("low", "high"), Samples.firstReport("medium", "low"))));

        assertThat(mail.subject()).isEqualTo("[muster] web-3 first report: 4 findings (1 high, 1 medium, 2 low)");
    }

    @Test
    void textOfAnOpening() throws Exception {
        assertThat(render(Samples.opened()).text()).isEqualTo(golden("opened.txt"));
    }

    @Test
    void textOfAClearing() throws Exception {
        assertThat(render(Samples.cleared()).text()).isEqualTo(golden("cleared.txt"));
    }

    @Test
    void textOfAFirstReport() throws Exception {
        assertThat(render(Samples.firstReport("low", "high", "medium")).text()).isEqualTo(golden("first-report.txt"));
    }

    @Test
    void textOfADigest() throws Exception {
        RenderedMail mail = renderer.render(List.of(
                row("a", Samples.opened()), row("b", Samples.cleared()), row("c", Samples.firstReport("high", "low"))));

        assertThat(mail.subject())
                .isEqualTo("[muster] digest: 3 events on 1 host (1 out of compliance, 1 back in compliance)");
        assertThat(mail.text()).isEqualTo(golden("digest.txt"));
    }

    @Test
    void bothPartsSayTheSame() {
        RenderedMail mail = render(Samples.opened());
        String read = mail.html()
                .replaceAll("(?s)<head>.*</head>", "")
                .replaceAll("<[^>]*>", " ")
                .replace("&quot;", "\"")
                .replaceAll("\\s+", " ");
        for (String line : mail.text().lines().filter(l -> !l.equals("-- ")).toList()) {
            for (String piece : GAP.splitAsStream(line.strip()).toList()) {
                assertThat(read).contains(piece);
            }
        }
    }

    @Test
    void namesTheElementsThatOffend() {
        ObjectNode detail = Samples.martians(0);
        ObjectNode evidence = (ObjectNode) detail.get("evidence");
        evidence.putArray("offending").add("/etc/shadow").add("/etc/gshadow");
        evidence.put("offendingTotal", 143);

        RenderedMail mail = render(Samples.event(1, Samples.OPENED, EventType.FINDING_OPENED, "web-3", detail));

        assertThat(mail.text()).contains("What offends (2 of 143)\n  /etc/shadow\n  /etc/gshadow\n");
    }

    @Test
    void clearingAnswersTheOpening() {
        RenderedMail opening = render(Samples.opened());
        RenderedMail clearing = render(Samples.cleared());

        assertThat(opening.inReplyTo()).isEmpty();
        assertThat(clearing.inReplyTo()).contains(opening.messageId());
        assertThat(clearing.messageId()).isNotEqualTo(opening.messageId()).endsWith("@muster.example.org>");
    }

    @Test
    void clearingFindsItsOpeningThoughTheTimeIsWrittenOtherwise() {
        ObjectNode detail = Samples.martians(1).put("opened", "2026-11-21T04:12:07.000Z");
        Event cleared = Samples.event(9, Samples.OPENED, EventType.FINDING_CLEARED, "web-3", detail);

        assertThat(render(cleared).inReplyTo())
                .contains(render(Samples.opened()).messageId());
    }

    @Test
    void aFindingThatOpensAgainStartsAThreadOfItsOwn() {
        ObjectNode detail = Samples.martians(0).put("opened", "2026-11-22T04:12:07Z");
        Event again = Samples.event(5000, Samples.OPENED, EventType.FINDING_OPENED, "web-3", detail);

        assertThat(render(again).messageId())
                .isNotEqualTo(render(Samples.opened()).messageId());
    }

    @ParameterizedTest
    @CsvSource({"HOST_DOWN,down", "HOST_AGENT_DIED,agent-died"})
    void theReturnOfAHostIsInTheThreadOfItsOutage(EventType type, String status) {
        Event down = Samples.event(3, Samples.OPENED, type, "web-3", Samples.object());
        ObjectNode detail = Samples.object().put("before", status).put("downSince", "2026-11-21T04:12:07.000Z");
        Event up = Samples.event(9, Samples.OPENED.plusSeconds(90), EventType.HOST_UP, "web-3", detail);

        assertThat(render(up).inReplyTo()).contains(render(down).messageId());
        assertThat(render(down).inReplyTo()).isEmpty();
        assertThat(render(down).text()).contains("muster host web-3");
    }

    @Test
    void nobodyWasMailedThatAHostShutDown() {
        ObjectNode detail = Samples.object().put("before", "shut-down").put("downSince", "2026-11-21T04:12:07Z");
        Event up = Samples.event(9, Samples.OPENED, EventType.HOST_UP, "web-3", detail);

        assertThat(render(up).inReplyTo()).isEmpty();
    }

    @Test
    void messageIdOfOtherMailsIsTheRowsId() {
        Event up = Samples.event(3, Samples.OPENED, EventType.HOST_UP, "web-3", Samples.object());

        assertThat(renderer.render(List.of(row("01946f5a-77", up))).messageId())
                .isEqualTo("<01946f5a-77@muster.example.org>");
        assertThat(renderer.render(List.of(row("a>\r\nBcc: x", up))).messageId())
                .matches("<row-[0-9a-f]{32}@muster\\.example\\.org>");
    }

    @Test
    void messageIdOfADigestDependsOnItsRowsNotTheirOrder() {
        List<Row> rows = IntStream.range(0, 3).mapToObj(Samples::openedRow).toList();

        assertThat(renderer.render(rows).messageId())
                .isEqualTo(renderer.render(rows.reversed()).messageId())
                .isNotEqualTo(renderer.render(rows.subList(0, 2)).messageId());
    }

    @Test
    void attachesTheEventAsJson() throws Exception {
        RenderedMail mail = render(Samples.opened());
        JsonNode json = new ObjectMapper().readTree(mail.json());

        assertThat(mail.jsonName()).isEqualTo("event-4711.json");
        assertThat(json.path("seq").asLong()).isEqualTo(4711);
        assertThat(json.path("type").asText()).isEqualTo("finding-opened");
        assertThat(json.path("detail")).isEqualTo(Samples.martians(0));
    }

    @Test
    void leavesDetailsOutWhereTheAttachmentWouldGrowTooLong() throws Exception {
        ObjectNode big = Samples.object().put("blob", "x".repeat(600_000));
        Event event = Samples.event(1, Samples.OPENED, EventType.RULE_FAULT, "web-3", big);

        RenderedMail mail = renderer.render(List.of(row("a", event), row("b", event)));
        JsonNode json = new ObjectMapper().readTree(mail.json());

        assertThat(json.get(0).has("detail")).isTrue();
        assertThat(json.get(1).path("detailLeftOut").asText()).isEqualTo("too long for a mail");
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void everyTypeMakesAMailFromAnEmptyDetail(EventType type) {
        RenderedMail mail = render(Samples.event(1, Samples.OPENED, type, "web-3", Samples.object()));

        assertThat(mail.subject()).startsWith("[muster] ").contains("web-3");
        assertThat(mail.text()).contains("web-3");
    }

    @Test
    void detailsOfTheWrongShapeStillMakeAMail() throws Exception {
        for (String hostile : new String[] {
            "{'rule':[],'evidence':7,'opened':3,'instance':null}",
            "{'rule':{'severity':{},'refs':'x','title':[1]},'evidence':{'reads':{'a':1},'offending':{'b':2}}}",
            "{'findings':{'a':1},'rule':null}"
        }) {
            var detail = (ObjectNode) new ObjectMapper().readTree(hostile.replace('\'', '"'));
            for (EventType type : EventType.values()) {
                assertThat(render(Samples.event(1, Samples.OPENED, type, "web-3", detail))
                                .subject())
                        .contains("web-3");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\r\nBcc: victim@example.org",
                "a\nX-Evil: 1\n\nbody",
                "\u202Eegap lacitirc",
                "<script>alert(1)</script>",
                "\"><img src=http://evil.example/x.png onerror=alert(1)>",
                "' style='position:fixed",
                "</table></div><h1>pwned</h1>",
                "\u001B]0;title\u0007",
                "x\u2028y\u2029z\u0085\u000B\u000C",
                "=?UTF-8?B?YQ==?=",
                "-- \nOn behalf of",
                "; rm -rf / #",
                "\uD800\uDFFF\uDC00",
            })
    void nothingHostileGetsThrough(String hostile) {
        String longOne = hostile + "A".repeat(10_000);
        for (String name : new String[] {hostile, longOne}) {
            ObjectNode detail = Samples.finding(name, name, name, TextNode.valueOf(name));
            ((ObjectNode) detail.get("rule")).put("why", name).put("fix", name).put("category", name);
            ((ObjectNode) detail.get("instance")).put("instance", name);
            ((ObjectNode) detail.get("evidence"))
                    .put("wanted", name)
                    .putArray("offending")
                    .add(name);
            var whole = Samples.object();
            whole.putArray("findings").add(detail);
            whole.setAll(detail);
            for (EventType type : EventType.values()) {
                Event event = new Event(1, Samples.OPENED, type, Optional.of(Samples.HOST), name, name, whole);
                assertHarmless(renderer.render(List.of(row(name, event))));
                assertHarmless(renderer.render(List.of(row(name, event), row("b", event))));
            }
        }
    }

    private static void assertHarmless(RenderedMail mail) {
        assertThat(mail.subject()).startsWith("[muster] ").hasSizeLessThan(720);
        assertThat(mail.subject().codePoints().anyMatch(SafeText::hidden)).isFalse();
        assertThat(mail.messageId()).matches("<[A-Za-z0-9_-]+@muster\\.example\\.org>");
        assertThat(mail.text().codePoints().filter(c -> c != '\n').anyMatch(SafeText::hidden))
                .isFalse();
        // Only our own signature line; a foreign one would hide what follows from replies.
        assertThat(mail.text().lines().filter(line -> line.equals("-- "))).hasSize(1);
        assertThat(TAG.matcher(mail.html()).results().map(tag -> tag.group(1)).distinct())
                .isSubsetOf(
                        "!DOCTYPE", "html", "head", "meta", "title", "body", "table", "tr", "td", "div", "br", "span");
        assertThat(MARKUP.matcher(mail.html()).results().map(MatchResult::group))
                .noneMatch(markup -> markup.contains("src=") || markup.contains("href=") || markup.contains("onerror"));
        assertThat(mail.html().replaceAll("<[^>]*>", "")).doesNotContain("<", "\"", "'");
        assertThat(mail.text().lines().filter(line -> line.contains("muster findings")))
                .allSatisfy(line -> assertThat(line.strip()).matches("muster findings( --host [A-Za-z0-9._-]+)?"));
        assertThat(mail.json()).matches("\\p{ASCII}*");
    }

    @Test
    void fetchesNothing() {
        String html = render(Samples.opened()).html();

        assertThat(html).doesNotContain("http:", "https:", "url(", "src=", "href=", "<link", "<style");
    }

    @Test
    void hostNameGoesIntoTheCommandOnlyWhereAShellTakesItAsAName() {
        Event event = Samples.event(1, Samples.OPENED, EventType.FINDING_OPENED, "$(reboot)", Samples.martians(0));

        assertThat(render(event).text()).contains("muster findings --host " + Samples.HOST);
    }
}
