package dev.muster.collector.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Somebody accepts that rules fail on hosts, for a reason and for a time. It is kept with its history after its end.
 *
 * @param id short, unique, never reused
 * @param rule a rule's id, or a {@link NameGlob} of ids
 * @param until its last moment, exclusive
 * @param ended empty while it is in force
 */
public record Waiver(
        String id,
        String rule,
        Scope scope,
        String reason,
        String owner,
        Instant created,
        Instant until,
        Optional<End> ended) {
    /** compliance: nobody may accept a failure for longer without looking again. */
    public static final Duration LONGEST = Duration.ofDays(366);

    /** So long before its end people are told, where it lasts longer than that. */
    public static final Duration WARNED_BEFORE = Duration.ofDays(14);

    /**
     * Which hosts; all that is given must fit.
     *
     * @param host id, or {@link NameGlob} of the name
     */
    public record Scope(Optional<String> host, Optional<String> role, Optional<String> label) {
        boolean fits(HostId id, String name, Marks marks) {
            return host.filter(glob -> !glob.equals(id.toString()) && !NameGlob.matches(glob, name))
                            .isEmpty()
                    && role.filter(wanted -> !marks.roles().contains(wanted)).isEmpty()
                    && label.filter(wanted -> !marks.labels().contains(wanted)).isEmpty();
        }

        /** For people, for example {@code host web-*, role web}. */
        public String words() {
            var words = new StringBuilder();
            host.ifPresent(glob -> words.append("host ").append(glob));
            role.ifPresent(text ->
                    words.append(words.isEmpty() ? "" : ", ").append("role ").append(text));
            label.ifPresent(text ->
                    words.append(words.isEmpty() ? "" : ", ").append("label ").append(text));
            return words.toString();
        }
    }

    /**
     * How it came to its end.
     *
     * @param how in words, for people: it expired, or who ended it and why
     */
    public record End(Instant at, String how) {}

    /** Whether it accepts that the rule fails on the host, at a time. */
    public boolean accepts(String ruleId, HostId host, String hostName, Marks marks, Instant at) {
        return ended.isEmpty() && at.isBefore(until) && concerns(ruleId) && scope.fits(host, hostName, marks);
    }

    public boolean concerns(String ruleId) {
        return NameGlob.matches(rule, ruleId);
    }

    /** Whether a host is one of those that it is about, in force or not. */
    public boolean isAbout(HostId host, String hostName, Marks marks) {
        return scope.fits(host, hostName, marks);
    }

    public Waiver end(Instant at, String how) {
        return new Waiver(id, rule, scope, reason, owner, created, until, Optional.of(new End(at, how)));
    }

    /** Why a verdict is waived, for people. */
    public String words() {
        return "waived by " + owner + " until " + until + ": " + reason + " (" + id + ")";
    }
}
