package dev.muster.protocol.stream;

import dev.muster.protocol.stream.ReliableChannels.Events;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.ProtocolViolation;
import java.util.function.Consumer;

/** The receiving halves of the channels. */
final class ReceiveSide {
    private final Events events;
    private final RecordReader[] readers = new RecordReader[Frame.CHANNELS];
    private final ReceiveStream[] streams = new ReceiveStream[Frame.CHANNELS];
    private StreamLimits limits;

    ReceiveSide(StreamLimits limits, Events events) {
        this.limits = limits;
        this.events = events;
        open();
    }

    /** False if there was no room: the packet must not be acknowledged. */
    boolean retain(Frame.Stream frame) throws ProtocolViolation {
        return streams[frame.channel()].retain(frame);
    }

    /** Whether the sender of the last bytes waits to hear of them. */
    boolean awaited(int channel) {
        return streams[channel].awaited();
    }

    /** Credit that is worth announcing now. */
    void newCredit(Consumer<Frame> to) {
        for (ReceiveStream stream : streams) {
            Frame.Window credit = stream.newCredit();
            if (credit != null) {
                to.accept(credit);
            }
        }
    }

    /** Whether credit waits for the budget. */
    boolean stalled() {
        return streams[0].stalled() || streams[1].stalled();
    }

    void recordLimits(int maxBodyBytes, int maxRawBytes) {
        limits = limits.withRecords(maxBodyBytes, maxRawBytes);
        for (RecordReader reader : readers) {
            reader.limits(maxBodyBytes, maxRawBytes);
        }
    }

    /** Streams start at offset 0. */
    void restart() {
        dispose();
        open();
    }

    void dispose() {
        for (ReceiveStream stream : streams) {
            stream.dispose();
        }
    }

    private void open() {
        for (int channel = 0; channel < streams.length; channel++) {
            readers[channel] = new RecordReader(limits.maxBodyBytes(), limits.maxRawBytes(), sink(channel));
            streams[channel] = new ReceiveStream(channel, limits, readers[channel]);
        }
    }

    private RecordReader.Sink sink(int channel) {
        return new RecordReader.Sink() {
            @Override
            public void record(StreamRecord record) {
                events.record(channel, record);
            }

            @Override
            public void dead(long seq, int type, String error) {
                events.deadRecord(channel, seq, type, error);
            }
        };
    }
}
