package dev.muster.collector.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.Keyring;

/** What {@code status} says of the collector's own keys. */
final class KeysStatus {
    private KeysStatus() {}

    static ObjectNode of(Keyring keyring) {
        Keyring.Keys now = keyring.now();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("current", now.current())
                .put("spare", now.spare());
        now.old().ifPresent(old -> node.put("old", old));
        now.next().ifPresent(next -> node.put("from_the_next_start", next));
        if (now.place() == Keyring.Place.ON_THIS_MACHINE) {
            node.put(
                    "reminder",
                    "the spare pair lies on this machine, where it is lost or stolen together with the other: "
                            + "muster keys export-spare FILE");
        }
        return node;
    }
}
