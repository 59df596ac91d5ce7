package dev.muster.bench;

import dev.muster.protocol.wire.InitPacket;
import java.util.ArrayList;
import java.util.List;

/** What a flood costs a collector before it is thrown away, against reading it from a plain socket. */
final class JunkItem implements Item {
    private static final int PACKETS = 1_000;
    private static final int WARM_UPS = 100;
    private static final int ROUNDS = 101;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final byte NO_TYPE = 0x09;

    @Override
    public List<Row> measure() throws Exception {
        byte[] header = InitPacket.header(InitPacket.ROLE_TO_COLLECTOR, 1);
        return List.of(
                row("INIT without a good mac1, rejected", header),
                row("no packet of ours, rejected", new byte[] {NO_TYPE}));
    }

    private static Row row(String what, byte[] header) throws Exception {
        try (var host = new HostDrain(world -> Parts.collector(world, world, _ -> {}));
                var bare = new BareDrain()) {
            Comparison times = Comparison.of(
                    WARM_UPS, ROUNDS, () -> host.round(junk(header)), () -> bare.round(junk(header), _ -> {}));
            return new Row(
                    what,
                    "",
                    "%,.0f a second; bare receive %,.0f"
                            .formatted(NANOS_PER_SECOND / times.ours(), NANOS_PER_SECOND / times.bare()),
                    "%.2f".formatted(times.ratio()),
                    Row.Verdict.NO_GOAL);
        }
    }

    /** So many, each with other bytes after the header. */
    private static List<byte[]> junk(byte[] header) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < PACKETS; i++) {
            byte[] packet = new byte[InitPacket.BYTES];
            Parts.RANDOM.nextBytes(packet);
            System.arraycopy(header, 0, packet, 0, header.length);
            all.add(packet);
        }
        return all;
    }
}
