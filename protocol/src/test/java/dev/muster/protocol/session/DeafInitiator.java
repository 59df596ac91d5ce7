package dev.muster.protocol.session;

import dev.muster.protocol.stream.StreamRecord;

/** An agent that lets everything happen; tests override what they look at. Those of other modules do so, too. */
public class DeafInitiator implements InitiatorListener {
    @Override
    public void established(Established session) {}

    @Override
    public void writable() {}

    @Override
    public void lost(String reason) {}

    @Override
    public void record(int channel, StreamRecord record) {}

    @Override
    public void deadRecord(int channel, long seq, int type, String error) {}
}
