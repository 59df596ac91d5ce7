package dev.muster.collector.app;

import dev.muster.collector.apply.Input;
import dev.muster.collector.apply.Inputs;
import dev.muster.collector.apply.Outcome;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets waivers end when their time has come, and has what they begin and end carried out on every host. */
final class WaiverWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WaiverWatch.class);

    /** A look without waivers costs nothing; so soon after its end a waiver's findings are open again. Implementation choice. */
    private static final long LOOK_EVERY_SECONDS = 5;

    private final Inputs inputs;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("waiver-watch").daemon().unstarted(task));

    WaiverWatch(Inputs inputs) {
        this.inputs = inputs;
    }

    WaiverWatch start() {
        var _ = executor.scheduleWithFixedDelay(this::look, LOOK_EVERY_SECONDS, LOOK_EVERY_SECONDS, TimeUnit.SECONDS);
        return this;
    }

    /** Where the queue is full or the graph away, the next look tries again. */
    private void look() {
        inputs.offer(new Input.SettleWaivers())
                .ifPresent(taken -> taken.whenCompleteAsync((done, failure) -> settled(done, failure), executor));
    }

    private void settled(Outcome.WaiversSettled done, Throwable failure) {
        if (failure != null) {
            LOG.warn("event=waivers-not-settled error=\"{}\"", failure.getMessage());
        } else if (!done.isWhole()) {
            look();
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
