package dev.muster.protocol.session;

import dev.muster.protocol.stream.StreamRecord;
import java.nio.ByteBuffer;
import java.util.Random;

/** The content of a record in a {@link Schedule}: which fact, in which version, and bytes that follow from both and do not shrink. */
final class Body {
    private static final int HEADER_BYTES = 16;

    private Body() {}

    static byte[] of(long instance, long version, int filler) {
        byte[] noise = new byte[filler];
        new Random(instance * 31 + version).nextBytes(noise);
        return ByteBuffer.allocate(HEADER_BYTES + filler)
                .putLong(instance)
                .putLong(version)
                .put(noise)
                .array();
    }

    static long instance(StreamRecord record) {
        return ByteBuffer.wrap(record.body()).getLong();
    }

    static long version(StreamRecord record) {
        return ByteBuffer.wrap(record.body()).getLong(Long.BYTES);
    }

    static boolean sound(StreamRecord record) {
        byte[] expected = of(instance(record), version(record), record.body().length - HEADER_BYTES);
        return record.equals(new StreamRecord(record.seq(), record.type(), expected));
    }
}
