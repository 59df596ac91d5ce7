package dev.muster.collector.rules;

import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Verdict;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What new judgements of a host change: the one place that decides what is news. */
public final class Transitions {
    /** 64 bits tell two states of one finding apart. */
    private static final int EVIDENCE_HEX_DIGITS = 16;

    private final TreeMap<String, VerdictMap.Entry> entries;
    private final Instant at;
    private final List<Judgement> opened = new ArrayList<>();
    private final List<Judgement> cleared = new ArrayList<>();
    private final List<Judgement> waived = new ArrayList<>();
    private final List<Judgement> evidenceChanged = new ArrayList<>();

    private Transitions(VerdictMap previous, Instant at) {
        this.entries = new TreeMap<>(previous.entries());
        this.at = at;
    }

    /**
     * The new state and what is news of it.
     *
     * @param verdicts the new state, equal to the previous one where nothing changed
     * @param opened findings that are new: a rule fails that did not
     * @param cleared findings that are over: the rule passes or does not apply any more
     * @param waived findings that somebody accepted: over, but not in compliance
     * @param evidenceChanged findings that stay open and now show something else; no event
     * @param retired keys of findings whose rule is gone, to be closed without an event
     */
    public record Changes(
            VerdictMap verdicts,
            List<Judgement> opened,
            List<Judgement> cleared,
            List<Judgement> waived,
            List<Judgement> evidenceChanged,
            List<String> retired) {
        public Changes {
            opened = List.copyOf(opened);
            cleared = List.copyOf(cleared);
            waived = List.copyOf(waived);
            evidenceChanged = List.copyOf(evidenceChanged);
            retired = List.copyOf(retired);
        }
    }

    /**
     * Compares judgements with what was known.
     *
     * @param judged of any of the rules; the verdicts of the others stand
     * @param keys of all verdicts of the rule set, {@link RuleSet#keys}; what is remembered under others is forgotten
     * @param at the time of the commit, kept to the millisecond
     */
    public static Changes of(VerdictMap previous, Collection<Judgement> judged, Set<String> keys, Instant at) {
        var transitions = new Transitions(previous, at.truncatedTo(ChronoUnit.MILLIS));
        judged.forEach(transitions::take);
        List<String> retired = transitions.retire(keys);
        return new Changes(
                new VerdictMap(transitions.entries),
                transitions.opened,
                transitions.cleared,
                transitions.waived,
                transitions.evidenceChanged,
                retired);
    }

    private void take(Judgement judgement) {
        String key = VerdictMap.keyOf(judgement);
        Optional<VerdictMap.Entry> before = Optional.ofNullable(entries.get(key));
        if (judgement.verdict() == Verdict.UNKNOWN) {
            entries.put(key, unknown(before, judgement));
            return;
        }
        entries.put(key, known(before, judgement));
        tell(before.map(VerdictMap.Entry::verdict).orElse(Verdict.UNKNOWN), judgement);
        if (judgement.verdict() == Verdict.FAIL
                && before.filter(entry -> entry.verdict() == Verdict.FAIL
                                && !entry.evidence().equals(Optional.of(hash(judgement.evidence()))))
                        .isPresent()) {
            evidenceChanged.add(judgement);
        }
    }

    /** The previous verdict stands, with what its finding shows. */
    private VerdictMap.Entry unknown(Optional<VerdictMap.Entry> before, Judgement judgement) {
        return new VerdictMap.Entry(
                before.map(VerdictMap.Entry::verdict).orElse(Verdict.UNKNOWN),
                before.map(VerdictMap.Entry::since).orElse(at),
                before.flatMap(VerdictMap.Entry::unknownSince).or(() -> Optional.of(at)),
                judgement.reason(),
                before.flatMap(VerdictMap.Entry::evidence));
    }

    private VerdictMap.Entry known(Optional<VerdictMap.Entry> before, Judgement judgement) {
        Verdict verdict = judgement.verdict();
        Instant since = before.filter(entry -> entry.verdict() == verdict)
                .map(VerdictMap.Entry::since)
                .orElse(at);
        Optional<String> evidence =
                verdict == Verdict.FAIL ? Optional.of(hash(judgement.evidence())) : Optional.empty();
        return new VerdictMap.Entry(verdict, since, Optional.empty(), judgement.reason(), evidence);
    }

    private void tell(Verdict before, Judgement judgement) {
        boolean failed = before == Verdict.FAIL;
        switch (judgement.verdict()) {
            case FAIL -> {
                if (!failed) {
                    opened.add(judgement);
                }
            }
            case PASS, NA -> {
                if (failed) {
                    cleared.add(judgement);
                }
            }
            case WAIVED -> {
                if (failed) {
                    waived.add(judgement);
                }
            }
            case UNKNOWN -> throw new AssertionError("unknown is no news");
        }
    }

    private List<String> retire(Set<String> keys) {
        var failed = new ArrayList<String>();
        for (var remembered = entries.entrySet().iterator(); remembered.hasNext(); ) {
            var entry = remembered.next();
            if (!keys.contains(entry.getKey())) {
                if (entry.getValue().verdict() == Verdict.FAIL) {
                    failed.add(entry.getKey());
                }
                remembered.remove();
            }
        }
        return failed;
    }

    /** Of what people see. The hash of the facts is left out: it changes with facts that the rule does not read. */
    private static String hash(Evidence evidence) {
        MessageDigest digest = Digests.sha256();
        var reads = evidence.reads().stream()
                .flatMap(read -> List.of(read.path(), read.value().toString()).stream())
                .toList();
        Digests.update(digest, reads);
        Digests.update(digest, evidence.offending());
        Digests.update(digest, List.of(evidence.wanted(), String.valueOf(evidence.offendingTotal())));
        return HexFormat.of().formatHex(digest.digest()).substring(0, EVIDENCE_HEX_DIGITS);
    }
}
