package dev.muster.protocol.session;

import dev.muster.protocol.simulation.SimulatedNetwork;
import dev.muster.protocol.simulation.SimulatedNetwork.Sighting;
import dev.muster.protocol.wire.DataPacket;
import dev.muster.protocol.wire.InitPacket;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.ResetPacket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Sees every datagram of a {@link Schedule}, sends any of them again from anywhere, also so that its copy comes first, and makes up some. Holds
 * no key, not even a public one.
 */
final class Attacker {
    /** Never sends what it saw, so there is nothing to answer. */
    private static final InetSocketAddress STRANGER = new InetSocketAddress("10.77.0.1", 1_000);

    private static final int ADDRESSES = 6;
    private static final int RANDOM_INIT_BYTES = InitPacket.BYTES - Packets.HEADER_BYTES;

    private final SimulatedNetwork network;
    private final InetSocketAddress collector;
    private final RandomGenerator random;
    private final Map<InetSocketAddress, Long> sids = new HashMap<>();
    private double forerunning;

    Attacker(SimulatedNetwork network, InetSocketAddress collector) {
        this.network = network;
        this.collector = collector;
        this.random = network.random();
    }

    /** From now on this share of the datagrams is overtaken by a copy from elsewhere. */
    void forerun(double share) {
        forerunning = share;
    }

    /** The collector's session id that the endpoint used last. */
    long sid(InetSocketAddress endpoint) {
        return sids.getOrDefault(endpoint, 0L);
    }

    void see(Sighting seen) {
        if (seen.to().equals(STRANGER)) {
            throw new AssertionError("nobody answers a stranger, but by a packet of type " + seen.packet()[0]);
        }
        boolean toCollector = seen.to().equals(collector);
        if (toCollector && Packets.type(seen.packet()) == Packets.DATA) {
            sids.put(seen.sender(), DataPacket.sid(seen.packet()));
        }
        if (random.nextDouble() < forerunning) {
            InetSocketAddress from = anywhere(seen);
            network.after(Duration.ZERO, () -> network.replay(seen, from));
        }
    }

    void replay(int datagrams) {
        List<Sighting> all = network.sightings();
        for (int i = 0; i < datagrams && !all.isEmpty(); i++) {
            // Half of them recent ones, which are still within the windows of time and of counters.
            int newest = random.nextBoolean() ? Math.min(all.size(), 100) : all.size();
            Sighting seen = all.get(all.size() - 1 - random.nextInt(newest));
            network.replay(seen, anywhere(seen));
        }
    }

    private InetSocketAddress anywhere(Sighting seen) {
        int host = random.nextInt(ADDRESSES);
        return host == 0 ? seen.from() : new InetSocketAddress("10.66.0." + host, 1_000);
    }

    /** RESETs that name sessions in use. */
    void forgeResets() {
        sids.forEach((endpoint, sid) -> {
            byte[] token = new byte[16];
            random.nextBytes(token);
            network.inject(collector, network.outside(endpoint), new ResetPacket(sid, token).encode());
        });
    }

    /** INITs of a version unknown and of the known one, with a mac that is no mac. */
    void call() {
        for (int version = Packets.VERSION; version <= Packets.VERSION + 1; version++) {
            byte[] noise = new byte[RANDOM_INIT_BYTES];
            random.nextBytes(noise);
            byte[] init = new byte[InitPacket.BYTES];
            System.arraycopy(InitPacket.header(0, random.nextLong()), 0, init, 0, Packets.HEADER_BYTES);
            System.arraycopy(noise, 0, init, Packets.HEADER_BYTES, noise.length);
            init[1] = (byte) version;
            network.inject(STRANGER, collector, init);
        }
    }

    /** Bytes of every type and length. */
    void junk(int datagrams) {
        for (int i = 0; i < datagrams; i++) {
            byte[] junk = new byte[1 + random.nextInt(300)];
            random.nextBytes(junk);
            junk[0] = (byte) (2 + random.nextInt(6));
            network.inject(new InetSocketAddress("10.66.0.1", 1_000), collector, junk);
        }
    }
}
