package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import dev.cel.runtime.CelLateFunctionBindings;
import dev.cel.runtime.CelRuntime;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.rules.HostFunction.Beside;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A condition in CEL.
 *
 * <p>An error in one operand of {@code &&} or {@code ||} does not matter where the other decides; so a host function without an
 * answer throws, and only where the throw comes through is the rule unknown. Where several errors meet CEL tells one of them:
 * the functions that had no answer are therefore noted beside, and go before a fact that is missing.
 */
final class CelCondition implements Condition {
    private final InstanceKey own;
    private final CelRuntime.Program program;
    private final List<FactPath> reads;
    private final Set<InstanceKey> sources;
    private final Set<InstanceKey> optionalSources;
    private final Set<Beside> beside;
    private final Set<String> parameters;
    private final Set<String> pathsRead;
    private final List<HostFunction> functions;
    private final List<CelQuantifier> quantifiers;
    private final Catalogue catalogue;

    CelCondition(
            InstanceKey own,
            CelRuntime.Program program,
            CelPaths paths,
            Set<String> pathsRead,
            List<HostFunction> functions,
            List<CelQuantifier> quantifiers,
            Catalogue catalogue) {
        this.own = own;
        this.program = program;
        this.reads = List.copyOf(paths.reads().keySet());
        this.sources = Set.copyOf(paths.sources());
        this.optionalSources = Set.copyOf(paths.optionalSources());
        this.parameters = Set.copyOf(paths.parameters());
        this.pathsRead = Set.copyOf(pathsRead);
        this.functions = List.copyOf(functions);
        this.beside = beside(paths, functions);
        this.quantifiers = List.copyOf(quantifiers);
        this.catalogue = catalogue;
    }

    @Override
    public List<FactPath> reads() {
        return reads;
    }

    @Override
    public Set<InstanceKey> sources() {
        return sources;
    }

    @Override
    public Set<InstanceKey> optionalSources() {
        return optionalSources;
    }

    @Override
    public Set<String> functionTypes() {
        return functions.stream()
                .flatMap(function -> function.reads().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Set<FactPath> functionReads() {
        return functions.stream().flatMap(CelCondition::reads).collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<FactPath> reads(HostFunction function) {
        return function.reads().stream().flatMap(type -> {
            var whole = new FactPath(InstanceKey.unnamed(type), List.of());
            return function.members().isEmpty()
                    ? Stream.of(whole)
                    : function.members().stream().map(whole::to);
        });
    }

    private static Set<Beside> beside(CelPaths paths, List<HostFunction> functions) {
        var beside = EnumSet.noneOf(Beside.class);
        functions.forEach(function -> beside.addAll(function.beside()));
        if (paths.variables().contains(CelPaths.TODAY)) {
            beside.add(Beside.TODAY);
        }
        if (!paths.parameters().isEmpty()) {
            beside.add(Beside.PARAMETERS);
        }
        return Set.copyOf(beside);
    }

    @Override
    public Set<Beside> beside() {
        return beside;
    }

    @Override
    public Set<String> parameters() {
        return parameters;
    }

    @Override
    public Set<String> pathsRead() {
        return pathsRead;
    }

    @Override
    public Outcome evaluate(Scene scene, Answers answers) {
        try {
            Object value = program.eval(variables(scene), bind(scene, answers));
            return value instanceof Boolean truth
                    ? truth ? Outcome.Truth.TRUE : Outcome.Truth.FALSE
                    : new Outcome.Fault("the condition is neither true nor false");
        } catch (CelEvaluationException e) {
            return answers.firstUnanswered()
                    .<Outcome>map(Outcome.Unanswered::new)
                    .or(() -> answers.firstMissing().map(Outcome.Missing::new))
                    .orElseGet(() -> failure(e));
        }
    }

    private static Outcome failure(CelEvaluationException e) {
        String message = String.valueOf(e.getMessage()).replaceFirst("^evaluation error at [^ ]*: ", "");
        boolean missing = e.getErrorCode() == CelErrorCode.ATTRIBUTE_NOT_FOUND
                || e.getErrorCode() == CelErrorCode.INDEX_OUT_OF_BOUNDS;
        return missing
                ? new Outcome.Missing(
                        message.replaceFirst("^key '(.*)' is not present in map\\.$", "$1") + " is not there")
                : new Outcome.Fault(message);
    }

    @Override
    public Offenders offenders(Scene scene) {
        var found = new OffenderList();
        for (CelQuantifier quantifier : quantifiers) {
            quantifier.collect(scene, catalogue, variables(scene), bind(scene, new Answers()), found);
        }
        return found.toOffenders();
    }

    private Map<String, Object> variables(Scene scene) {
        var host = new HashMap<String, Object>();
        var variables = new HashMap<String, Object>();
        for (InstanceKey source : sources) {
            boolean isOther = source.instance().isEmpty();
            if (isOther && scene.facts(source).filter(CelCondition::isPresent).isPresent()) {
                host.put(source.type(), scene.adapted(source, CelValues::of));
            }
        }
        variables.put(CelPaths.FACTS, scene.adapted(own, CelValues::of));
        variables.put(CelPaths.PARAM, scene.adaptedParameters(CelCondition::adapt));
        variables.put(CelPaths.HOST, host);
        variables.put(CelPaths.TODAY, scene.today().toString());
        return variables;
    }

    private static Map<String, Object> adapt(Map<String, JsonNode> parameters) {
        var adapted = new HashMap<String, Object>();
        parameters.forEach((name, value) -> adapted.put(name, CelValues.of(value)));
        return adapted;
    }

    private static boolean isPresent(Facts facts) {
        return facts.status() != FactsStatus.ABSENT && facts.status() != FactsStatus.UNSUPPORTED;
    }

    private CelLateFunctionBindings bind(Scene scene, Answers answers) {
        return CelLateFunctionBindings.from(functions.stream()
                .map(function -> CelFunctionBinding.from(
                        function.overload(), parameters(function), overload(function, scene, answers)))
                .toList());
    }

    private static List<Class<?>> parameters(HostFunction function) {
        var classes = new ArrayList<Class<?>>();
        for (var kind : function.parameters()) {
            classes.add(
                    switch (kind) {
                        case TEXT -> String.class;
                        case INT -> Long.class;
                        case BOOL -> Boolean.class;
                        case FILES -> List.class;
                    });
        }
        return classes;
    }

    /** Lives for one evaluation on one thread, so that what it captures may change. */
    @SuppressWarnings("Immutable")
    private static CelFunctionOverload overload(HostFunction function, Scene scene, Answers answers) {
        return arguments -> switch (function.body().apply(scene, List.of(arguments))) {
            case Answer.Value answer -> {
                note(function, arguments, answer.value(), answers);
                yield answer.value();
            }
            case Answer.Missing missing -> {
                answers.missing(missing.reason());
                throw new CelEvaluationException(missing.reason());
            }
            case Answer.Fault fault -> throw new CelEvaluationException(fault.reason());
            case Answer.None none -> {
                answers.unanswered(none.reason());
                throw new CelEvaluationException(none.reason());
            }
        };
    }

    /** What is computed of the arguments alone is no fact that anybody wants to see. */
    private static void note(HostFunction function, Object[] arguments, Object answer, Answers answers) {
        if (!function.reads().isEmpty() || !function.beside().isEmpty()) {
            String call = Stream.of(arguments)
                    .map(argument -> CelValues.toJson(argument).toString())
                    .collect(Collectors.joining(", ", function.name() + "(", ")"));
            JsonNode shown = answer instanceof List<?> list ? FileFacts.shown(list) : CelValues.toJson(answer);
            answers.given(OneLine.of(call), shown);
        }
    }
}
