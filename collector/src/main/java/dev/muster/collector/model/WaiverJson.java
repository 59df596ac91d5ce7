package dev.muster.collector.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A waiver as JSON, in the detail of events and in the API. */
public final class WaiverJson {
    private WaiverJson() {}

    public static ObjectNode write(Waiver waiver) {
        ObjectNode node =
                JsonNodeFactory.instance.objectNode().put("id", waiver.id()).put("rule", waiver.rule());
        waiver.scope().host().ifPresent(text -> node.put("host", text));
        waiver.scope().role().ifPresent(text -> node.put("role", text));
        waiver.scope().label().ifPresent(text -> node.put("label", text));
        node.put("reason", waiver.reason())
                .put("owner", waiver.owner())
                .put("created", waiver.created().toString())
                .put("until", waiver.until().toString());
        waiver.ended().ifPresent(end -> node.put("ended", end.at().toString()).put("how", end.how()));
        return node;
    }
}
