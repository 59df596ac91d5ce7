package dev.muster.agent.app;

import dev.muster.agent.discovery.HandedOver;
import dev.muster.agent.discovery.InstanceKey;
import dev.muster.agent.link.Summary;
import dev.muster.agent.spool.Spool;
import dev.muster.agent.spool.SpoolChannel;
import dev.muster.protocol.message.Digest;
import dev.muster.protocol.message.FactsHash;
import dev.muster.protocol.message.FactsList;
import dev.muster.protocol.message.InstanceName;
import dev.muster.protocol.wire.SpoolId;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sums up what was handed over: when a session begins, when asked, and again and again. On a thread of its own, since it waits for the disk. */
final class Digests implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Digests.class);

    /** So that a fleet that came back together does not sum up together for ever. */
    private static final double JITTER = 0.1;

    private static final Duration TRY_AGAIN = Duration.ofSeconds(10);

    private final Sources sources;
    private final Duration every;
    private final RandomGenerator random;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().name("digest").daemon().unstarted(task));
    private @Nullable ScheduledFuture<?> next;

    /**
     * Where a summary comes from and goes to.
     *
     * @param origin of the present spool
     */
    record Sources(
            Supplier<Optional<HostDiscovery>> discovery,
            Spool spool,
            Supplier<Digest.Spool> origin,
            Consumer<Summary> sink) {}

    Digests(Sources sources, Duration every, RandomGenerator random) {
        this.sources = sources;
        this.every = every;
        this.random = random;
    }

    /** Soon; from any thread. */
    void due(Summary.Kind kind) {
        try {
            timer.execute(() -> sumUp(kind));
        } catch (RejectedExecutionException e) {
            LOG.debug("event=digest-after-the-end");
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void sumUp(Summary.Kind kind) {
        try {
            Optional<Summary> summary = summary(kind);
            summary.ifPresent(sources.sink());
            if (kind == Summary.Kind.DIGEST) {
                again(summary.isPresent() ? jittered() : TRY_AGAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("event=digest-failed", e);
            again(every);
        }
    }

    /** The last one counts: a session that begins puts off the next. */
    private void again(Duration in) {
        if (next != null) {
            next.cancel(false);
        }
        if (!timer.isShutdown()) {
            next = timer.schedule(() -> sumUp(Summary.Kind.DIGEST), in.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private Duration jittered() {
        double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
        return Duration.ofMillis((long) (every.toMillis() * factor));
    }

    private Optional<Summary> summary(Summary.Kind kind) throws InterruptedException {
        Optional<HostDiscovery> discovery = sources.discovery().get();
        SpoolId before = sources.spool().id();
        Optional<HandedOver> found = discovery.isEmpty()
                ? Optional.empty()
                : discovery.get().handedOver(() -> sources.spool().nextSeq(SpoolChannel.RESULTS) - 1);
        if (found.isEmpty() || !sources.spool().id().equals(before)) {
            return Optional.empty();
        }
        HandedOver now = found.get();
        byte[] body = switch (kind) {
            case DIGEST -> digest(now, sources.origin().get()).encode();
            case LIST -> list(now).encode();
        };
        return Optional.of(Summary.of(kind, before, now.seq(), body));
    }

    private static Digest digest(HandedOver now, Digest.Spool origin) {
        SortedMap<InstanceName, FactsHash> known = new TreeMap<>();
        now.instances().forEach((key, hash) -> hash.ifPresent(facts -> known.put(name(key), facts)));
        return new Digest(
                Digest.of(known),
                now.seq(),
                origin,
                now.ended().stream()
                        .map(run -> new Digest.Run(name(run.key()), run.age(), run.interval()))
                        .toList());
    }

    private static FactsList list(HandedOver now) {
        SortedMap<InstanceName, Optional<FactsHash>> all = new TreeMap<>();
        now.instances().forEach((key, hash) -> all.put(name(key), hash));
        return new FactsList(now.seq(), all);
    }

    private static InstanceName name(InstanceKey key) {
        return new InstanceName(key.type(), key.instance());
    }
}
