package dev.muster.collector.rules;

import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.rules.HostFunction.Beside;
import dev.muster.scripts.FactType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A rule that can be judged. The order of verdicts: na where a type it names is absent or unsupported; unknown where one is
 * impaired or has not reported, or a fact it reads was denied or cut off; na where {@code when} is false; then what {@code check}
 * says.
 */
final class CompiledRule {
    /** A reason that begins so tells of a broken rule, not of a broken host. */
    static final String FAULT = "rule fault: ";

    /** Most rules apply everywhere; asking would cost as much as a check. */
    private static final String EVERYWHERE = "true";

    private static final FactType.Member OPEN = new FactType.Member(FactType.Plain.ANY, FactType.Secrecy.OPEN);

    private final Rule rule;
    private final String whenText;
    private final MissingPolicy missing;
    private final Condition when;
    private final Condition check;
    private final InstanceKey own;
    private final Set<InstanceKey> namedSources;
    private final String hash;
    private final List<Input> inputs;
    private final Set<Beside> beside;
    private final List<ShownPlace> places;

    /** A place that the check reads, as evidence names it, and what is declared there. */
    private record ShownPlace(FactPath path, String name, FactType.Member declared) {}

    CompiledRule(DraftRule draft, Condition when, Condition check, Catalogue catalogue) {
        this.rule = draft.rule();
        this.whenText = draft.when();
        this.missing = draft.missing();
        this.when = when;
        this.check = check;
        this.own = draft.own();
        var named = new LinkedHashSet<>(Set.of(own));
        named.addAll(new TreeSet<>(when.sources()));
        named.addAll(new TreeSet<>(check.sources()));
        this.namedSources = named;
        this.hash = Digests.of(texts());
        this.inputs = inputs();
        this.beside = beside();
        this.places = check.reads().stream()
                .map(path -> new ShownPlace(
                        path, path.toString(), catalogue.member(path).orElse(OPEN)))
                .toList();
    }

    Rule rule() {
        return rule;
    }

    String key() {
        return VerdictMap.keyOf(rule, own);
    }

    /** Everything that says how it is judged or what is shown of it, for a hash. */
    List<String> texts() {
        return Stream.concat(
                        Stream.of(
                                rule.id(),
                                rule.title(),
                                own.toString(),
                                rule.category(),
                                rule.severity().word(),
                                whenText,
                                rule.check(),
                                missing.name(),
                                rule.why(),
                                rule.fix(),
                                rule.profile()),
                        rule.refs().stream())
                .toList();
    }

    /** The types whose change may change the verdict. */
    Set<String> readTypes() {
        var types = new TreeSet<String>();
        namedSources.forEach(source -> types.add(source.type()));
        types.addAll(when.functionTypes());
        types.addAll(check.functionTypes());
        return types;
    }

    boolean readsToday() {
        return beside.contains(Beside.TODAY);
    }

    /**
     * What of an instance's facts a verdict depends on, beside its status and what was denied or cut off.
     *
     * @param members the outermost names that are read; empty for the whole
     */
    private record Input(InstanceKey source, Optional<Set<String>> members) {}

    /**
     * Maintainer's note. By the hash of whole facts two hosts would hardly ever be alike: os and proc_sys hold the host's name, and every fifth
     * rule reads one of these. So of facts that are read by name only the members count that are read.
     */
    private List<Input> inputs() {
        var reads = Stream.of(when, check)
                .flatMap(condition -> Stream.concat(condition.reads().stream(), condition.functionReads().stream()))
                .toList();
        var sources = new LinkedHashSet<>(namedSources);
        reads.stream().map(FactPath::source).sorted().forEach(sources::add);
        var all = new ArrayList<Input>();
        for (InstanceKey source : sources) {
            var of = reads.stream().filter(path -> path.source().equals(source)).toList();
            boolean isWhole = of.stream().anyMatch(path -> path.steps().isEmpty());
            var members = new TreeSet<String>();
            of.stream().flatMap(path -> path.steps().stream().limit(1)).forEach(members::add);
            all.add(new Input(source, isWhole ? Optional.empty() : Optional.of(members)));
        }
        return List.copyOf(all);
    }

    private Set<Beside> beside() {
        var all = EnumSet.noneOf(Beside.class);
        all.addAll(when.beside());
        all.addAll(check.beside());
        return Set.copyOf(all);
    }

    /**
     * What the verdict depends on. Empty where that is more than hashes tell: a run that failed is told with its errors, which
     * are not part of the facts.
     */
    Optional<VerdictMemo.Key> memoKey(Scene scene) {
        var values = new ArrayList<String>();
        for (Input input : inputs) {
            var facts = scene.facts(input.source());
            if (facts.filter(read -> read.status().impaired()).isPresent()) {
                return Optional.empty();
            }
            if (facts.isEmpty() || input.members().isEmpty()) {
                values.add(facts.map(Facts::hash).orElse(""));
                continue;
            }
            values.add(scene.stateText(input.source()));
            input.members().get().forEach(member -> values.add(scene.memberText(input.source(), member)));
        }
        if (beside.contains(Beside.TODAY)) {
            values.add(scene.today().toString());
        }
        if (beside.contains(Beside.ROLES)) {
            values.add(scene.rolesText());
        }
        if (beside.contains(Beside.PARAMETERS)) {
            values.add(scene.parametersText());
        }
        return Optional.of(new VerdictMemo.Key(hash, values));
    }

    /** What was said of another host on which all that is read is the same; the rest of its facts may be others. */
    Judgement over(Judgement known, Scene scene) {
        Evidence evidence = known.evidence();
        String factsHash = factsHash(scene);
        if (evidence.factsHash().equals(factsHash)) {
            return known;
        }
        var here = new Evidence(
                evidence.reads(), evidence.wanted(), evidence.offending(), evidence.offendingTotal(), factsHash);
        return new Judgement(known.rule(), known.instance(), known.verdict(), known.reason(), here);
    }

    /** The paths and globs whose attributes it needs. */
    Set<String> pathsRead() {
        var paths = new TreeSet<>(when.pathsRead());
        paths.addAll(check.pathsRead());
        return paths;
    }

    Judgement judge(Scene scene) {
        return findAbsent(scene)
                .or(() -> findUnknown(scene))
                .or(() -> judgeWhen(scene))
                .orElseGet(() -> judgeCheck(scene));
    }

    private Optional<Judgement> findAbsent(Scene scene) {
        return namedSources.stream()
                .filter(source -> source.equals(own) || !isOptional(source))
                .flatMap(source -> scene.facts(source).stream())
                .filter(facts -> isAbsent(facts.status()))
                .findFirst()
                .map(facts -> judgement(
                        scene, Verdict.NA, facts.key() + " is " + facts.status().word() + " here"));
    }

    private static boolean isAbsent(FactsStatus status) {
        return status == FactsStatus.ABSENT || status == FactsStatus.UNSUPPORTED;
    }

    private boolean isOptional(InstanceKey source) {
        return when.optionalSources().contains(source)
                || check.optionalSources().contains(source);
    }

    private Optional<Judgement> findUnknown(Scene scene) {
        return Stream.concat(
                        namedSources.stream().flatMap(source -> impairment(scene, source).stream()),
                        Stream.concat(when.reads().stream(), check.reads().stream())
                                .flatMap(path -> unread(scene, path).stream()))
                .findFirst()
                .map(reason -> judgement(scene, Verdict.UNKNOWN, reason));
    }

    private static Optional<String> impairment(Scene scene, InstanceKey source) {
        var facts = scene.facts(source);
        if (facts.isEmpty()) {
            return Optional.of(source + " has not been reported yet");
        }
        FactsStatus status = facts.get().status();
        if (!status.impaired()) {
            return Optional.empty();
        }
        String error = facts.get().errors().stream()
                .findFirst()
                .map(text -> ": " + text)
                .orElse("");
        return Optional.of(source + " ended with " + status.word() + error);
    }

    private static Optional<String> unread(Scene scene, FactPath path) {
        var facts = scene.facts(path.source());
        if (isNotLookedFor(facts, path)) {
            return Optional.of(FileFacts.notLookedFor(path.steps().getFirst()));
        }
        return named(facts, path, Facts::denied, "denied").or(() -> named(facts, path, Facts::truncated, "truncated"));
    }

    /** Nobody asked the agent for it yet, so that its absence says nothing. */
    private static boolean isNotLookedFor(Optional<Facts> facts, FactPath path) {
        return path.source().equals(FileFacts.KEY)
                && !path.steps().isEmpty()
                && facts.filter(read -> read.status().replacesData()
                                && !FileFacts.isLookedFor(
                                        read.data(), path.steps().getFirst()))
                        .isPresent();
    }

    private static Optional<String> named(
            Optional<Facts> facts, FactPath path, Function<Facts, List<String>> list, String word) {
        return facts.stream()
                .flatMap(read -> list.apply(read).stream())
                .filter(path::touches)
                .findFirst()
                .map(entry -> path + " is not known: " + entry + " was " + word);
    }

    /** Empty where the rule applies. */
    private Optional<Judgement> judgeWhen(Scene scene) {
        if (whenText.equals(EVERYWHERE)) {
            return Optional.empty();
        }
        return switch (evaluate(when, scene, new Answers())) {
            case Outcome.Truth truth ->
                truth == Outcome.Truth.TRUE
                        ? Optional.empty()
                        : Optional.of(judgement(scene, Verdict.NA, "applies only where " + whenText));
            case Outcome.Missing nothing ->
                Optional.of(
                        judgement(scene, Verdict.NA, "applies only where " + whenText + ", and " + nothing.reason()));
            case Outcome.Unanswered nothing -> Optional.of(judgement(scene, Verdict.UNKNOWN, nothing.reason()));
            case Outcome.Fault fault -> Optional.of(judgement(scene, Verdict.UNKNOWN, FAULT + fault.reason()));
        };
    }

    private Judgement judgeCheck(Scene scene) {
        var answers = new Answers();
        return switch (evaluate(check, scene, answers)) {
            case Outcome.Truth truth ->
                truth == Outcome.Truth.TRUE
                        ? decided(scene, answers, Verdict.PASS, Optional.empty(), Condition.Offenders.NONE)
                        : decided(scene, answers, Verdict.FAIL, Optional.empty(), check.offenders(scene));
            case Outcome.Missing nothing ->
                unset(scene, check)
                        .map(name -> because(scene, answers, Verdict.NA, "parameter " + name + " is not set"))
                        .orElseGet(() -> because(scene, answers, missing.verdict(), nothing.reason()));
            case Outcome.Unanswered nothing -> because(scene, answers, Verdict.UNKNOWN, nothing.reason());
            case Outcome.Fault fault -> because(scene, answers, Verdict.UNKNOWN, FAULT + fault.reason());
        };
    }

    private Judgement because(Scene scene, Answers answers, Verdict verdict, String reason) {
        return decided(scene, answers, verdict, Optional.of(OneLine.of(reason)), Condition.Offenders.NONE);
    }

    /** What the administrator did not say is no fact that is missing. */
    private static Optional<String> unset(Scene scene, Condition condition) {
        return condition.parameters().stream()
                .filter(name -> !scene.parameters().containsKey(name))
                .findFirst();
    }

    /** A value of another type than declared is a fault even where the comparison would be silent about it. */
    private static Outcome evaluate(Condition condition, Scene scene, Answers answers) {
        for (FactPath path : condition.reads()) {
            var fault = scene.fault(path);
            if (fault.isPresent()) {
                return new Outcome.Fault(fault.get());
            }
        }
        return condition.evaluate(scene, answers);
    }

    /** Nothing was read, or nothing that matters. */
    private Judgement judgement(Scene scene, Verdict verdict, String reason) {
        var evidence = new Evidence(List.of(), rule.check(), List.of(), 0, factsHash(scene));
        return new Judgement(rule, own, verdict, Optional.of(OneLine.of(reason)), evidence);
    }

    private Judgement decided(
            Scene scene, Answers answers, Verdict verdict, Optional<String> reason, Condition.Offenders offenders) {
        var facts = places.stream()
                .map(place -> new Evidence.Read(place.name(), scene.shown(place.path(), place.declared())));
        var parameters = new TreeSet<>(check.parameters()).stream().flatMap(name -> parameter(scene, name));
        var reads = Stream.of(facts, parameters, answers.shown())
                .flatMap(some -> some)
                .toList();
        var evidence = new Evidence(reads, rule.check(), offenders.shown(), offenders.total(), factsHash(scene));
        return new Judgement(rule, own, verdict, reason, evidence);
    }

    private static Stream<Evidence.Read> parameter(Scene scene, String name) {
        return Optional.ofNullable(scene.parameters().get(name)).stream()
                .map(value -> new Evidence.Read("param." + name, Shown.value(value, OPEN)));
    }

    /** The facts' own hash; where several types are read the hash over all, each by name. */
    private String factsHash(Scene scene) {
        if (namedSources.size() == 1) {
            return scene.facts(own).map(Facts::hash).orElse("");
        }
        MessageDigest digest = Digests.sha256();
        for (InstanceKey source : namedSources) {
            String line = source + " " + scene.facts(source).map(Facts::hash).orElse("") + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
