package dev.muster.collector.rules;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelMutableAst;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.ast.CelMutableExpr.CelMutableIdent;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.muster.scripts.FactType;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes CEL's own checker know the types of a map's declared keys. To it {@code facts["a.b"]} is of any type, so that a
 * comparison with a value of the wrong one compiles and is silently false. In a copy of the tree each such read is replaced
 * by a variable of the key's declared type, and the copy is checked, never run: whatever does not fit then, comparisons,
 * functions and arithmetic alike, the checker finds.
 *
 * <p>Rejected: comparing the types of operands by hand, which sees only comparisons right beside the read.
 */
final class CelKeyTyping {
    private final Map<Long, FactPath> nodes;
    private final Map<FactPath, CelType> types;

    private CelKeyTyping(Map<Long, FactPath> nodes, Map<FactPath, CelType> types) {
        this.nodes = nodes;
        this.types = types;
    }

    /**
     * A tree in which keys have types.
     *
     * @param tree to be checked with these variables declared
     * @param variables empty where there is nothing that the checker does not know already
     */
    record Typed(CelAbstractSyntaxTree tree, Map<String, CelType> variables) {}

    static Typed of(Catalogue catalogue, CelAbstractSyntaxTree parsed, Map<Long, FactPath> nodes) {
        var types = new HashMap<FactPath, CelType>();
        for (FactPath path : nodes.values()) {
            if (path.steps().size() == 1
                    && catalogue.type(path.type()).orElse(FactType.Plain.ANY) instanceof FactType.Keys keys) {
                CelType type = CelTypes.ofKey(path.type(), keys, path.steps().getFirst());
                if (!type.equals(SimpleType.DYN)) {
                    types.put(path, type);
                }
            }
        }
        if (types.isEmpty()) {
            return new Typed(parsed, Map.of());
        }
        CelMutableAst copy = CelMutableAst.fromCelAst(parsed);
        new CelKeyTyping(nodes, types).replaceIn(copy.expr());
        // The original's source keeps the positions, which the copy's has lost.
        var tree = CelAbstractSyntaxTree.newParsedAst(copy.toParsedAst().getExpr(), parsed.getSource());
        var variables = new HashMap<String, CelType>();
        types.forEach((path, type) -> variables.put(path.toString(), type));
        return new Typed(tree, Map.copyOf(variables));
    }

    private void replaceIn(CelMutableExpr node) {
        FactPath path = nodes.get(node.id());
        if (path != null && types.containsKey(path)) {
            node.setIdent(CelMutableIdent.create(path.toString()));
            return;
        }
        switch (node.getKind()) {
            case SELECT -> replaceIn(node.select().operand());
            case CALL -> {
                node.call().target().ifPresent(this::replaceIn);
                node.call().args().forEach(this::replaceIn);
            }
            case LIST -> node.list().elements().forEach(this::replaceIn);
            case STRUCT -> node.struct().entries().forEach(entry -> replaceIn(entry.value()));
            case MAP ->
                node.map().entries().forEach(entry -> {
                    replaceIn(entry.key());
                    replaceIn(entry.value());
                });
            case COMPREHENSION -> {
                var loop = node.comprehension();
                replaceIn(loop.iterRange());
                replaceIn(loop.accuInit());
                replaceIn(loop.loopCondition());
                replaceIn(loop.loopStep());
                replaceIn(loop.result());
            }
            case IDENT, CONSTANT, NOT_SET -> {}
        }
    }
}
