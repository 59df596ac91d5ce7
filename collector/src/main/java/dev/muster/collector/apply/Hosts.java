package dev.muster.collector.apply;

import dev.muster.collector.graph.HostRecord;
import dev.muster.collector.model.FindingCounts;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostAttributes;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.Severity;
import dev.muster.collector.model.Verification;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Makes hosts and changed copies of them. Pure. */
final class Hosts {
    /** RFC 1035 section 2.3.4. */
    private static final int MAX_NAME_CHARS = 253;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private Hosts() {}

    static HostRecord fresh(HostId id, String name, HostAttributes attributes, Instant at) {
        return HostRecord.fresh(
                new Host(id, name, HostStatus.UP, at, at, attributes, FindingCounts.NONE, Verification.NONE));
    }

    /** RFC 9562 section 5.7: 48 bits of milliseconds, then version, variant and random bits. */
    static HostId newId(Instant at, RandomGenerator random) {
        long high = (at.toEpochMilli() << 16) | 0x7000 | (random.nextLong() & 0x0fff);
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new HostId(new UUID(high, low));
    }

    static HostRecord seen(HostRecord record, Instant at) {
        Host host = record.host();
        return record.with(new Host(
                host.id(),
                host.name(),
                host.status(),
                host.since(),
                at,
                host.attributes(),
                host.findings(),
                host.verification()));
    }

    static HostRecord described(HostRecord record, HostAttributes attributes) {
        Host host = record.host();
        return record.with(new Host(
                host.id(),
                host.name(),
                host.status(),
                host.since(),
                host.seen(),
                attributes,
                host.findings(),
                host.verification()));
    }

    static HostRecord turned(HostRecord record, HostStatus status, Instant at) {
        Host host = record.host();
        return record.with(new Host(
                host.id(), host.name(), status, at, at, host.attributes(), host.findings(), host.verification()));
    }

    static HostRecord verified(HostRecord record, Instant at) {
        Host host = record.host();
        return record.with(new Host(
                host.id(),
                host.name(),
                host.status(),
                host.since(),
                host.seen(),
                host.attributes(),
                host.findings(),
                new Verification(Optional.of(at), host.verification().stale())));
    }

    static HostRecord counted(HostRecord record, Severity severity, int by) {
        Host host = record.host();
        return record.with(new Host(
                host.id(),
                host.name(),
                host.status(),
                host.since(),
                host.seen(),
                host.attributes(),
                host.findings().plus(severity, by),
                host.verification()));
    }

    static HostRecord named(HostRecord record, String name) {
        Host host = record.host();
        return record.with(new Host(
                host.id(),
                name,
                host.status(),
                host.since(),
                host.seen(),
                host.attributes(),
                host.findings(),
                host.verification()));
    }

    static boolean isName(String text) {
        return text.length() <= MAX_NAME_CHARS && NAME.matcher(text).matches();
    }

    /** What the host calls itself, in letters that are safe everywhere. */
    static String wantedName(HostAttributes attributes) {
        String wanted = attributes.names().isEmpty() ? "" : attributes.names().getFirst();
        String base = wanted.replaceAll("[^A-Za-z0-9._-]", "-");
        return base.isEmpty() ? "host" : base.substring(0, Math.min(base.length(), MAX_NAME_CHARS));
    }

    /** With a number where another has it. */
    static String uniqueName(String wanted, Roster roster) {
        String name = wanted;
        for (int number = 2; roster.isTaken(name); number++) {
            name = wanted + "-" + number;
        }
        return name;
    }
}
