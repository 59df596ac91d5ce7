package dev.muster.collector.delivery;

import java.io.IOException;

/** A place that event lines go to. One thread writes; it may block. */
interface LineSink extends AutoCloseable {
    /** Writes a line, given without its line feed. */
    void write(byte[] line) throws IOException;

    /** From any thread: also ends a {@link #write} that hangs, where the place allows it. */
    @Override
    void close();
}
