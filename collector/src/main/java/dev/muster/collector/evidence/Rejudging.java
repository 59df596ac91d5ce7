package dev.muster.collector.evidence;

import dev.muster.collector.graph.GraphReads.StandingVerdict;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.model.Waiver;
import dev.muster.collector.rules.Digests;
import dev.muster.collector.rules.RuleSet;
import dev.muster.collector.rules.Rulebook;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Judges hosts of a bundle by the rules of that bundle, and holds what it finds against what the bundle says. */
final class Rejudging {
    /** The collector judges by the new day from ten minutes after midnight UTC on, host by host; and reads one host after the other. */
    private static final Duration NEW_DAY_BY = Duration.ofHours(1);

    /** A waiver that begins or ends is carried out some seconds later. */
    static final Duration SETTLED_BY = Duration.ofMinutes(10);

    private final RuleSet rules;
    private final List<Waiver> waivers;
    private final Instant at;
    private final Report.Numbers numbers;

    Rejudging(Rulebook rules, List<Waiver> waivers, Instant at, Report.Numbers numbers) {
        this.rules = rules.set();
        this.waivers = waivers;
        this.at = at;
        this.numbers = numbers;
    }

    private record Key(String rule, String instance) {}

    /** The facts of a host. Hashed anew: who made the file chose the hashes, and what has the same is judged once. */
    private record View(HostEvidence host, Map<InstanceKey, Facts> facts) implements FactsView {
        static View of(HostEvidence host) {
            var facts = new HashMap<InstanceKey, Facts>();
            host.facts().forEach(one -> facts.put(one.facts().key(), rehashed(one.facts())));
            return new View(host, facts);
        }

        private static Facts rehashed(Facts facts) {
            String hash = Digests.of(List.of(
                    facts.status().word(),
                    String.valueOf(facts.denied()),
                    String.valueOf(facts.truncated()),
                    facts.data().toString()));
            return new Facts(
                    facts.key(),
                    facts.schema(),
                    facts.status(),
                    facts.denied(),
                    facts.errors(),
                    facts.truncated(),
                    facts.data(),
                    facts.observedAt(),
                    Duration.ZERO,
                    hash);
        }

        @Override
        public Optional<Facts> facts(InstanceKey key) {
            return Optional.ofNullable(facts.get(key));
        }

        @Override
        public String hostName() {
            return host.name();
        }

        @Override
        public Set<String> roles() {
            return host.marks().roles();
        }

        @Override
        public Set<String> labels() {
            return host.marks().labels();
        }
    }

    void check(HostEvidence host, Consumer<String> problems) {
        View view = View.of(host);
        var said = new HashMap<Key, StandingVerdict>();
        for (StandingVerdict verdict : host.verdicts()) {
            numbers.verdicts++;
            if (said.put(new Key(verdict.rule(), verdict.instance().instance()), verdict) != null) {
                problems.accept("has two verdicts of " + verdict.rule());
            }
        }
        LocalDate today = day(at);
        var near = new HashMap<Key, Verdict>();
        Stream.of(day(at.minus(NEW_DAY_BY)), day(at.plus(NEW_DAY_BY)))
                .filter(day -> !day.equals(today))
                .flatMap(day -> rules.judgeNewDay(view, day).stream())
                .forEach(judgement -> near.put(key(judgement), judgement.verdict()));
        var judged = new HashSet<Key>();
        for (Judgement judgement : rules.judge(view, rules.types(), today)) {
            Key key = key(judgement);
            judged.add(key);
            compare(host, Optional.ofNullable(said.get(key)), judgement, Optional.ofNullable(near.get(key)), problems);
        }
        said.keySet().stream()
                .filter(key -> !judged.contains(key))
                .sorted((a, b) -> a.rule().compareTo(b.rule()))
                .forEach(key ->
                        problems.accept("has a verdict of " + key.rule() + ", and no rule in force that says it"));
    }

    private static LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }

    private static Key key(Judgement judgement) {
        return new Key(judgement.rule().id(), judgement.instance().instance());
    }

    private void compare(
            HostEvidence host,
            Optional<StandingVerdict> said,
            Judgement judgement,
            Optional<Verdict> near,
            Consumer<String> problems) {
        String rule = judgement.rule().id();
        if (said.isEmpty()) {
            if (judgement.verdict() != Verdict.UNKNOWN) {
                problems.accept(rule + " says " + judgement.verdict().word() + ", and the bundle nothing");
            }
            return;
        }
        Verdict shown = shown(said.get());
        Verdict found = waived(host, rule, judgement.verdict());
        boolean isSame = mayBe(shown, host, rule, judgement.verdict())
                || near.map(verdict -> mayBe(shown, host, rule, verdict)).orElse(false);
        if (!isSame && readsMasked(host, rule)) {
            numbers.notJudged++;
            return;
        }
        numbers.judged++;
        if (!isSame) {
            problems.accept(rule + " says " + found.word() + ", and the bundle " + shown.word()
                    + judgement.reason().map(reason -> " (" + reason + ")").orElse(""));
        }
    }

    /** While nothing can be said the last known verdict is kept beside. */
    private static Verdict shown(StandingVerdict said) {
        return said.unknownSince().isPresent() ? Verdict.UNKNOWN : said.verdict();
    }

    private Verdict waived(HostEvidence host, String rule, Verdict verdict) {
        return verdict == Verdict.FAIL
                        && waivers.stream()
                                .anyMatch(waiver -> waiver.accepts(rule, host.id(), host.name(), host.marks(), at))
                ? Verdict.WAIVED
                : verdict;
    }

    /** Where a waiver has just begun or ended either verdict is right. */
    private boolean mayBe(Verdict shown, HostEvidence host, String rule, Verdict verdict) {
        return shown == waived(host, rule, verdict)
                || (verdict == Verdict.FAIL
                        && (shown == Verdict.FAIL || shown == Verdict.WAIVED)
                        && waivers.stream()
                                .anyMatch(waiver -> isUnsettled(waiver)
                                        && waiver.concerns(rule)
                                        && waiver.isAbout(host.id(), host.name(), host.marks())));
    }

    private boolean isUnsettled(Waiver waiver) {
        return isNear(waiver.created())
                || isNear(waiver.until())
                || waiver.ended().filter(end -> isNear(end.at())).isPresent();
    }

    private boolean isNear(Instant moment) {
        return Duration.between(moment, at).abs().compareTo(SETTLED_BY) <= 0;
    }

    private boolean readsMasked(HostEvidence host, String rule) {
        Set<String> types = rules.readTypes(rule);
        return host.facts().stream()
                .filter(one -> one.secrecy() == HostEvidence.Secrecy.MASKED)
                .anyMatch(one -> types.contains(one.facts().key().type()));
    }
}
