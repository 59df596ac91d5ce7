package dev.muster.protocol.session;

import dev.muster.protocol.stream.StreamRecord;

/** A collector that lets everything happen; tests override what they look at. */
class DeafAcceptor implements Acceptor {
    @Override
    public ChannelListener established(Association association) {
        return new ChannelListener() {
            @Override
            public void record(int channel, StreamRecord record) {}

            @Override
            public void deadRecord(int channel, long seq, int type, String error) {}
        };
    }

    @Override
    public void closed(Association association, String reason) {}
}
