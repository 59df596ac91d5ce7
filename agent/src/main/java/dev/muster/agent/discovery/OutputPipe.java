package dev.muster.agent.discovery;

import java.io.Closeable;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** The agent's end of one pipe. Never blocks. One thread. */
final class OutputPipe implements Closeable {
    /** Takes what was read. */
    interface Sink {
        void take(byte[] bytes, int length);
    }

    /** What a pipe holds on Linux. */
    private static final int PIPE_BYTES = 64 << 10;

    private final Path path;
    private final RandomAccessFile end;
    private final FileInputStream in;
    private final byte[] buffer = new byte[4 << 10];

    private OutputPipe(Path path, RandomAccessFile end) throws IOException {
        this.path = path;
        this.end = end;
        in = new FileInputStream(end.getFD());
    }

    /** Opened for reading and writing, as Linux lets that be done without waiting for a writer; fifo(7). */
    static OutputPipe open(Path path) throws IOException {
        return new OutputPipe(path, new RandomAccessFile(path.toFile(), "rw"));
    }

    /** Where the script's end is opened. */
    File file() {
        return path.toFile();
    }

    /** Once the script has its end, nobody else needs the name. */
    void forgetName() throws IOException {
        Files.deleteIfExists(path);
    }

    /** Gives {@code sink} what is there, at most a pipe full, and returns how many bytes that were. */
    int drainTo(Sink sink) throws IOException {
        int total = 0;
        while (total < PIPE_BYTES) {
            int count = Math.min(in.available(), buffer.length);
            if (count <= 0) {
                break;
            }
            int read = in.read(buffer, 0, count);
            sink.take(buffer, read);
            total += read;
        }
        return total;
    }

    @Override
    public void close() throws IOException {
        in.close();
        end.close();
        Files.deleteIfExists(path);
    }
}
