package dev.muster.protocol.simulation;

import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.transport.Outbound;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Endpoints, the datagrams between them and a clock that jumps from event to event. Everything follows from the seed; hours pass in
 * milliseconds. One thread.
 */
public final class SimulatedNetwork {
    private record Event(long atNanos, long order, Runnable action) {}

    /** A datagram as an eavesdropper sees it. */
    @SuppressWarnings("ArrayRecordComponent") // for inspection, never compared
    public record Sighting(InetSocketAddress from, InetSocketAddress to, byte[] packet) {}

    private static final int MAX_TICKS_IN_A_ROW = 1_000;

    private final Random random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
    private final Map<InetSocketAddress, Endpoint> endpoints = new LinkedHashMap<>();
    private final Map<InetSocketAddress, Set<InetSocketAddress>> groups = new HashMap<>();
    private final Set<Set<InetSocketAddress>> partitions = new HashSet<>();
    private final FakeClock clock = new FakeClock();
    private final List<Sighting> sightings = new ArrayList<>();
    private Weather weather = Weather.FAIR;
    private long order;

    public SimulatedNetwork(long seed) {
        this.random = new Random(seed);
    }

    /** The seeded source, for whatever else the schedule decides. */
    public Random random() {
        return random;
    }

    public long nowNanos() {
        return clock.nanos();
    }

    /** The world's clock; leave it to {@link #run} to move it. */
    public FakeClock clock() {
        return clock;
    }

    /** From now on nothing gets from one to the other, either way, but for what is under way. */
    public void cut(InetSocketAddress one, InetSocketAddress other) {
        partitions.add(Set.of(one, other));
    }

    /** Undoes {@link #cut}. */
    public void mend(InetSocketAddress one, InetSocketAddress other) {
        partitions.remove(Set.of(one, other));
    }

    /** What is sent to the group reaches this address too. */
    public void join(InetSocketAddress group, InetSocketAddress member) {
        groups.computeIfAbsent(group, _ -> new LinkedHashSet<>()).add(member);
    }

    public void weather(Weather next) {
        weather = next;
    }

    /** Everything that was sent so far, delivered or not. */
    public List<Sighting> sightings() {
        return sightings;
    }

    /** Puts an endpoint at an address, in the place of the one before. */
    public <E extends Endpoint> E attach(InetSocketAddress address, Function<Outbound, E> factory) {
        E endpoint = factory.apply((to, packet) -> {
            sightings.add(new Sighting(address, to, packet.clone()));
            carry(address, to, packet);
        });
        endpoints.put(address, endpoint);
        return endpoint;
    }

    /** Switches the endpoint off; what is under way to it is lost. */
    public void detach(InetSocketAddress address) {
        endpoints.remove(address);
    }

    /** Delivers a datagram of anybody's making. */
    public void inject(InetSocketAddress from, InetSocketAddress to, byte[] packet) {
        Endpoint endpoint = endpoints.get(to);
        if (endpoint != null) {
            endpoint.datagram(from, packet.clone(), clock.nanos());
        }
    }

    /** Runs for a while. */
    public void run(Duration time) {
        runUntil(() -> false, time);
    }

    /** Runs until the condition holds or the time is over; returns whether it holds. */
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
        long endNanos = clock.nanos() + limit.toNanos();
        tickAll();
        while (!condition.getAsBoolean()) {
            long next = Math.min(nextEventNanos(), nextDeadlineNanos());
            if (next > endNanos) {
                clock.advanceTo(endNanos);
                return condition.getAsBoolean();
            }
            clock.advanceTo(next);
            while (!events.isEmpty() && events.peek().atNanos <= clock.nanos()) {
                events.remove().action.run();
            }
            tickAll();
        }
        return true;
    }

    private long nextEventNanos() {
        return events.isEmpty() ? Long.MAX_VALUE : events.peek().atNanos;
    }

    private long nextDeadlineNanos() {
        return endpoints.values().stream()
                .mapToLong(Endpoint::nextDeadlineNanos)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private void tickAll() {
        for (Endpoint endpoint : List.copyOf(endpoints.values())) {
            int ticks = 0;
            while (endpoint.nextDeadlineNanos() <= clock.nanos()) {
                endpoint.tick(clock.nanos());
                if (++ticks > MAX_TICKS_IN_A_ROW) {
                    throw new AssertionError(
                            "an endpoint asks for a tick for ever at " + clock.nanos() + ": " + endpoint);
                }
            }
        }
    }

    private void carry(InetSocketAddress from, InetSocketAddress to, byte[] packet) {
        if (to.getAddress().isMulticastAddress()) {
            for (InetSocketAddress member : groups.getOrDefault(to, Set.of())) {
                carry(from, member, packet.clone());
            }
            return;
        }
        if (from.equals(to) || partitions.contains(Set.of(from, to))) {
            return;
        }
        if (random.nextDouble() >= weather.loss()) {
            deliver(from, to, packet);
        }
        if (random.nextDouble() < weather.duplication()) {
            deliver(from, to, packet.clone());
        }
        if (random.nextDouble() < weather.corruption()) {
            byte[] bad = packet.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            deliver(from, to, bad);
        }
    }

    private void deliver(InetSocketAddress from, InetSocketAddress to, byte[] packet) {
        long delay = random.nextLong(weather.minDelayMillis(), weather.maxDelayMillis() + 1L) * 1_000_000;
        events.add(new Event(clock.nanos() + delay, order++, () -> {
            Endpoint endpoint = endpoints.get(to);
            if (endpoint != null) {
                endpoint.datagram(from, packet, clock.nanos());
            }
        }));
    }
}
