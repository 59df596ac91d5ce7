package dev.muster.collector.install;

import dev.muster.collector.install.InstallException.Reason;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The ssh masters of a run, which know the password and would outlive us. Any thread. */
final class Masters {
    /** Killed programs are gone at once, unless the machine is busy. */
    private static final int DEATH_SECONDS = 5;

    private final Set<Process> alive = ConcurrentHashMap.newKeySet();
    private boolean isOver;

    /** None is started once all were killed. */
    synchronized Process start(ProcessBuilder builder) throws IOException {
        if (isOver) {
            throw new InstallException(Reason.INTERRUPTED, "interrupted", "Run the same again.");
        }
        Process master = builder.start();
        alive.add(master);
        master.onExit().thenRun(() -> alive.remove(master));
        return master;
    }

    /** With the ssh that each may have started to get past a jump host. */
    void kill() throws InterruptedException {
        synchronized (this) {
            isOver = true;
        }
        for (Process each : alive) {
            each.descendants().forEach(ProcessHandle::destroyForcibly);
            each.destroyForcibly();
        }
        for (Process each : alive) {
            boolean _ = each.waitFor(DEATH_SECONDS, TimeUnit.SECONDS);
        }
    }
}
