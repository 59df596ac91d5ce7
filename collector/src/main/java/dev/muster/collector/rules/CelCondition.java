package dev.muster.collector.rules;

import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import dev.cel.runtime.CelLateFunctionBindings;
import dev.cel.runtime.CelRuntime;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A condition in CEL.
 *
 * <p>An error in one operand of {@code &&} or {@code ||} does not matter where the other decides; so a host function without an
 * answer throws, and only where the throw comes through is the rule unknown. Where several errors meet CEL tells one of them:
 * the functions that had no answer are therefore noted beside, and go before a fact that is missing.
 */
final class CelCondition implements Condition {
    private final String ownType;
    private final CelRuntime.Program program;
    private final List<FactPath> reads;
    private final Set<String> types;
    private final Set<String> optionalTypes;
    private final boolean readsToday;
    private final List<HostFunction> functions;
    private final List<CelQuantifier> quantifiers;
    private final Catalogue catalogue;

    CelCondition(
            String ownType,
            CelRuntime.Program program,
            CelPaths paths,
            List<HostFunction> functions,
            List<CelQuantifier> quantifiers,
            Catalogue catalogue) {
        this.ownType = ownType;
        this.program = program;
        this.reads = List.copyOf(paths.reads().keySet());
        this.types = Set.copyOf(paths.types());
        this.optionalTypes = Set.copyOf(paths.optionalTypes());
        this.functions = List.copyOf(functions);
        this.readsToday = paths.variables().contains(CelPaths.TODAY)
                || functions.stream().anyMatch(function -> HostFunctions.READING_TODAY.contains(function.name()));
        this.quantifiers = List.copyOf(quantifiers);
        this.catalogue = catalogue;
    }

    @Override
    public List<FactPath> reads() {
        return reads;
    }

    @Override
    public Set<String> types() {
        return types;
    }

    @Override
    public Set<String> optionalTypes() {
        return optionalTypes;
    }

    @Override
    public Set<String> functionTypes() {
        return functions.stream()
                .flatMap(function -> function.reads().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean readsToday() {
        return readsToday;
    }

    @Override
    public Outcome evaluate(Scene scene) {
        var unanswered = new ArrayList<String>();
        try {
            Object value = program.eval(variables(scene), bind(scene, unanswered));
            return value instanceof Boolean truth
                    ? truth ? Outcome.Truth.TRUE : Outcome.Truth.FALSE
                    : new Outcome.Fault("the condition is neither true nor false");
        } catch (CelEvaluationException e) {
            return unanswered.isEmpty() ? failure(e) : new Outcome.Unanswered(unanswered.getFirst());
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
            quantifier.collect(scene, catalogue, variables(scene), bind(scene, new ArrayList<>()), found);
        }
        return found.toOffenders();
    }

    private Map<String, Object> variables(Scene scene) {
        var host = new HashMap<String, Object>();
        var variables = new HashMap<String, Object>();
        for (String type : types) {
            if (scene.facts(type).filter(CelCondition::isPresent).isPresent()) {
                host.put(type, scene.adapted(type, CelValues::of));
            }
        }
        variables.put(CelPaths.FACTS, scene.adapted(ownType, CelValues::of));
        variables.put(CelPaths.HOST, host);
        variables.put(CelPaths.TODAY, scene.today().toString());
        return variables;
    }

    private static boolean isPresent(Facts facts) {
        return facts.status() != FactsStatus.ABSENT && facts.status() != FactsStatus.UNSUPPORTED;
    }

    private CelLateFunctionBindings bind(Scene scene, List<String> unanswered) {
        return CelLateFunctionBindings.from(functions.stream()
                .map(function -> CelFunctionBinding.from(
                        function.name(), parameters(function), overload(function, scene, unanswered)))
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
                    });
        }
        return classes;
    }

    /** Lives for one evaluation on one thread, so that what it captures may change. */
    @SuppressWarnings("Immutable")
    private static CelFunctionOverload overload(HostFunction function, Scene scene, List<String> unanswered) {
        return arguments -> switch (function.body().apply(scene, List.of(arguments))) {
            case Answer.Value answer -> answer.value();
            case Answer.Fault fault -> throw new CelEvaluationException(fault.reason());
            case Answer.None none -> {
                unanswered.add(none.reason());
                throw new CelEvaluationException(none.reason());
            }
        };
    }
}
