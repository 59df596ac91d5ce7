package dev.muster.bench;

import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.Acceptor;
import dev.muster.protocol.session.Association;
import dev.muster.protocol.session.ChannelListener;
import dev.muster.protocol.session.InitiatorConfig;
import dev.muster.protocol.session.ResponderConfig;
import dev.muster.protocol.session.ResponderEndpoint;
import dev.muster.protocol.session.Trust;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.transport.Offload;
import dev.muster.protocol.transport.Outbound;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.SpoolId;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** What every item builds its endpoints from. */
final class Parts {
    static final SecureRandom RANDOM = new SecureRandom();
    static final StaticKeys COLLECTOR = StaticKeys.generate(RANDOM);

    private Parts() {}

    static StreamLimits limits() {
        return StreamLimits.defaults(ReceiveBudget.unlimited());
    }

    static InitiatorConfig agent(StaticKeys keys) {
        return new InitiatorConfig(
                keys, SpoolId.random(RANDOM), RANDOM.nextLong(), limits(), RANDOM, InstantSource.system());
    }

    /** A collector, of a new run, that trusts everybody. */
    static ResponderEndpoint collector(Outbound outbound, Offload offload, Consumer<StreamRecord> records) {
        var config = new ResponderConfig(
                List.of(COLLECTOR),
                new CollectorRun(RANDOM.nextLong(), RANDOM.nextLong()),
                ResponderConfig.DEFAULT_KEEPALIVE,
                limits(),
                RANDOM,
                InstantSource.system());
        return new ResponderEndpoint(config, _ -> Trust.TRUSTED, new Listening(records), outbound, offload);
    }

    private record Listening(Consumer<StreamRecord> records) implements Acceptor {
        @Override
        public ChannelListener established(Association association) {
            return new ChannelListener() {
                @Override
                public void record(int channel, StreamRecord record) {
                    records.accept(record);
                }

                @Override
                public void deadRecord(int channel, long seq, int type, String error) {
                    throw new IllegalStateException("dead record " + seq + ": " + error);
                }
            };
        }

        @Override
        public void closed(Association association, String reason) {}
    }
}
