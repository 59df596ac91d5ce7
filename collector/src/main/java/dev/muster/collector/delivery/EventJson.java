package dev.muster.collector.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.Event;
import java.util.List;

/** Events as machines read them, in an attachment: {@code {"seq", "at", "type", "host", "hostName", "summary", "detail"}}. */
final class EventJson {
    /** Common servers take 10 MB; nobody reads more than this. What is above goes without its {@code detail}. */
    static final int MAX_DETAIL_CHARS = 1_000_000;

    /** ASCII only, so that no reader can guess the encoding wrong. */
    private static final ObjectWriter WRITER = JsonMapper.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build()
            .writerWithDefaultPrettyPrinter();

    private EventJson() {}

    /** One event as an object, several as an array. */
    static String of(List<Event> events) {
        try {
            if (events.size() == 1) {
                return WRITER.writeValueAsString(node(events.getFirst(), MAX_DETAIL_CHARS));
            }
            var array = JsonNodeFactory.instance.arrayNode();
            int room = MAX_DETAIL_CHARS;
            for (Event event : events) {
                ObjectNode node = node(event, room);
                room -= node.path("detail").toString().length();
                array.add(node);
            }
            return WRITER.writeValueAsString(array);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    private static ObjectNode node(Event event, int room) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("seq", event.seq());
        node.put("at", event.at().toString());
        node.put("type", event.type().word());
        event.host().ifPresent(host -> node.put("host", host.toString()));
        node.put("hostName", event.hostName());
        node.put("summary", event.summary());
        if (event.detail().toString().length() <= room) {
            node.set("detail", event.detail());
        } else {
            node.put("detailLeftOut", "too long for a mail");
        }
        return node;
    }
}
