package dev.muster.agent.app;

import dev.muster.protocol.message.Desired;
import dev.muster.protocol.message.Digest;
import dev.muster.protocol.message.FactsList;
import dev.muster.protocol.message.FactsReport;
import dev.muster.protocol.message.Generation;
import dev.muster.protocol.message.Hello;
import dev.muster.protocol.message.PeerReport;
import dev.muster.protocol.message.Peers;
import dev.muster.protocol.message.Status;
import dev.muster.protocol.message.Want;
import dev.muster.protocol.noise.StaticKeys;
import dev.muster.protocol.session.Acceptor;
import dev.muster.protocol.session.Association;
import dev.muster.protocol.session.ChannelListener;
import dev.muster.protocol.session.ResponderConfig;
import dev.muster.protocol.session.ResponderEndpoint;
import dev.muster.protocol.session.Trust;
import dev.muster.protocol.stream.ReceiveBudget;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.udp.UdpException;
import dev.muster.protocol.udp.UdpHost;
import dev.muster.protocol.wire.CollectorRun;
import dev.muster.protocol.wire.Frame;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Trusts every agent, wants the same of each, applies what comes at once, and remembers it. Real sockets. */
final class SmallCollector implements Acceptor, AutoCloseable {
    final StaticKeys keys;
    final List<Association> established = new CopyOnWriteArrayList<>();
    final List<Hello> hellos = new CopyOnWriteArrayList<>();
    final List<FactsReport> facts = new CopyOnWriteArrayList<>();
    final List<Digest> digests = new CopyOnWriteArrayList<>();
    final List<FactsList> lists = new CopyOnWriteArrayList<>();
    final List<PeerReport> reports = new CopyOnWriteArrayList<>();
    final List<Integer> sent = new CopyOnWriteArrayList<>();
    final List<Frame.Heartbeat> beats = new CopyOnWriteArrayList<>();
    private final Map<String, Long> applied;
    private final UdpHost udp;
    private volatile Desired desired = Desired.NOTHING;
    private volatile List<Want> wanted = List.of();
    private volatile Peers peers = Peers.NONE;

    private SmallCollector(StaticKeys keys, int port, Map<String, Long> applied, Trust trust) throws UdpException {
        this.keys = keys;
        this.applied = applied;
        var random = new SecureRandom();
        var config = new ResponderConfig(
                List.of(keys),
                new CollectorRun(random.nextLong(), random.nextLong()),
                ResponderConfig.DEFAULT_KEEPALIVE,
                StreamLimits.defaults(ReceiveBudget.unlimited()),
                random,
                InstantSource.system());
        udp = UdpHost.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                world -> new ResponderEndpoint(config, _ -> trust, this, world, world));
    }

    SmallCollector() throws UdpException {
        this(Trust.TRUSTED);
    }

    /** Says so in the handshake. */
    SmallCollector(Trust trust) throws UdpException {
        this(StaticKeys.generate(new SecureRandom()), 0, new ConcurrentHashMap<>(), trust);
    }

    /** The same keys, port and database, after this one was closed. */
    SmallCollector again() throws UdpException {
        return new SmallCollector(keys, address().getPort(), applied, Trust.TRUSTED);
    }

    InetSocketAddress address() {
        return udp.localAddress();
    }

    /** For sessions from now on. */
    void wants(Desired nextDesired, Peers nextPeers) {
        desired = nextDesired;
        peers = nextPeers;
    }

    /** Said to each LIST. */
    void wantsAgain(Want... wants) {
        wanted = List.of(wants);
    }

    @Override
    public ChannelListener established(Association association) {
        established.add(association);
        return new ChannelListener() {
            @Override
            public void record(int channel, StreamRecord record) {
                take(association, channel, record);
            }

            @Override
            public void deadRecord(int channel, long seq, int type, String error) {
                throw new AssertionError(error);
            }

            @Override
            public void heartbeat(Frame.Heartbeat beat) {
                beats.add(beat);
            }
        };
    }

    @Override
    public void closed(Association association, String reason) {}

    @Override
    public void close() {
        udp.close();
    }

    private void take(Association from, int channel, StreamRecord record) {
        switch (record.type()) {
            case RecordType.HELLO -> hello(from, Hello.decode(record.body()));
            case RecordType.FACTS -> facts.add(FactsReport.decode(record.body()));
            case RecordType.DIGEST -> {
                digests.add(Digest.decode(record.body()));
                want(from, new Want.Everything());
            }
            case RecordType.LIST -> {
                lists.add(FactsList.decode(record.body()));
                wanted.forEach(each -> want(from, each));
            }
            case RecordType.PEER_REPORT -> reports.add(PeerReport.decode(record.body()));
            default -> {}
        }
        if (record.seq() > 0) {
            applied.put(from.spool() + "/" + channel, record.seq());
            from.applied(channel, record.seq());
        }
    }

    private static void want(Association from, Want want) {
        send(from, RecordType.WANT, want.encode());
    }

    private void hello(Association from, Hello hello) {
        hellos.add(hello);
        for (int channel = 0; channel < Frame.CHANNELS; channel++) {
            from.resume(channel, applied.getOrDefault(from.spool() + "/" + channel, 0L) + 1);
        }
        send(
                from,
                RecordType.STATUS,
                Status.trusted("0199d2a0-0000-7000-8000-000000000001", 0).encode());
        sendUnless(hello.generation(), from, RecordType.DESIRED, desired.encode());
        sendUnless(hello.peersGeneration(), from, RecordType.PEERS, peers.encode());
    }

    private void sendUnless(String held, Association to, int type, byte[] body) {
        if (!held.equals(Generation.of(body))) {
            sent.add(type);
            send(to, type, body);
        }
    }

    private static void send(Association to, int type, byte[] body) {
        to.offer(Frame.CONTROL_CHANNEL, new StreamRecord(0, type, body));
    }
}
