package dev.muster.protocol.simulation;

import dev.muster.protocol.transport.Endpoint;
import dev.muster.protocol.transport.Outbound;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints, the datagrams between them and a clock that jumps from event to event. Everything follows from the seed; hours pass in
 * milliseconds. One thread.
 */
public final class SimulatedNetwork {
    private record Event(long atNanos, long order, Runnable action) {}

    /**
     * A datagram as an eavesdropper sees it.
     *
     * @param sender where its endpoint is attached, behind its NAT
     * @param order grows with each datagram sent
     */
    @SuppressWarnings("ArrayRecordComponent") // for inspection, never compared
    public record Sighting(
            InetSocketAddress sender, InetSocketAddress from, InetSocketAddress to, byte[] packet, long order) {}

    /** One direction between two endpoints, by where they are attached. */
    private record Way(InetSocketAddress from, InetSocketAddress to) {}

    private static final int MAX_TICKS_IN_A_ROW = 1_000;
    private static final int MAX_BURST = 20;

    private final Random random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
    private final Map<InetSocketAddress, Endpoint> endpoints = new LinkedHashMap<>();
    private final Map<InetSocketAddress, Set<InetSocketAddress>> groups = new HashMap<>();
    private final Set<Set<InetSocketAddress>> partitions = new HashSet<>();
    private final FakeClock clock = new FakeClock();
    private final List<Sighting> sightings = new ArrayList<>();
    private final Map<InetSocketAddress, InetSocketAddress> outsides = new HashMap<>();
    private final Map<InetSocketAddress, InetSocketAddress> insides = new HashMap<>();
    private final Set<InetSocketAddress> aliased = new HashSet<>();
    private final Map<Way, Weather> weathers = new HashMap<>();
    private final Map<Way, Integer> bursts = new HashMap<>();
    private Consumer<Sighting> eavesdropper = _ -> {};
    private @Nullable AddressLedger ledger;
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

    /** Everywhere, whatever was said of single ways before. */
    public void weather(Weather next) {
        weathers.clear();
        weather = next;
    }

    /** One way only. */
    public void weather(InetSocketAddress from, InetSocketAddress to, Weather next) {
        weathers.put(new Way(from, to), next);
    }

    /** A NAT between the endpoint and all others gives it another address; what is under way to the one before is lost. */
    public void rebind(InetSocketAddress endpoint, InetSocketAddress outside) {
        insides.remove(outside(endpoint));
        outsides.put(endpoint, outside);
        insides.put(outside, endpoint);
    }

    /** The endpoint's datagrams come from another of its addresses than that at which it is called; at both it receives. */
    public void alias(InetSocketAddress endpoint, InetSocketAddress other) {
        outsides.put(endpoint, other);
        insides.put(other, endpoint);
        aliased.add(endpoint);
    }

    /** Where others see the endpoint. */
    public InetSocketAddress outside(InetSocketAddress endpoint) {
        return outsides.getOrDefault(endpoint, endpoint);
    }

    /** Does it at that time, between two datagrams. */
    public void after(Duration delay, Runnable action) {
        events.add(new Event(clock.nanos() + delay.toNanos(), order++, action));
    }

    /** Sees each datagram when it is sent. */
    public void eavesdrop(Consumer<Sighting> by) {
        eavesdropper = by;
    }

    /** Watches what goes to addresses that are not proven. */
    public void audit(AddressLedger by) {
        ledger = by;
    }

    /** Everything that was sent so far, delivered or not. */
    public List<Sighting> sightings() {
        return sightings;
    }

    /** Puts an endpoint at an address, in the place of the one before. */
    public <E extends Endpoint> E attach(InetSocketAddress address, Function<Outbound, E> factory) {
        E endpoint = factory.apply((to, packet) -> {
            var seen = new Sighting(address, outside(address), to, packet.clone(), order++);
            sightings.add(seen);
            if (ledger != null) {
                ledger.sent(seen);
            }
            carry(seen, to);
            eavesdropper.accept(seen);
        });
        if (ledger != null) {
            ledger.forget(address);
        }
        endpoints.put(address, endpoint);
        return endpoint;
    }

    /** Switches the endpoint off; what is under way to it is lost. */
    public void detach(InetSocketAddress address) {
        endpoints.remove(address);
    }

    /** Delivers a datagram of anybody's making, at once. */
    public void inject(InetSocketAddress from, InetSocketAddress to, byte[] packet) {
        receiver(to).ifPresent(inside -> {
            if (ledger != null) {
                ledger.received(inside, from, packet.length);
            }
            hand(inside, from, packet.clone());
        });
    }

    /** Delivers a datagram again, at once, as if it came from there. */
    public void replay(Sighting seen, InetSocketAddress from) {
        arrive(seen, from, seen.to(), seen.packet().clone());
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

    private void carry(Sighting datagram, InetSocketAddress to) {
        if (to.getAddress().isMulticastAddress()) {
            groups.getOrDefault(to, Set.of()).forEach(member -> carry(datagram, member));
            return;
        }
        InetSocketAddress inside = insides.getOrDefault(to, to);
        var way = new Way(datagram.sender(), inside);
        Weather here = weathers.getOrDefault(way, weather);
        boolean swallowed = datagram.sender().equals(inside)
                || partitions.contains(Set.of(datagram.sender(), inside))
                || datagram.packet().length > here.maxBytes();
        if (swallowed) {
            return;
        }
        if (!lost(way, here)) {
            deliver(datagram, to, datagram.packet().clone(), here);
        }
        if (chance(here.duplication())) {
            deliver(datagram, to, datagram.packet().clone(), here);
        }
        if (chance(here.corruption())) {
            byte[] bad = datagram.packet().clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            deliver(datagram, to, bad, here);
        }
    }

    private boolean chance(double share) {
        return random.nextDouble() < share;
    }

    private boolean lost(Way way, Weather here) {
        int left = bursts.getOrDefault(way, 0);
        if (left > 0) {
            bursts.put(way, left - 1);
            return true;
        }
        if (here.bursts() > 0 && chance(here.bursts())) {
            bursts.put(way, random.nextInt(MAX_BURST));
            return true;
        }
        return chance(here.loss());
    }

    private void deliver(Sighting datagram, InetSocketAddress to, byte[] packet, Weather here) {
        long delay = random.nextLong(here.minDelayMillis(), here.maxDelayMillis() + 1L) * 1_000_000;
        events.add(new Event(clock.nanos() + delay, order++, () -> arrive(datagram, datagram.from(), to, packet)));
    }

    private void arrive(Sighting datagram, InetSocketAddress from, InetSocketAddress to, byte[] packet) {
        receiver(to).ifPresent(inside -> {
            if (ledger != null && Arrays.equals(packet, datagram.packet())) {
                ledger.received(inside, from, packet.length, datagram, order);
            } else if (ledger != null) {
                ledger.received(inside, from, packet.length);
            }
            hand(inside, from, packet);
        });
    }

    /** Who is attached behind an address; empty if nobody is, any more. */
    private Optional<InetSocketAddress> receiver(InetSocketAddress to) {
        InetSocketAddress inside = insides.getOrDefault(to, to);
        boolean open = outside(inside).equals(to) || aliased.contains(inside);
        return open && endpoints.containsKey(inside) ? Optional.of(inside) : Optional.empty();
    }

    private void hand(InetSocketAddress inside, InetSocketAddress from, byte[] packet) {
        Endpoint endpoint = endpoints.get(inside);
        if (endpoint != null) {
            endpoint.datagram(from, packet, clock.nanos());
        }
    }
}
