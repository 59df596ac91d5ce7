package dev.muster.agent.discovery;

import dev.muster.protocol.message.FactsReport;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** What a script has printed, up to the cap. Read once: what has been read is freed, as the parsed form takes its place in a small heap. */
final class CappedOutput implements OutputPipe.Sink {
    private static final int CHUNK_BYTES = 64 << 10;

    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private int lastLength = CHUNK_BYTES;
    private int size;
    private boolean over;

    @Override
    public void take(byte[] bytes, int length) {
        int wanted = Math.min(length, FactsReport.MAX_DATA_BYTES - size);
        over |= wanted < length;
        int from = 0;
        while (from < wanted) {
            if (lastLength == CHUNK_BYTES) {
                chunks.addLast(new byte[CHUNK_BYTES]);
                lastLength = 0;
            }
            int count = Math.min(wanted - from, CHUNK_BYTES - lastLength);
            System.arraycopy(bytes, from, chunks.getLast(), lastLength, count);
            lastLength += count;
            from += count;
        }
        size += Math.max(0, wanted);
    }

    int size() {
        return size;
    }

    /** It printed more than the cap. */
    boolean isOver() {
        return over;
    }

    boolean isBlank() {
        return size < 64 && Arrays.stream(firstBytes()).allMatch(b -> b <= ' ');
    }

    private int[] firstBytes() {
        int[] bytes = new int[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = chunks.getFirst()[i];
        }
        return bytes;
    }

    /** Everything, once. */
    InputStream drain() {
        return new InputStream() {
            private int at;

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                if (length == 0) {
                    return 0;
                }
                if (chunks.isEmpty()) {
                    return -1;
                }
                int end = chunks.size() == 1 ? lastLength : CHUNK_BYTES;
                int count = Math.min(length, end - at);
                System.arraycopy(chunks.getFirst(), at, target, offset, count);
                at += count;
                if (at == end) {
                    chunks.removeFirst();
                    at = 0;
                }
                return count;
            }
        };
    }
}
