package dev.muster.agent.app;

import dev.muster.agent.config.CollectorAddress;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.session.Collector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where collectors may be, looked up: every address of a name, with every key that may answer. Blocks on DNS. */
record Whereabouts(List<CollectorAddress> addresses, Supplier<List<PublicKey>> keys) {
    private static final Logger LOG = LoggerFactory.getLogger(Whereabouts.class);

    List<Collector> lookUp() {
        List<Collector> found = new ArrayList<>();
        List<PublicKey> usable = keys.get();
        for (CollectorAddress address : addresses) {
            try {
                for (InetAddress each : InetAddress.getAllByName(address.host())) {
                    var socket = new InetSocketAddress(each, address.port());
                    usable.forEach(key -> found.add(new Collector(socket, key)));
                }
            } catch (UnknownHostException e) {
                LOG.warn("event=collector-unknown name={}", address.host());
            }
        }
        return found;
    }
}
