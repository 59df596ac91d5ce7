package dev.muster.agent.spool;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * A disk in memory that can be full, and lose power after any number of bytes written. Bytes that were forced survive a loss of power;
 * of the others a random part does, and garbage where the test asks for it.
 */
final class FakeDisk implements SpoolDisk {
    /** What the tests throw at the moment of the loss; nothing of the spool catches it. */
    static final class PowerLoss extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private FakeFile live = new FakeFile();
    private FakeFile replacement = new FakeFile();
    private long bytesUntilPowerLoss = Long.MAX_VALUE;
    private long capacityBytes = Long.MAX_VALUE;

    void losePowerAfter(long bytes) {
        bytesUntilPowerLoss = bytes;
    }

    void limitTo(long bytes) {
        capacityBytes = bytes;
    }

    byte[] content() {
        return Arrays.copyOf(live.bytes, live.length);
    }

    void corrupt(int at, int value) {
        live.bytes[at] = (byte) value;
    }

    void cutTo(int length) {
        live.length = length;
        live.forced = Math.min(live.forced, length);
    }

    /** What is there when power comes back. */
    void restart(Random random, boolean garbage) {
        bytesUntilPowerLoss = Long.MAX_VALUE;
        replacement = new FakeFile();
        int unforced = live.length - live.forced;
        int kept = live.forced + (unforced == 0 ? 0 : random.nextInt(unforced + 1));
        for (int i = live.forced; garbage && i < kept; i++) {
            live.bytes[i] = random.nextInt(3) == 0 ? (byte) random.nextInt() : live.bytes[i];
        }
        live.length = kept;
        live.forced = kept;
    }

    @Override
    public SpoolFile open() {
        return live;
    }

    @Override
    public SpoolFile createReplacement() {
        replacement = new FakeFile();
        return replacement;
    }

    @Override
    public void promoteReplacement() {
        spend(1);
        live = replacement;
        spend(1);
    }

    private void spend(long bytes) {
        bytesUntilPowerLoss -= bytes;
        if (bytesUntilPowerLoss < 0) {
            throw new PowerLoss();
        }
    }

    private final class FakeFile implements SpoolFile {
        private byte[] bytes = new byte[256];
        private int length;
        private int forced;

        @Override
        public long size() {
            return length;
        }

        @Override
        public void append(ByteBuffer... buffers) throws IOException {
            for (ByteBuffer buffer : buffers) {
                while (buffer.hasRemaining()) {
                    appendSome(buffer);
                }
            }
        }

        private void appendSome(ByteBuffer buffer) throws IOException {
            int count = (int) Math.min(buffer.remaining(), Math.min(capacityBytes - length, bytesUntilPowerLoss));
            if (count <= 0) {
                spend(1);
                throw new IOException("No space left on device");
            }
            bytes = bytes.length < length + count ? Arrays.copyOf(bytes, 2 * (length + count)) : bytes;
            buffer.get(bytes, length, count);
            length += count;
            spend(count);
        }

        @Override
        public void read(ByteBuffer target, long position) throws IOException {
            if (position + target.remaining() > length) {
                throw new EOFException();
            }
            target.put(bytes, (int) position, target.remaining());
        }

        @Override
        public void force() {
            spend(1);
            forced = length;
        }

        @Override
        public void truncate(long size) {
            spend(1);
            length = (int) size;
            forced = Math.min(forced, length);
        }

        @Override
        public void close() {}
    }
}
