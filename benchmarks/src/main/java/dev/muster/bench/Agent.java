package dev.muster.bench;

import dev.muster.protocol.session.Established;
import dev.muster.protocol.session.InitiatorListener;
import dev.muster.protocol.stream.StreamRecord;

/** What an agent hears and does not care about. */
class Agent implements InitiatorListener {
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
