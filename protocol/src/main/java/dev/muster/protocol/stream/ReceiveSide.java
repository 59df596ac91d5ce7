package dev.muster.protocol.stream;

import dev.muster.protocol.stream.ReliableChannels.Events;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.ProtocolViolation;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The receiving halves of the channels. Of a channel on which a record ended and nothing is missing only two offsets are kept: most channels
 * of most associations are silent most of the time.
 */
final class ReceiveSide {
    private final Events events;
    private final @Nullable ReceiveStream[] streams = new @Nullable ReceiveStream[Frame.CHANNELS];
    private final long[] inOrderOffsets = new long[Frame.CHANNELS];
    private final long[] creditOffsets = new long[Frame.CHANNELS];
    private StreamLimits limits;

    ReceiveSide(StreamLimits limits, Events events) {
        this.limits = limits;
        this.events = events;
        Arrays.fill(creditOffsets, StreamLimits.INITIAL_WINDOW_BYTES);
    }

    /** False if there was no room: the packet must not be acknowledged. */
    boolean retain(Frame.Stream frame) throws ProtocolViolation {
        return stream(frame.channel()).retain(frame);
    }

    /** Whether the sender of the last bytes waits to hear of them. */
    boolean awaited(int channel) {
        return stream(channel).awaited();
    }

    /** Credit that is worth announcing now. */
    void newCredit(Consumer<Frame> to) {
        for (int channel = 0; channel < streams.length; channel++) {
            ReceiveStream stream = streams[channel];
            if (stream == null) {
                continue;
            }
            Frame.Window credit = stream.newCredit();
            if (credit != null) {
                to.accept(credit);
            }
            if (stream.quiet()) {
                rest(channel, stream);
            }
        }
    }

    /** Whether credit waits for the budget. */
    boolean stalled() {
        for (ReceiveStream stream : streams) {
            if (stream != null && stream.stalled()) {
                return true;
            }
        }
        return false;
    }

    void recordLimits(int maxBodyBytes, int maxRawBytes) {
        limits = limits.withRecords(maxBodyBytes, maxRawBytes);
        for (ReceiveStream stream : streams) {
            if (stream != null) {
                stream.recordLimits(maxBodyBytes, maxRawBytes);
            }
        }
    }

    /** Streams start at offset 0. */
    void restart() {
        dispose();
        Arrays.fill(inOrderOffsets, 0);
        Arrays.fill(creditOffsets, StreamLimits.INITIAL_WINDOW_BYTES);
    }

    void dispose() {
        for (int channel = 0; channel < streams.length; channel++) {
            ReceiveStream stream = streams[channel];
            if (stream != null) {
                stream.dispose();
                streams[channel] = null;
            }
        }
    }

    private ReceiveStream stream(int channel) {
        ReceiveStream known = streams[channel];
        if (known != null) {
            return known;
        }
        var reader = new RecordReader(limits.maxBodyBytes(), limits.maxRawBytes(), sink(channel));
        var stream = new ReceiveStream(channel, limits, reader, inOrderOffsets[channel], creditOffsets[channel]);
        streams[channel] = stream;
        return stream;
    }

    private void rest(int channel, ReceiveStream stream) {
        inOrderOffsets[channel] = stream.inOrderOffset();
        creditOffsets[channel] = stream.creditOffset();
        streams[channel] = null;
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
