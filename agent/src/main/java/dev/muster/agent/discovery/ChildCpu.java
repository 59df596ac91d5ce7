package dev.muster.agent.discovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Measures the CPU time of scripts without a process of its own: the kernel adds up, for this process, the time of all children that it
 * has waited for, theirs included; proc(5), fields cutime and cstime of /proc/self/stat. Thread-safe.
 */
final class ChildCpu {
    /** USER_HZ, which is 100 on every Linux that Java runs on. */
    private static final long MS_PER_TICK = 10;
    /** Counted after the closing parenthesis of the name, which may hold spaces: state is 0. */
    private static final int CUTIME = 13;

    private final Path stat;
    private long lastTicks;

    ChildCpu(Path stat) {
        this.stat = stat;
        lastTicks = ticks();
    }

    /** Milliseconds of all children that ended since the last call. */
    synchronized long takeMs() {
        long ticks = ticks();
        long ms = (ticks - lastTicks) * MS_PER_TICK;
        lastTicks = ticks;
        return ms;
    }

    private long ticks() {
        try {
            String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", CUTIME + 3);
            return Long.parseLong(fields[CUTIME]) + Long.parseLong(fields[CUTIME + 1]);
        } catch (IOException | RuntimeException e) {
            throw new DiscoveryException("cannot read " + stat + ": " + e, e);
        }
    }
}
