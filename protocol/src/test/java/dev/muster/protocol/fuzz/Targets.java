package dev.muster.protocol.fuzz;

import dev.muster.protocol.message.Desired;
import dev.muster.protocol.message.FactsReport;
import dev.muster.protocol.message.Goodbye;
import dev.muster.protocol.message.Hello;
import dev.muster.protocol.message.MalformedMessage;
import dev.muster.protocol.message.PeerReport;
import dev.muster.protocol.message.Peers;
import dev.muster.protocol.message.Status;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.ReliableChannels;
import dev.muster.protocol.stream.RetainedBytes;
import dev.muster.protocol.stream.Role;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.CookiePacket;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.FrameCodec;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.ProtocolViolation;
import dev.muster.protocol.wire.ResetPacket;
import dev.muster.protocol.wire.RespPacket;
import dev.muster.protocol.wire.SpoolId;
import dev.muster.protocol.wire.VersionsPacket;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What may be done with any bytes: each target ends, or throws because a promise was broken. */
public final class Targets {
    private static final int MAX_RAW_BYTES = 1 << 20;
    private static final int SPACE_BYTES = Packets.MAX_BYTES - DataPacket.OVERHEAD_BYTES;
    private static final int SECOND_NANOS = 1_000_000_000;

    private static final List<Consumer<byte[]>> MESSAGES = List.of(
            Hello::decode,
            Status::decode,
            FactsReport::decode,
            Desired::decode,
            Peers::decode,
            PeerReport::decode,
            Goodbye::decode);

    private Targets() {}

    /** Every packet decoder: what it takes, it writes the same. */
    public static void packets(byte[] bytes) {
        same(bytes, RespPacket.decode(bytes).map(RespPacket::encode));
        same(bytes, CookiePacket.decode(bytes).map(CookiePacket::encode));
        same(bytes, ResetPacket.decode(bytes).map(ResetPacket::encode));
        same(bytes, VersionsPacket.decode(bytes).map(VersionsPacket::encode));
        InitPacket.decode(bytes)
                .ifPresent(init -> require(
                        Arrays.equals(init.encode(), 0, InitPacket.MAC1_OFFSET, bytes, 0, InitPacket.MAC1_OFFSET),
                        "INIT is written as it was read"));
        if (DataPacket.wellFormed(bytes)) {
            byte[] header = DataPacket.allocate(DataPacket.sid(bytes), DataPacket.counter(bytes), 0);
            require(
                    Arrays.equals(header, 0, Packets.HEADER_BYTES, bytes, 0, Packets.HEADER_BYTES),
                    "DATA is written as it was read");
        }
    }

    /** Frames: what is taken is written the same; the rest is a violation and nothing else. */
    public static void frames(byte[] bytes) {
        try {
            same(bytes, Optional.of(FrameCodec.encode(FrameCodec.decode(bytes))));
        } catch (ProtocolViolation expected) {
            require(expected.reason() > 0, "a violation has a reason");
        }
    }

    /**
     * Decrypted packets at both kinds of endpoints, one after the other, each after two bytes of length: a violation ends the session,
     * anything else leaves it in order, in memory and in time.
     */
    public static void channels(byte[] bytes) {
        converse(Role.RESPONDER, bytes);
        converse(Role.INITIATOR, bytes);
    }

    /** Bytes of a stream, in order, as records: deflated ones included. */
    public static void records(byte[] bytes) {
        var limits = new StreamLimits(
                StreamLimits.INITIAL_WINDOW_BYTES,
                StreamLimits.INITIAL_WINDOW_BYTES,
                StreamLimits.MAX_BODY_BYTES,
                MAX_RAW_BYTES,
                ReceiveBudget.shared(MAX_RAW_BYTES));
        var channels = new ReliableChannels(Role.RESPONDER, limits, new Ignored());
        int length = Math.min(bytes.length, StreamLimits.INITIAL_WINDOW_BYTES);
        try {
            for (int at = 0, number = 0; at < length; at += 1_000, number++) {
                byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(length, at + 1_000));
                channels.onPacket(number, FrameCodec.encode(List.of(new Frame.Stream(1, at, piece))), number);
                requireBounded(channels);
            }
        } catch (ProtocolViolation expected) {
            require(expected.reason() > 0, "a violation has a reason");
        } finally {
            channels.dispose();
        }
    }

    /** Bodies of records: a message, or the one declared exception. */
    public static void messages(byte[] bytes) {
        for (Consumer<byte[]> decoder : MESSAGES) {
            try {
                decoder.accept(bytes);
            } catch (MalformedMessage expected) {
                require(expected.getMessage() != null, "says what is wrong");
            }
        }
    }

    private static void converse(Role role, byte[] bytes) {
        var channels = new ReliableChannels(
                role,
                StreamLimits.defaults(ReceiveBudget.shared(MAX_RAW_BYTES)).withRecords(4_096, MAX_RAW_BYTES),
                new Ignored());
        channels.offer(1, new StreamRecord(1, 3, new byte[3_000]));
        long now = SECOND_NANOS;
        long sent = 0;
        int at = 0;
        try {
            for (long number = 0; at + 2 <= bytes.length; number++) {
                int length = ((bytes[at] & 0x07) << 8) | (bytes[at + 1] & 0xFF);
                int end = Math.min(bytes.length, at + 2 + length);
                channels.onPacket(number, Arrays.copyOfRange(bytes, at + 2, end), now);
                at = end;
                now += SECOND_NANOS / 20;
                requireBounded(channels);
                int burst = 0;
                while (channels.nextPacket(sent, SPACE_BYTES, now) != null) {
                    sent++;
                    require(++burst < 200, "a tick ends");
                }
            }
        } catch (ProtocolViolation expected) {
            require(expected.reason() > 0, "a violation has a reason");
        } finally {
            channels.dispose();
        }
    }

    private static void requireBounded(ReliableChannels channels) {
        require(RetainedBytes.of(channels) <= 2L * MAX_RAW_BYTES, "memory is bounded");
    }

    private static void same(byte[] read, Optional<byte[]> written) {
        written.ifPresent(bytes -> require(Arrays.equals(read, bytes), "is written as it was read"));
    }

    private static void require(boolean promise, String words) {
        if (!promise) {
            throw new AssertionError(words);
        }
    }

    private static final class Ignored implements ReliableChannels.Events {
        @Override
        public void record(int channel, StreamRecord record) {
            require(record.body().length <= MAX_RAW_BYTES, "records keep to their limit");
        }

        @Override
        public void resume(int channel, SpoolId spool, long nextSeq) {}

        @Override
        public void applied(int channel, long seq) {}

        @Override
        public void pathChallenge(long data) {}

        @Override
        public void pathResponse(long data) {}

        @Override
        public void heartbeat(Frame.Heartbeat heartbeat) {}

        @Override
        public void closed(int reason, String text) {}

        @Override
        public void deadRecord(int channel, long seq, int type, String error) {}
    }
}
