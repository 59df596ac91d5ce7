package dev.muster.collector.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.Event;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.Outbox.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Events and rows as the collector writes them. */
final class Samples {
    static final Instant OPENED = Instant.parse("2026-11-21T04:12:07Z");
    static final HostId HOST = HostId.parse("01946f5a-2c6e-7b31-9a44-6a2f1f0c0001");
    static final String MARTIANS = "Packets with impossible addresses are logged";
    static final String MARTIANS_PATH = "proc_sys[\"net.ipv4.conf.all.log_martians\"]";

    private Samples() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode finding(String ruleId, String title, String severity, JsonNode value) {
        ObjectNode finding = object();
        finding.put("host", HOST.toString()).put("hostName", "web-3");
        ObjectNode rule = finding.putObject("rule");
        rule.put("id", ruleId).put("title", title).put("type", "proc_sys");
        rule.put("category", "security").put("severity", severity);
        rule.put("check", "facts[\"net.ipv4.conf.all.log_martians\"] == 1");
        rule.put("why", "Spoofed traffic leaves a trace.");
        rule.put("fix", "sysctl.d: net.ipv4.conf.all.log_martians = 1");
        rule.putArray("refs").add("RHEL-06-000088").add("Lynis KRNL-6000");
        rule.put("profile", "base");
        finding.putObject("instance").put("type", "proc_sys").put("instance", "");
        ObjectNode evidence = finding.putObject("evidence");
        evidence.putArray("reads").addObject().put("path", MARTIANS_PATH).set("value", value);
        evidence.put("wanted", "facts[\"net.ipv4.conf.all.log_martians\"] == 1");
        evidence.putArray("offending");
        evidence.put("offendingTotal", 0).put("factsHash", "00ff");
        finding.put("opened", OPENED.toString()).putNull("closed");
        return finding;
    }

    static ObjectNode martians(int value) {
        return finding("nist_V-38528", MARTIANS, "low", IntNode.valueOf(value));
    }

    static Event event(long seq, Instant at, EventType type, String hostName, ObjectNode detail) {
        return new Event(seq, at, type, Optional.of(HOST), hostName, "something happened on " + hostName, detail);
    }

    static Event opened() {
        return event(4711, OPENED, EventType.FINDING_OPENED, "web-3", martians(0));
    }

    static Event cleared() {
        return event(4890, OPENED.plusSeconds(7_500), EventType.FINDING_CLEARED, "web-3", martians(1));
    }

    static Event firstReport(String... severities) {
        ObjectNode detail = object();
        var findings = detail.putArray("findings");
        for (int i = 0; i < severities.length; i++) {
            findings.add(finding("rule_" + i, "Title number " + i, severities[i], IntNode.valueOf(i)));
        }
        return event(12, OPENED, EventType.FIRST_REPORT, "web-3", detail);
    }

    static Row row(String id, Event... events) {
        return new Row(id, "mail", List.of(events), events[0].at(), 0);
    }

    /** A row for each number, all due at once. */
    static Row openedRow(int number) {
        Event event = event(
                number,
                OPENED.plusMillis(number),
                EventType.FINDING_OPENED,
                "web-" + number,
                finding("rule_" + number, MARTIANS, "low", IntNode.valueOf(0)));
        return row("row-" + number, event);
    }
}
