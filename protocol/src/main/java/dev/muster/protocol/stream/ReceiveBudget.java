package dev.muster.protocol.stream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory from which receivers draw grants for records larger than a channel's window, and room for bytes that arrive out
 * of order. A grant is all or nothing, so that whoever holds one can finish its record. Called from many threads.
 */
public interface ReceiveBudget {
    /** False: nothing is reserved, ask again later; the sender waits meanwhile, or sends again. */
    boolean reserve(int bytes);

    /** Gives back what {@link #reserve} granted. */
    void release(int bytes);

    /** One budget for all associations of a process. */
    static ReceiveBudget shared(long totalBytes) {
        var free = new AtomicLong(totalBytes);
        return new ReceiveBudget() {
            @Override
            public boolean reserve(int bytes) {
                return free.getAndUpdate(left -> left >= bytes ? left - bytes : left) >= bytes;
            }

            @Override
            public void release(int bytes) {
                free.addAndGet(bytes);
            }
        };
    }

    /** For a process with few associations: only the size of one record a channel bounds it. */
    static ReceiveBudget unlimited() {
        return shared(Long.MAX_VALUE / 2);
    }
}
