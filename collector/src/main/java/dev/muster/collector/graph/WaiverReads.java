package dev.muster.collector.graph;

import dev.muster.collector.model.Waiver;
import java.util.Optional;
import org.neo4j.driver.Value;

/** Reads waivers back. */
final class WaiverReads {
    private WaiverReads() {}

    static StandingWaiver standing(Value node) {
        return new StandingWaiver(
                waiver(node),
                node.get("settledThrough").asString(),
                node.get("warned").asBoolean());
    }

    static Waiver waiver(Value node) {
        return new Waiver(
                node.get("id").asString(),
                node.get("rule").asString(),
                new Waiver.Scope(text(node, "host"), text(node, "role"), text(node, "label")),
                node.get("reason").asString(),
                node.get("owner").asString(),
                HostLoading.instant(node, "created"),
                HostLoading.instant(node, "until"),
                HostLoading.optionalInstant(node, "ended")
                        .map(at -> new Waiver.End(at, node.get("how").asString(""))));
    }

    private static Optional<String> text(Value node, String property) {
        return Optional.ofNullable(node.get(property).asString(null));
    }
}
