package dev.muster.collector.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.muster.collector.delivery.EventLogConfig.Facility;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SyslogLineTest {
    /** RFC 5424, 6: header, one structured data element, message. */
    private static final Pattern RFC_5424 = Pattern.compile("<\\d{1,3}>1 \\S+ [!-~]{1,255} muster - [a-z-]{1,32} "
            + "\\[muster@32473( [a-zA-Z]+=\"([^\"\\\\\\]]|\\\\[\"\\\\\\]])*\")*\\]( .*)?");

    private static String line(Facility facility, Event event) {
        return new String(new SyslogLine(facility, "mon-1").of(event), StandardCharsets.UTF_8);
    }

    @Test
    void anOpeningAsOneLine() {
        assertThat(line(Facility.DAEMON, Samples.opened()))
                .isEqualTo("<29>1 2026-11-21T04:12:07.000000Z mon-1 muster - finding-opened "
                        + "[muster@32473 seq=\"4711\" host=\"web-3\" hostId=\"01946f5a-2c6e-7b31-9a44-6a2f1f0c0001\" "
                        + "rule=\"nist_V-38528\" severity=\"low\" category=\"security\"] something happened on web-3");
    }

    @ParameterizedTest
    @CsvSource({"high, 131", "medium, 132", "low, 133"})
    void severityFollowsTheRule(String severity, int priority) {
        Event event = Samples.event(
                1,
                Samples.OPENED,
                EventType.FINDING_OPENED,
                "web-3",
                Samples.finding("r", "t", severity, TextNode.valueOf("x")));

        assertThat(line(Facility.LOCAL0, event)).startsWith("<" + priority + ">1 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\"] evil",
                "back\\slash",
                "]",
                "a\nb<13>1 forged",
                "\u202Ebidi",
                "😀😀😀",
                "\uD800",
                "\\\"]\\\"]",
                "é"
            })
    void staysOneValidLineWhateverTheHostSays(String hostile) {
        for (String name : new String[] {hostile, hostile.repeat(3_000)}) {
            for (EventType type : EventType.values()) {
                Event event = new Event(
                        Long.MAX_VALUE,
                        Samples.OPENED,
                        type,
                        Optional.of(Samples.HOST),
                        name,
                        name,
                        Samples.finding(name, name, name, TextNode.valueOf(name)));
                byte[] bytes = new SyslogLine(Facility.LOCAL7, name).of(event);
                String line = new String(bytes, StandardCharsets.UTF_8);

                assertThat(bytes).hasSizeLessThanOrEqualTo(SyslogLine.MAX_LINE_BYTES);
                assertThat(line).matches(RFC_5424).doesNotContain("\n", "\r");
            }
        }
    }
}
