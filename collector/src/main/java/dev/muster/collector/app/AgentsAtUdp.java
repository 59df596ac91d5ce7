package dev.muster.collector.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.link.LinkCounters;
import dev.muster.collector.model.Probes;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.DropCounters;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The UDP side, and what `status` says of it.
 *
 * @param loop runs a task on the thread that hears agents
 */
record AgentsAtUdp(
        InetSocketAddress address, Consumer<Runnable> loop, LinkCounters counters, Probes probes, DropCounters drops) {
    ObjectNode status(StaticKeys keys) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("listen", Collector.shown(address));
        ArrayNode addresses = node.putArray("addresses");
        ReachableAt.of(address).forEach(each -> addresses.add(Collector.shown(each)));
        node.put("public_key", keys.publicKey().toBase64());
        node.put("fingerprint", keys.publicKey().fingerprint());
        node.put("facts_records", counters.facts());
        node.put("undecodable_records", counters.undecodable());
        node.put("untrusted_records", counters.untrusted());
        node.put("overloads", counters.overloads());
        ObjectNode dropped = node.putObject("dropped_packets");
        drops.snapshot().forEach((reason, count) -> dropped.put(reason.name().toLowerCase(Locale.ROOT), count));
        return node;
    }
}
