package dev.muster.agent.app;

import dev.muster.agent.discovery.FactsSink;
import dev.muster.agent.discovery.InstanceKey;
import dev.muster.agent.spool.Append;
import dev.muster.agent.spool.Spool;
import dev.muster.agent.spool.SpoolChannel;
import dev.muster.protocol.message.FactsReport;
import dev.muster.protocol.stream.RecordType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changed facts go to disk first, then to the network.
 *
 * @param appended told after each append
 */
record FactsToSpool(Spool spool, Runnable appended) implements FactsSink {
    private static final Logger LOG = LoggerFactory.getLogger(FactsToSpool.class);

    @Override
    public boolean hasRoom() {
        return !spool.isFull();
    }

    @Override
    public Offer offer(FactsReport report) {
        var key = new InstanceKey(report.type(), report.instance());
        Append append = spool.append(SpoolChannel.RESULTS, RecordType.FACTS, key.toString(), report.encode());
        return switch (append) {
            case Append.Stored stored -> {
                LOG.info(
                        "event=facts-changed instance={} seq={} superseded={}",
                        key,
                        stored.seq(),
                        spool.status().superseded());
                appended.run();
                yield Offer.TAKEN;
            }
            case Append.Refused refused -> {
                LOG.warn("event=spool-refused instance={} reason=\"{}\"", key, refused.text());
                yield Offer.REFUSED;
            }
        };
    }
}
