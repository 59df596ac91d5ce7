package dev.muster.protocol.stream;

import dev.muster.protocol.wire.Frame;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Frames of which only the newest value counts: RESUME, APPLIED, WINDOW a channel, and CLOSE. Each is due until sent,
 * and due again when the packet with its newest value is lost. PING rides along: it is sent once.
 */
final class ControlFrames {
    private static final int CLOSE = 0;
    private static final int RESUME = 1;
    private static final int APPLIED = RESUME + Frame.CHANNELS;
    private static final int WINDOW = APPLIED + Frame.CHANNELS;
    private static final int PING = WINDOW + Frame.CHANNELS;
    private static final int SLOTS = PING + 1;

    /** Mostly nothing is waiting. */
    private static final @Nullable Frame[] NONE = {};

    /** Newest value not yet acknowledged, by slot; in the order of sending. */
    private @Nullable Frame[] newest = NONE;

    /** A bit a slot. */
    private int due;

    /** Replaces the value that this frame is of, and makes it due. */
    void put(Frame frame) {
        int slot = slot(frame);
        if (newest.length == 0) {
            newest = new @Nullable Frame[SLOTS];
        }
        newest[slot] = frame;
        due |= bit(slot);
    }

    boolean anyDue() {
        return due != 0;
    }

    /** The next frame that is due; null if none is. It stays due until {@link #sent}. */
    @Nullable
    Frame next() {
        return due == 0 ? null : newest[Integer.numberOfTrailingZeros(due)];
    }

    void sent(Frame frame) {
        due &= ~bit(slot(frame));
    }

    void acked(Frame frame) {
        int slot = slot(frame);
        if (isNewest(frame, slot)) {
            newest[slot] = null;
            due &= ~bit(slot);
        }
        if (due == 0 && Arrays.stream(newest).allMatch(Objects::isNull)) {
            newest = NONE;
        }
    }

    void lost(Frame frame) {
        int slot = slot(frame);
        if (slot != PING && isNewest(frame, slot)) {
            due |= bit(slot);
        }
    }

    void clear() {
        newest = NONE;
        due = 0;
    }

    private boolean isNewest(Frame frame, int slot) {
        return newest.length > 0 && frame.equals(newest[slot]);
    }

    private static int bit(int slot) {
        return 1 << slot;
    }

    private static int slot(Frame frame) {
        return switch (frame) {
            case Frame.Close _ -> CLOSE;
            case Frame.Resume r -> RESUME + r.channel();
            case Frame.Applied a -> APPLIED + a.channel();
            case Frame.Window w -> WINDOW + w.channel();
            case Frame.Ping _ -> PING;
            case Frame.Padding _, Frame.Ack _, Frame.Stream _, Frame.Heartbeat _ -> throw notControl(frame);
            case Frame.PathChallenge _, Frame.PathResponse _, Frame.Extension _ -> throw notControl(frame);
        };
    }

    private static IllegalArgumentException notControl(Frame frame) {
        return new IllegalArgumentException("not a control frame: " + frame);
    }
}
