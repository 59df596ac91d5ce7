package dev.muster.agent.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An append-only file; all buffers have arrays. */
interface SpoolFile extends Closeable {
    long size() throws IOException;

    /** Appends all of the buffers or throws, in which case any prefix may have been written. */
    void append(ByteBuffer... buffers) throws IOException;

    /** Fills {@code target} from {@code position} on; throws where the file is too short. */
    void read(ByteBuffer target, long position) throws IOException;

    /** Returns when everything appended is on stable storage. */
    void force() throws IOException;

    void truncate(long size) throws IOException;
}
