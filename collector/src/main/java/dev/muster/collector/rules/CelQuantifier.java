package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelLateFunctionBindings;
import dev.cel.runtime.CelRuntime;
import dev.muster.collector.model.InstanceKey;
import dev.muster.scripts.FactType;
import dev.muster.scripts.FactType.Member;
import dev.muster.scripts.FactType.Plain;
import dev.muster.scripts.FactType.Secrecy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A quantifier of a condition, so placed that single elements make the condition fail: {@code x.all(e, p)}, {@code !x.exists(e, p)},
 * {@code x.filter(e, p).size() == 0}. Its predicate is run again for each element by itself.
 *
 * @param offendsWhen what the predicate says of an element that offends
 * @param path where the elements are facts as they stand
 * @param types the discovery types that the elements come from
 */
record CelQuantifier(
        CelRuntime.Program range,
        CelRuntime.Program predicate,
        String element,
        boolean offendsWhen,
        Optional<FactPath> path,
        Set<String> types) {
    private static final Set<String> FEW = Set.of("_==_", "_<=_", "_<_");
    private static final Member UNDECLARED = new Member(Plain.ANY, Secrecy.OPEN);

    /** The outermost ones; what is inside them is about an element. */
    static List<CelQuantifier> in(
            InstanceKey own, CelAbstractSyntaxTree checked, CelRuntime runtime, Map<String, HostFunction> functions)
            throws CelEvaluationException {
        var found = new ArrayList<CelQuantifier>();
        new Finder(own, checked, runtime, functions, found).visit(checked.getExpr(), true);
        return List.copyOf(found);
    }

    private record Finder(
            InstanceKey own,
            CelAbstractSyntaxTree tree,
            CelRuntime runtime,
            Map<String, HostFunction> functions,
            List<CelQuantifier> found) {
        /** {@code wanted} is what the expression must be for the whole condition to hold. */
        void visit(CelExpr expression, boolean wanted) throws CelEvaluationException {
            if (expression.getKind() == Kind.COMPREHENSION) {
                addIfDecided(expression.comprehension(), wanted);
            } else if (expression.getKind() == Kind.CALL) {
                visitCall(expression.call(), wanted);
            }
        }

        private void visitCall(CelExpr.CelCall call, boolean wanted) throws CelEvaluationException {
            List<CelExpr> arguments = call.args();
            switch (call.function()) {
                case "!_" -> visit(arguments.get(0), !wanted);
                case "_&&_", "_||_" -> {
                    visit(arguments.get(0), wanted);
                    visit(arguments.get(1), wanted);
                }
                case "_?_:_" -> {
                    visit(arguments.get(1), wanted);
                    visit(arguments.get(2), wanted);
                }
                default -> {
                    if (wanted && FEW.contains(call.function())) {
                        addIfSizeOfFilter(arguments.get(0));
                    }
                }
            }
        }

        private void addIfDecided(CelComprehension loop, boolean wanted) throws CelEvaluationException {
            CelExpr start = loop.accuInit();
            boolean isTest = start.getKind() == Kind.CONSTANT
                    && start.constant().getKind() == CelConstant.Kind.BOOLEAN_VALUE
                    && loop.loopStep().getKind() == Kind.CALL
                    && loop.loopStep().call().args().size() == 2;
            // all starts with true and must be true, exists starts with false and must be false.
            if (isTest && start.constant().booleanValue() == wanted) {
                add(loop, loop.loopStep().call().args().get(1), !wanted);
            }
        }

        private void addIfSizeOfFilter(CelExpr size) throws CelEvaluationException {
            if (size.getKind() != Kind.CALL || !size.call().function().equals("size")) {
                return;
            }
            CelExpr of = size.call().target().orElseGet(() -> size.call().args().get(0));
            if (of.getKind() == Kind.COMPREHENSION
                    && of.comprehension().accuInit().getKind() == Kind.LIST
                    && of.comprehension().loopStep().getKind() == Kind.CALL
                    && of.comprehension().loopStep().call().function().equals("_?_:_")) {
                var loop = of.comprehension();
                add(loop, loop.loopStep().call().args().get(0), true);
            }
        }

        private void add(CelComprehension loop, CelExpr predicate, boolean offendsWhen) throws CelEvaluationException {
            found.add(new CelQuantifier(
                    program(loop.iterRange()),
                    program(predicate),
                    loop.iterVar(),
                    offendsWhen,
                    CelPaths.pathOf(own, loop.iterRange()),
                    types(CelPaths.of(own, loop.iterRange()))));
        }

        private Set<String> types(CelPaths paths) {
            var named = paths.sources().stream().map(InstanceKey::type);
            var answering = paths.calls().stream()
                    .flatMap(call -> Optional.ofNullable(functions.get(CelFilePaths.overload(call))).stream())
                    .flatMap(function -> function.reads().stream());
            return Stream.concat(named, answering).collect(Collectors.toUnmodifiableSet());
        }

        private CelRuntime.Program program(CelExpr part) throws CelEvaluationException {
            return runtime.createProgram(CelAbstractSyntaxTree.newCheckedAst(
                    part, tree.getSource(), tree.getReferenceMap(), tree.getTypeMap()));
        }
    }

    /** Adds the offenders; none where the elements cannot be told. */
    void collect(
            Scene scene,
            Catalogue catalogue,
            Map<String, Object> variables,
            CelLateFunctionBindings functions,
            OffenderList into) {
        Object elements;
        try {
            elements = range.eval(variables, functions);
        } catch (CelEvaluationException _) {
            return;
        }
        if (elements instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                int index = i;
                if (offends(list.get(i), variables, functions)) {
                    into.add(() -> item(scene, catalogue, index, list.get(index)));
                }
            }
        } else if (elements instanceof Map<?, ?> map) {
            for (Object key : map.keySet()) {
                if (offends(key, variables, functions)) {
                    into.add(() -> entry(scene, catalogue, String.valueOf(key)));
                }
            }
        }
    }

    private boolean offends(Object value, Map<String, Object> variables, CelLateFunctionBindings functions) {
        var withElement = new HashMap<>(variables);
        withElement.put(element, value);
        try {
            return Boolean.valueOf(offendsWhen).equals(predicate.eval(withElement, functions));
        } catch (CelEvaluationException _) {
            return false;
        }
    }

    private String item(Scene scene, Catalogue catalogue, int index, Object value) {
        if (path.isEmpty()) {
            return computed(catalogue, value);
        }
        Member declared = catalogue.member(path.get()).orElse(UNDECLARED);
        Member item = declared.type() instanceof FactType.ListOf list
                ? new Member(list.item(), declared.secrecy())
                : UNDECLARED;
        return Shown.element(scene.value(path.get()).path(index), item);
    }

    private String entry(Scene scene, Catalogue catalogue, String key) {
        if (path.isEmpty()) {
            return computed(catalogue, key);
        }
        FactPath at = path.get().to(key);
        JsonNode value = scene.value(at);
        return Shown.entry(key, value, catalogue.member(at).orElse(UNDECLARED));
    }

    /** What was computed from facts with secrets may be one. */
    private String computed(Catalogue catalogue, Object value) {
        boolean open =
                types.stream().flatMap(type -> catalogue.type(type).stream()).noneMatch(Shown::holdsSecrets);
        Member declared = open ? UNDECLARED : Shown.HIDDEN;
        if (value instanceof Map<?, ?> file && file.get(FileFacts.PATH) instanceof String name && open) {
            var attributes = new LinkedHashMap<>(file);
            attributes.remove(FileFacts.PATH);
            return Shown.entry(name, CelValues.toJson(attributes), declared);
        }
        return Shown.element(CelValues.toJson(value), declared);
    }
}
