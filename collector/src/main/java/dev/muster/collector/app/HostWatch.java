package dev.muster.collector.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.apply.Inputs;
import dev.muster.collector.apply.Lookout;
import dev.muster.collector.apply.Watching;
import dev.muster.collector.link.AgentLink;
import dev.muster.collector.link.StandingOrders;
import dev.muster.collector.link.TrustedAgents;
import dev.muster.collector.membership.Liveness;
import dev.muster.collector.membership.LivenessConfig;
import dev.muster.collector.model.Probes;
import dev.muster.collector.model.Wishes;
import dev.muster.protocol.message.CollectorKeys;
import dev.muster.protocol.session.InitiatorConfig;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The lookout, the orders to agents, and the thread on which the former looks. Stop it after whoever tells it something. */
final class HostWatch implements AutoCloseable {
    /** What {@link Lookout#tick} asks for. */
    private static final long TICK_MILLIS = 100;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("lookout").daemon().unstarted(task));
    private final Lookout lookout;
    private final StandingOrders orders;

    HostWatch(Duration keepalive, CollectorKeys keys) {
        LivenessConfig config = LivenessConfig.withKeepalive(keepalive, InitiatorConfig.LONGEST_RETRY);
        this.lookout = new Lookout(config, timer, System::nanoTime);
        this.orders = new StandingOrders(keys, config.interval(), config.dead());
    }

    Watching watching(Wishes wishes) {
        return new Watching(orders, wishes, lookout);
    }

    AgentLink.Agents agents(TrustedAgents trusted) {
        return new AgentLink.Agents(trusted, orders, lookout, timer);
    }

    /** From here on hosts are judged, after the time of grace. */
    void start(Inputs inputs, Probes probes) {
        lookout.start(inputs, probes);
        var _ = timer.scheduleWithFixedDelay(lookout::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    ObjectNode status() {
        Liveness.Summary now = lookout.summary();
        return JsonNodeFactory.instance
                .objectNode()
                .put("in_ring", now.ring())
                .put("connected", now.connected())
                .put("watched_by_collector", now.watchedByCollector())
                .put("suspected", now.suspected())
                .put("unreachable", now.unreachable())
                .put("path_problems", now.pathProblems());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
