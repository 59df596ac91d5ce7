package dev.muster.collector.rules;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.muster.collector.model.InstanceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds out what a condition reads, from its syntax tree alone. */
final class CelPaths {
    static final String FACTS = "facts";
    static final String HOST = "host";
    static final String TODAY = "today";
    static final String PARAM = "param";
    static final String INDEX = "_[_]";

    private final InstanceKey own;

    /** Each place that is read, and the node that reads it first. */
    private final Map<FactPath, Long> reads = new LinkedHashMap<>();

    /** The nodes whose value is that of a place. */
    private final Map<Long, FactPath> nodes = new HashMap<>();

    private final Set<InstanceKey> sources = new LinkedHashSet<>();
    private final Set<InstanceKey> optionalSources = new LinkedHashSet<>();
    private final List<CelExpr> calls = new ArrayList<>();
    private final Set<String> parameters = new LinkedHashSet<>();
    private final Set<String> variables = new LinkedHashSet<>();
    private final Set<String> bound = new LinkedHashSet<>();

    private CelPaths(InstanceKey own) {
        this.own = own;
    }

    static CelPaths of(InstanceKey own, CelExpr expression) {
        var paths = new CelPaths(own);
        paths.visit(expression);
        return paths;
    }

    Map<FactPath, Long> reads() {
        return reads;
    }

    Map<Long, FactPath> nodes() {
        return nodes;
    }

    Set<InstanceKey> sources() {
        return sources;
    }

    Set<InstanceKey> optionalSources() {
        return optionalSources;
    }

    /** Calls of functions and operators. */
    List<CelExpr> calls() {
        return calls;
    }

    /** Names read of {@code param}. */
    Set<String> parameters() {
        return parameters;
    }

    /** Names read otherwise than as the start of a place. */
    Set<String> variables() {
        return variables;
    }

    /** Names that comprehensions give to elements. */
    Set<String> bound() {
        return bound;
    }

    /** The place that an expression reads where it is nothing but names and literal keys after {@code facts} or {@code host.type}. */
    static Optional<FactPath> pathOf(InstanceKey own, CelExpr expression) {
        return switch (expression.getKind()) {
            case IDENT ->
                expression.ident().name().equals(FACTS) ? Optional.of(new FactPath(own, List.of())) : Optional.empty();
            case SELECT -> {
                var select = expression.select();
                yield isHost(select.operand())
                        ? Optional.of(new FactPath(InstanceKey.unnamed(select.field()), List.of()))
                        : pathOf(own, select.operand()).map(path -> path.to(select.field()));
            }
            case CALL -> keyed(own, expression.call());
            default -> Optional.empty();
        };
    }

    private static Optional<FactPath> keyed(InstanceKey own, CelExpr.CelCall call) {
        if (!call.function().equals(INDEX)) {
            return Optional.empty();
        }
        CelExpr first = call.args().get(0);
        CelExpr second = call.args().get(1);
        return text(second).flatMap(key -> pathOf(own, first).map(path -> path.to(key)));
    }

    static Optional<String> text(CelExpr expression) {
        return expression.getKind() == Kind.CONSTANT && expression.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? Optional.of(expression.constant().stringValue())
                : Optional.empty();
    }

    /** The parameter that an expression is. */
    static Optional<String> parameterOf(CelExpr expression) {
        boolean isMember = expression.getKind() == Kind.SELECT
                && expression.select().operand().getKind() == Kind.IDENT
                && expression.select().operand().ident().name().equals(PARAM);
        return isMember ? Optional.of(expression.select().field()) : Optional.empty();
    }

    private static boolean isHost(CelExpr expression) {
        return expression.getKind() == Kind.IDENT && expression.ident().name().equals(HOST);
    }

    private void visit(CelExpr expression) {
        if (isPresenceOfType(expression)) {
            sources.add(InstanceKey.unnamed(expression.select().field()));
            optionalSources.add(InstanceKey.unnamed(expression.select().field()));
            return;
        }
        var parameter = parameterOf(expression);
        if (parameter.isPresent()) {
            parameters.add(parameter.get());
            return;
        }
        var path = pathOf(own, expression);
        if (path.isPresent()) {
            sources.add(path.get().source());
            reads.putIfAbsent(path.get(), expression.id());
            noteNodes(expression);
            return;
        }
        if (expression.getKind() == Kind.CALL && expression.call().function().equals("@in")) {
            visitIn(expression);
            return;
        }
        visitParts(expression);
    }

    /** The place's own node and those on the way to it. */
    private void noteNodes(CelExpr expression) {
        var path = pathOf(own, expression);
        if (path.isEmpty()) {
            return;
        }
        if (!isPresence(expression)) {
            nodes.put(expression.id(), path.get());
        }
        switch (expression.getKind()) {
            case SELECT -> noteNodes(expression.select().operand());
            case CALL -> noteNodes(expression.call().args().get(0));
            default -> {}
        }
    }

    /** {@code has(x.y)}. */
    private static boolean isPresence(CelExpr expression) {
        return expression.getKind() == Kind.SELECT && expression.select().testOnly();
    }

    private static boolean isPresenceOfType(CelExpr expression) {
        return isPresence(expression) && isHost(expression.select().operand());
    }

    /** {@code "key" in map} reads no more than the key. In a list it looks at everything. */
    private void visitIn(CelExpr expression) {
        CelExpr sought = expression.call().args().get(0);
        CelExpr container = expression.call().args().get(1);
        var path = pathOf(own, container);
        var key = text(sought);
        if (path.isPresent() && key.isPresent() && path.get().steps().isEmpty()) {
            sources.add(path.get().source());
            reads.putIfAbsent(path.get().to(key.get()), expression.id());
            return;
        }
        visitParts(expression);
    }

    private void visitParts(CelExpr expression) {
        switch (expression.getKind()) {
            case IDENT -> variables.add(expression.ident().name());
            case SELECT -> visit(expression.select().operand());
            case CALL -> {
                calls.add(expression);
                expression.call().target().ifPresent(this::visit);
                expression.call().args().forEach(this::visit);
            }
            case LIST -> expression.list().elements().forEach(this::visit);
            case STRUCT -> expression.struct().entries().forEach(entry -> visit(entry.value()));
            case MAP ->
                expression.map().entries().forEach(entry -> {
                    visit(entry.key());
                    visit(entry.value());
                });
            case COMPREHENSION -> {
                var loop = expression.comprehension();
                bound.add(loop.iterVar());
                visit(loop.iterRange());
                visit(loop.accuInit());
                visit(loop.loopCondition());
                visit(loop.loopStep());
                visit(loop.result());
            }
            case CONSTANT, NOT_SET -> {}
        }
    }
}
