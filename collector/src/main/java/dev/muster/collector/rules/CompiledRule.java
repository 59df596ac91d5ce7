package dev.muster.collector.rules;

import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
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

    private final Rule rule;
    private final String whenText;
    private final MissingPolicy missing;
    private final Condition when;
    private final Condition check;
    private final Set<String> namedTypes;
    private final Catalogue catalogue;

    CompiledRule(DraftRule draft, Condition when, Condition check, Catalogue catalogue) {
        this.rule = draft.rule();
        this.whenText = draft.when();
        this.missing = draft.missing();
        this.when = when;
        this.check = check;
        this.catalogue = catalogue;
        var named = new LinkedHashSet<>(Set.of(rule.type()));
        named.addAll(new TreeSet<>(when.types()));
        named.addAll(new TreeSet<>(check.types()));
        this.namedTypes = named;
    }

    Rule rule() {
        return rule;
    }

    /** Everything that says how it is judged or what is shown of it, for a hash. */
    List<String> texts() {
        return Stream.concat(
                        Stream.of(
                                rule.id(),
                                rule.title(),
                                rule.type(),
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
        var types = new TreeSet<>(namedTypes);
        types.addAll(when.functionTypes());
        types.addAll(check.functionTypes());
        return types;
    }

    boolean readsToday() {
        return when.readsToday() || check.readsToday();
    }

    Judgement judge(Scene scene) {
        return findAbsent(scene)
                .or(() -> findUnknown(scene))
                .or(() -> judgeWhen(scene))
                .orElseGet(() -> judgeCheck(scene));
    }

    private Optional<Judgement> findAbsent(Scene scene) {
        return namedTypes.stream()
                .filter(type -> type.equals(rule.type()) || !isOptional(type))
                .flatMap(type -> scene.facts(type).stream())
                .filter(facts -> isAbsent(facts.status()))
                .findFirst()
                .map(facts -> judgement(
                        scene,
                        Verdict.NA,
                        facts.key().type() + " is " + facts.status().word() + " here"));
    }

    private static boolean isAbsent(FactsStatus status) {
        return status == FactsStatus.ABSENT || status == FactsStatus.UNSUPPORTED;
    }

    private boolean isOptional(String type) {
        return when.optionalTypes().contains(type) || check.optionalTypes().contains(type);
    }

    private Optional<Judgement> findUnknown(Scene scene) {
        return Stream.concat(
                        namedTypes.stream().flatMap(type -> impairment(scene, type).stream()),
                        Stream.concat(when.reads().stream(), check.reads().stream())
                                .flatMap(path -> unread(scene, path).stream()))
                .findFirst()
                .map(reason -> judgement(scene, Verdict.UNKNOWN, reason));
    }

    private static Optional<String> impairment(Scene scene, String type) {
        var facts = scene.facts(type);
        if (facts.isEmpty()) {
            return Optional.of(type + " has not been reported yet");
        }
        FactsStatus status = facts.get().status();
        if (!status.impaired()) {
            return Optional.empty();
        }
        String error = facts.get().errors().stream()
                .findFirst()
                .map(text -> ": " + text)
                .orElse("");
        return Optional.of(type + " ended with " + status.word() + error);
    }

    private static Optional<String> unread(Scene scene, FactPath path) {
        var facts = scene.facts(path.type());
        return named(facts, path, Facts::denied, "denied").or(() -> named(facts, path, Facts::truncated, "truncated"));
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
        return switch (evaluate(when, scene)) {
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
        return switch (evaluate(check, scene)) {
            case Outcome.Truth truth ->
                truth == Outcome.Truth.TRUE
                        ? decided(scene, Verdict.PASS, Optional.empty(), Condition.Offenders.NONE)
                        : decided(scene, Verdict.FAIL, Optional.empty(), check.offenders(scene));
            case Outcome.Missing nothing ->
                decided(scene, missing.verdict(), Optional.of(OneLine.of(nothing.reason())), Condition.Offenders.NONE);
            case Outcome.Unanswered nothing -> undecided(scene, nothing.reason());
            case Outcome.Fault fault -> undecided(scene, FAULT + fault.reason());
        };
    }

    private Judgement undecided(Scene scene, String reason) {
        return decided(scene, Verdict.UNKNOWN, Optional.of(OneLine.of(reason)), Condition.Offenders.NONE);
    }

    /** A value of another type than declared is a fault even where the comparison would be silent about it. */
    private static Outcome evaluate(Condition condition, Scene scene) {
        for (FactPath path : condition.reads()) {
            var fault = scene.fault(path);
            if (fault.isPresent()) {
                return new Outcome.Fault(fault.get());
            }
        }
        return condition.evaluate(scene);
    }

    /** Nothing was read, or nothing that matters. */
    private Judgement judgement(Scene scene, Verdict verdict, String reason) {
        var evidence = new Evidence(List.of(), rule.check(), List.of(), 0, factsHash(scene));
        return new Judgement(
                rule, InstanceKey.unnamed(rule.type()), verdict, Optional.of(OneLine.of(reason)), evidence);
    }

    private Judgement decided(Scene scene, Verdict verdict, Optional<String> reason, Condition.Offenders offenders) {
        var reads = check.reads().stream().map(path -> read(scene, path)).toList();
        var evidence = new Evidence(reads, rule.check(), offenders.shown(), offenders.total(), factsHash(scene));
        return new Judgement(rule, InstanceKey.unnamed(rule.type()), verdict, reason, evidence);
    }

    private Evidence.Read read(Scene scene, FactPath path) {
        var declared = catalogue.member(path).orElse(new FactType.Member(FactType.Plain.ANY, FactType.Secrecy.OPEN));
        return new Evidence.Read(path.toString(), Shown.value(scene.value(path), declared));
    }

    /** The facts' own hash; where several types are read the hash over all, each by name. */
    private String factsHash(Scene scene) {
        if (namedTypes.size() == 1) {
            return scene.facts(rule.type()).map(Facts::hash).orElse("");
        }
        MessageDigest digest = Digests.sha256();
        for (String type : namedTypes) {
            String line = type + " " + scene.facts(type).map(Facts::hash).orElse("") + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
