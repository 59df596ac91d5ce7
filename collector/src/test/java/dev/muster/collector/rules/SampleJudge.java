package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.muster.collector.model.Verdict;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Judges hosts of samples, each by its own parameters and answers, by conditions that are compiled once. For several threads. */
final class SampleJudge {
    static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

    /** Of the host that this thread judges. */
    private final ThreadLocal<JsonNode> answers = ThreadLocal.withInitial(MissingNode::getInstance);

    private final Catalogue catalogue = Catalogue.shipped();
    private final Map<String, DraftRule> drafts;
    private final List<Parameter> declared = new ArrayList<>();
    private final RuleLanguage language;
    private final Parameters parameters;

    /** Of the rules that come with the product, for hosts whose names differ. */
    SampleJudge(Collection<SampleHost> hosts) {
        var values = new HashMap<String, Map<String, JsonNode>>();
        hosts.forEach(host -> values.put(host.facts().hostName(), host.parameters()));
        var rules = new ArrayList<DraftRule>();
        for (RuleSource source : RuleSource.shipped()) {
            var read = RuleReader.read(source);
            rules.addAll(read.rules());
            declared.addAll(read.parameters());
        }
        this.drafts =
                rules.stream().collect(Collectors.toMap(draft -> draft.rule().id(), Function.identity()));
        this.parameters =
                Parameters.of(declared, new ParameterValues(Map.of(), Map.of(), Map.of(), values), new ArrayList<>());
        this.language = new CelLanguage(catalogue, parameters, SampleHost.functions(answers::get));
    }

    List<DraftRule> drafts() {
        return List.copyOf(drafts.values());
    }

    Optional<CompiledRule> rule(String id) {
        return Optional.ofNullable(drafts.get(id))
                .flatMap(draft -> compile(draft, draft.when(), draft.rule().check()));
    }

    /** Empty where that is none of the language. */
    Optional<CompiledRule> compile(DraftRule draft, String when, String check) {
        try {
            var changed =
                    new DraftRule(draft.rule(), draft.own(), when, draft.missing(), draft.file(), draft.line(), 1, 1);
            return Optional.of(new CompiledRule(
                    changed, language.compile(draft.own(), when), language.compile(draft.own(), check), catalogue));
        } catch (RuleException e) {
            return Optional.empty();
        }
    }

    /** Those that its conditions read. */
    List<Parameter> parametersOf(DraftRule draft) {
        String conditions = draft.when() + " " + draft.rule().check();
        return declared.stream()
                .filter(parameter -> Pattern.compile("\\bparam\\." + parameter.name() + "\\b")
                        .matcher(conditions)
                        .find())
                .toList();
    }

    Verdict verdict(CompiledRule rule, SampleHost host) {
        return verdict(rule, host, Map.of());
    }

    /** As if these were what parameters are where the host says nothing of them. */
    Verdict verdict(CompiledRule rule, SampleHost host, Map<String, JsonNode> standards) {
        answers.set(host.answers());
        var values = new HashMap<>(parameters.on(host.facts()));
        standards.forEach((name, value) -> {
            if (!host.parameters().containsKey(name)) {
                values.put(name, value);
            }
        });
        return rule.judge(new Scene(host.facts(), TODAY, catalogue, values)).verdict();
    }
}
