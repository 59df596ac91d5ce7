package dev.muster.collector.link;

import dev.muster.collector.model.HostId;
import dev.muster.collector.model.LifeSigns;
import dev.muster.collector.model.Probes;
import dev.muster.protocol.session.Association;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Asks hosts by a PING on their session, and beside it by a datagram from a connected socket, which alone hears from the host's system that
 * nobody listens there. State belongs to the event loop.
 */
final class SessionProbes implements Probes {
    /** liveness: five in a second. */
    private static final int PINGS = 5;

    private static final long PING_EVERY_MILLIS = 200;
    private static final long LOOK_EVERY_MILLIS = 50;

    /** Sockets open at once: who asks for more is told by its session alone. */
    private static final int MAX_SOCKETS = 64;

    private final AgentLink link;
    private final LifeSigns signs;
    private final ScheduledExecutorService timer;
    private final Map<HostId, Probe> open = new HashMap<>();
    private int sockets;

    private static final class Probe {
        private final HostId host;
        private final Map<Association, Long> heardBefore = new HashMap<>();
        private Optional<PortProbe> port = Optional.empty();
        private int pings;
        private int looks;
        private boolean answered;

        private Probe(HostId host) {
            this.host = host;
        }
    }

    /** @param timer may run tasks on any thread; they only hand over to the event loop */
    SessionProbes(AgentLink link, LifeSigns signs, ScheduledExecutorService timer) {
        this.link = link;
        this.signs = signs;
        this.timer = timer;
    }

    @Override
    public void begin(HostId host, Optional<InetSocketAddress> at) {
        link.loop().execute(() -> {
            end(host);
            var probe = new Probe(host);
            open.put(host, probe);
            link.associations(host).forEach(each -> probe.heardBefore.put(each, each.heardNanos()));
            if (at.isPresent() && sockets < MAX_SOCKETS) {
                probe.port = PortProbe.open(at.get());
                sockets += probe.port.isPresent() ? 1 : 0;
            }
            step(probe);
        });
    }

    @Override
    public void stop(HostId host) {
        link.loop().execute(() -> end(host));
    }

    @Override
    public void callAgain(HostId neighbour, HostId host) {
        link.loop().execute(() -> link.callAgain(neighbour, host));
    }

    private void step(Probe probe) {
        if (open.get(probe.host) != probe) {
            return;
        }
        List<Association> sessions = link.associations(probe.host);
        if (!probe.answered && sessions.stream().anyMatch(each -> heard(probe, each))) {
            probe.answered = true;
            end(probe.host);
            signs.answered(probe.host);
            return;
        }
        boolean pinging = probe.pings < PINGS;
        if (pinging && probe.looks % (PING_EVERY_MILLIS / LOOK_EVERY_MILLIS) == 0) {
            probe.pings++;
            sessions.forEach(Association::ping);
            probe.port.ifPresent(PortProbe::knock);
        }
        if (probe.port.map(PortProbe::isClosed).orElse(false)) {
            closeSocket(probe);
            signs.portClosed(probe.host);
        }
        probe.looks++;
        long pause = pinging ? LOOK_EVERY_MILLIS : lookLater(probe);
        timer.schedule(() -> link.loop().execute(() -> step(probe)), pause, TimeUnit.MILLISECONDS);
    }

    /** The first answer may be under way for a moment more; after that it is no longer urgent. */
    private long lookLater(Probe probe) {
        boolean soon = probe.looks < 2 * PINGS * (PING_EVERY_MILLIS / LOOK_EVERY_MILLIS);
        if (!soon) {
            closeSocket(probe);
        }
        return soon ? LOOK_EVERY_MILLIS : 4 * PING_EVERY_MILLIS;
    }

    private static boolean heard(Probe probe, Association session) {
        Long before = probe.heardBefore.putIfAbsent(session, session.heardNanos());
        return before != null && session.heardNanos() != before;
    }

    private void end(HostId host) {
        Probe probe = open.remove(host);
        if (probe != null) {
            closeSocket(probe);
        }
    }

    private void closeSocket(Probe probe) {
        probe.port.ifPresent(port -> {
            port.close();
            sockets--;
        });
        probe.port = Optional.empty();
    }
}
