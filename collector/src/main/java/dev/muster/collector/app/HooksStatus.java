package dev.muster.collector.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.delivery.HookConfig;
import dev.muster.collector.delivery.HookStatus;

/** What `status` says of hooks. */
final class HooksStatus {
    private HooksStatus() {}

    static ObjectNode of(HookConfig config, HookStatus hooks) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("folder", config.folder().toString());
        hooks.hooks().forEach(node.putArray("hooks")::add);
        hooks.refused().forEach(node.putArray("refused")::add);
        node.put("runs", hooks.runs());
        node.put("failures", hooks.failures());
        hooks.lastFailure().ifPresent(failure -> node.put("last_failure", failure));
        return node;
    }
}
