package dev.muster.collector.link;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.apply.Input;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.HostAttributes;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import dev.muster.protocol.message.Digest;
import dev.muster.protocol.message.FactsHash;
import dev.muster.protocol.message.FactsList;
import dev.muster.protocol.message.FactsReport;
import dev.muster.protocol.message.Goodbye;
import dev.muster.protocol.message.Hello;
import dev.muster.protocol.message.InstanceName;
import dev.muster.protocol.message.KeyNext;
import dev.muster.protocol.message.MalformedMessage;
import dev.muster.protocol.message.PeerReport;
import dev.muster.protocol.message.Want;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.session.Association;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.SpoolId;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** From the bytes of records to the words of the collector. Pure; every input is hostile. */
final class Messages {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is kept of a record that nobody understands. */
    private static final int MAX_KEPT_BYTES = 64 << 10;

    private Messages() {}

    /** Never fails: what cannot be understood is an {@link Input.Undecodable}. */
    static Input.Durable durable(HostId host, Association from, int channel, StreamRecord record) {
        SpoolId spool = from.spool();
        String spoolName = spool.toString();
        try {
            return switch (record.type()) {
                case RecordType.FACTS ->
                    new Input.FactsRecord(
                            host, spoolName, channel, record.seq(), facts(FactsReport.decode(record.body())));
                case RecordType.PEER_REPORT ->
                    peerReport(host, spoolName, channel, record.seq(), PeerReport.decode(record.body()));
                case RecordType.GOODBYE ->
                    goodbye(host, spoolName, channel, record.seq(), Goodbye.decode(record.body()));
                case RecordType.KEY_NEXT ->
                    keyNext(
                            host,
                            from,
                            channel,
                            record.seq(),
                            KeyNext.decode(record.body()).publicKey());
                case RecordType.NOP -> new Input.Nop(host, spoolName, channel, record.seq());
                default -> undecodable(host, spool, channel, record, "unknown record type " + record.type());
            };
        } catch (MalformedMessage | IOException e) {
            return undecodable(host, spool, channel, record, String.valueOf(e.getMessage()));
        }
    }

    static Input.Undecodable undecodable(HostId host, SpoolId spool, int channel, StreamRecord record, String error) {
        byte[] kept = Arrays.copyOf(record.body(), Math.min(record.body().length, MAX_KEPT_BYTES));
        return new Input.Undecodable(
                host,
                spool.toString(),
                channel,
                record.seq(),
                record.type(),
                Base64.getEncoder().encodeToString(kept),
                error);
    }

    static HostAttributes attributes(Hello hello) {
        return new HostAttributes(
                hello.names(),
                hello.addresses(),
                hello.machineIdHash(),
                hello.osPrettyName(),
                hello.agentVersion(),
                hello.bootId());
    }

    private static Input.KeyNext keyNext(HostId host, Association from, int channel, long seq, PublicKey next) {
        return new Input.KeyNext(
                host, from.spool().toString(), channel, seq, from.agent().id(), next.toBase64(), next.id());
    }

    static Input.HelloSeen.LastRun lastRun(Hello hello) {
        return switch (hello.lastRun()) {
            case UNKNOWN -> Input.HelloSeen.LastRun.UNKNOWN;
            case ENDED -> Input.HelloSeen.LastRun.ENDED;
            case DIED -> Input.HelloSeen.LastRun.DIED;
        };
    }

    private static Input.Goodbye goodbye(HostId host, String spool, int channel, long seq, Goodbye goodbye) {
        return new Input.Goodbye(host, spool, channel, seq, goodbye.reason(), goodbye.agentRun());
    }

    private static Input.PeerReported peerReport(HostId host, String spool, int channel, long seq, PeerReport report) {
        Input.PeerReported.What what = switch (report.state()) {
            case SILENT -> Input.PeerReported.What.SILENT;
            case BACK -> Input.PeerReported.What.BACK;
        };
        return new Input.PeerReported(host, spool, channel, seq, report.peer(), what, report.silence());
    }

    static Input.SummedUp summedUp(HostId host, SpoolId spool, Digest said) {
        Input.SummedUp.WentBack wentBack = switch (said.spool()) {
            case AGENT_WENT_BACK -> Input.SummedUp.WentBack.AGENT;
            case KEPT, COLLECTOR_WENT_BACK, DAMAGED -> Input.SummedUp.WentBack.NO;
        };
        List<Input.SummedUp.Run> runs = said.runs().stream()
                .map(run -> new Input.SummedUp.Run(key(run.name()), run.age(), run.interval()))
                .toList();
        return new Input.SummedUp(
                host,
                spool.toString(),
                Frame.RESULT_CHANNEL,
                said.seq(),
                hashes -> Digest.of(named(hashes)).equals(said.digest()),
                wentBack,
                runs);
    }

    static Input.Listed listed(HostId host, SpoolId spool, FactsList said) {
        Map<InstanceKey, Optional<String>> hashes = new HashMap<>();
        said.instances().forEach((name, hash) -> hashes.put(key(name), hash.map(FactsHash::hex)));
        return new Input.Listed(host, spool.toString(), Frame.RESULT_CHANNEL, said.seq(), hashes);
    }

    static Want want(List<InstanceKey> instances) {
        return new Want.Instances(instances.stream()
                .map(key -> new InstanceName(key.type(), key.instance()))
                .toList());
    }

    private static SortedMap<InstanceName, FactsHash> named(Map<InstanceKey, String> hashes) {
        SortedMap<InstanceName, FactsHash> named = new TreeMap<>();
        hashes.forEach((key, hash) -> named.put(new InstanceName(key.type(), key.instance()), FactsHash.ofHex(hash)));
        return named;
    }

    private static InstanceKey key(InstanceName name) {
        return new InstanceKey(name.type(), name.instance());
    }

    private static Facts facts(FactsReport report) throws IOException {
        var data = (ObjectNode) JSON.readTree(report.data().toByteArray());
        return new Facts(
                new InstanceKey(report.type(), report.instance()),
                report.schema(),
                FactsStatus.of(report.status().wireName()),
                report.denied(),
                report.errors(),
                report.truncated(),
                data,
                report.ranAt(),
                Duration.ofMillis(report.tookMs()),
                report.hash().hex());
    }
}
