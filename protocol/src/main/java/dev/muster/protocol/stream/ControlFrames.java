package dev.muster.protocol.stream;

import dev.muster.protocol.wire.Frame;
import java.util.Arrays;
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

    /** Newest value not yet acknowledged, by slot; in the order of sending. */
    private final @Nullable Frame[] newest = new @Nullable Frame[SLOTS];

    private final boolean[] due = new boolean[SLOTS];

    /** Replaces the value that this frame is of, and makes it due. */
    void put(Frame frame) {
        int slot = slot(frame);
        newest[slot] = frame;
        due[slot] = true;
    }

    boolean anyDue() {
        for (boolean slot : due) {
            if (slot) {
                return true;
            }
        }
        return false;
    }

    /** The next frame that is due; null if none is. It stays due until {@link #sent}. */
    @Nullable
    Frame next() {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (due[slot]) {
                return newest[slot];
            }
        }
        return null;
    }

    void sent(Frame frame) {
        due[slot(frame)] = false;
    }

    void acked(Frame frame) {
        int slot = slot(frame);
        if (frame.equals(newest[slot])) {
            newest[slot] = null;
            due[slot] = false;
        }
    }

    void lost(Frame frame) {
        int slot = slot(frame);
        if (slot != PING && frame.equals(newest[slot])) {
            due[slot] = true;
        }
    }

    void clear() {
        Arrays.fill(newest, null);
        Arrays.fill(due, false);
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
