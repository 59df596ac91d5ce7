package dev.muster.collector.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.delivery.DeliveryStatus;
import dev.muster.collector.delivery.MailConfig;
import java.util.Locale;
import java.util.Optional;

/** What `status` says of mail. */
final class MailStatus {
    private MailStatus() {}

    static ObjectNode of(Optional<MailConfig> config, DeliveryStatus delivery) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("state", delivery.state().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        node.put("since", delivery.since().toString());
        delivery.lastError().ifPresent(error -> node.put("last_error", error));
        node.put("sent", delivery.sent());
        node.put("failed", delivery.failed());
        node.put("refused", delivery.refused());
        config.ifPresent(mail -> {
            node.put("server", mail.server().host() + ":" + mail.server().port());
            node.put("to", String.join(", ", mail.addresses().recipients()));
        });
        if (config.isEmpty()) {
            node.put("hint", "mails wait in the outbox; set mail.host, mail.from and mail.to in collector.yaml");
        }
        return node;
    }
}
