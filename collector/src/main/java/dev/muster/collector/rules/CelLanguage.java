package dev.muster.collector.rules;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelSource;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.muster.collector.model.InstanceKey;
import dev.muster.scripts.FactType;
import dev.muster.scripts.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Conditions in CEL, the Common Expression Language (https://cel.dev). */
final class CelLanguage implements RuleLanguage {
    /** Nested loops over the longest list (2,000) are not wanted, one over each of some lists is. Implementation choice. */
    private static final int MAX_ITERATIONS = 20_000;

    private static final int MAX_TEXT_CHARS = 10_000;
    private static final int MAX_DEPTH = 100;

    /** A pattern may come from facts; what it costs grows with this and the text's length. */
    private static final int MAX_REGEX_INSTRUCTIONS = 10_000;

    private static final Set<String> RESERVED = Set.of(CelPaths.FACTS, CelPaths.HOST, CelPaths.TODAY, CelPaths.PARAM);
    private static final Pattern UNKNOWN_NAME =
            Pattern.compile("(?:undefined field|undeclared reference to) '([^']{1,200})'");

    private static final CelOptions OPTIONS = CelOptions.current()
            .comprehensionMaxIterations(MAX_ITERATIONS)
            .maxExpressionCodePointSize(MAX_TEXT_CHARS)
            .maxParseRecursionDepth(MAX_DEPTH)
            .maxRegexProgramSize(MAX_REGEX_INSTRUCTIONS)
            .enableHeterogeneousNumericComparisons(true)
            .build();

    private final Catalogue catalogue;
    private final CelTypes types;
    private final Map<String, HostFunction> functions = new HashMap<>();
    private final CelCompiler base;
    private final CelRuntime runtime =
            CelRuntimeFactory.legacyCelRuntimeBuilder().setOptions(OPTIONS).build();
    /** Many rules apply under the same condition. */
    private final Map<Text, Condition> compiled = new ConcurrentHashMap<>();

    private final CelFilePaths filePaths;
    private final Map<String, CelCompiler> compilers = new ConcurrentHashMap<>();

    private record Text(InstanceKey own, String text) {}

    CelLanguage(Catalogue catalogue, Parameters parameters, Collection<HostFunction> functions) {
        this.catalogue = catalogue;
        this.types = CelTypes.of(catalogue, parameters.types());
        functions.forEach(function -> this.functions.put(function.overload(), function));
        this.filePaths = new CelFilePaths(parameters, this.functions);
        this.base = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setTypeProvider(types)
                .setResultType(SimpleType.BOOL)
                .addVar(CelPaths.HOST, types.host())
                .addVar(CelPaths.TODAY, SimpleType.STRING)
                .addVar(CelPaths.PARAM, types.param())
                .addFunctionDeclarations(declarations(functions))
                .build();
    }

    @Override
    public Condition compile(InstanceKey own, String text) throws RuleException {
        var same = new Text(own, text);
        Condition known = compiled.get(same);
        if (known == null) {
            known = compileAnew(own, text);
            compiled.put(same, known);
        }
        return known;
    }

    private Condition compileAnew(InstanceKey own, String text) throws RuleException {
        String type = own.type();
        var declared = catalogue.type(type);
        if (declared.isEmpty()) {
            throw new RuleException(1, "no discovery type " + type + Nearest.hint(type, catalogue.names()));
        }
        CelCompiler compiler = compilers.computeIfAbsent(
                type,
                name -> base.toCompilerBuilder()
                        .addVar(CelPaths.FACTS, types.facts(name, declared.get()))
                        .build());
        CelAbstractSyntaxTree parsed = treeOf(compiler.parse(text), type);
        CelAbstractSyntaxTree checked = treeOf(compiler.check(parsed), type);
        var paths = CelPaths.of(own, checked.getExpr());
        checkNames(paths, parsed);
        var typed = CelKeyTyping.of(catalogue, parsed, paths.nodes());
        if (!typed.variables().isEmpty()) {
            treeOf(withVariables(compiler, typed.variables()).check(typed.tree()), type);
        }
        return condition(own, checked, paths, pathsRead(paths, parsed));
    }

    private static CelCompiler withVariables(CelCompiler compiler, Map<String, CelType> variables) {
        var builder = compiler.toCompilerBuilder();
        variables.forEach(builder::addVar);
        return builder.build();
    }

    private Set<String> pathsRead(CelPaths paths, CelAbstractSyntaxTree parsed) throws RuleException {
        try {
            return filePaths.of(paths);
        } catch (CelFilePaths.UnforeseenException e) {
            throw new RuleException(lineOf(parsed.getSource(), e.node), String.valueOf(e.getMessage()));
        }
    }

    private Condition condition(InstanceKey own, CelAbstractSyntaxTree checked, CelPaths paths, Set<String> pathsRead)
            throws RuleException {
        var called = new LinkedHashMap<String, HostFunction>();
        for (CelExpr call : paths.calls()) {
            String overload = CelFilePaths.overload(call);
            Optional.ofNullable(functions.get(overload)).ifPresent(function -> called.put(overload, function));
        }
        try {
            var quantifiers = CelQuantifier.in(own, checked, runtime, functions);
            return new CelCondition(
                    own,
                    runtime.createProgram(checked),
                    paths,
                    pathsRead,
                    List.copyOf(called.values()),
                    quantifiers,
                    catalogue);
        } catch (CelEvaluationException e) {
            throw new RuleException(1, String.valueOf(e.getMessage()));
        }
    }

    /** What the checker cannot know: keys of maps, and names that must not be taken again. */
    private void checkNames(CelPaths paths, CelAbstractSyntaxTree parsed) throws RuleException {
        for (String variable : paths.bound()) {
            if (RESERVED.contains(variable)) {
                throw new RuleException(1, variable + " cannot be the name of an element");
            }
        }
        if (paths.variables().contains(CelPaths.HOST)) {
            throw new RuleException(1, "host is read as a whole: name a discovery type, host.<type>");
        }
        if (paths.variables().contains(CelPaths.PARAM)) {
            throw new RuleException(1, "param is read as a whole: name a parameter, param.<name>");
        }
        for (var read : paths.reads().entrySet()) {
            FactPath path = read.getKey();
            if (!path.steps().isEmpty()
                    && catalogue.type(path.type()).orElse(FactType.Plain.ANY) instanceof FactType.Keys keys
                    && !keys.declares(path.steps().getFirst())) {
                String key = path.steps().getFirst();
                throw new RuleException(
                        lineOf(parsed.getSource(), read.getValue()),
                        path.type() + " declares no key " + key + Nearest.hint(key, keys.declaredNames()));
            }
        }
    }

    private static int lineOf(CelSource source, long node) {
        return Optional.ofNullable(source.getPositionsMap().get(node))
                .flatMap(source::getOffsetLocation)
                .map(location -> location.getLine())
                .orElse(1);
    }

    private CelAbstractSyntaxTree treeOf(CelValidationResult result, String type) throws RuleException {
        if (result.hasError()) {
            List<CelIssue> errors = result.getErrors();
            if (errors.isEmpty()) {
                throw new RuleException(1, "does not compile");
            }
            CelIssue first = errors.getFirst();
            throw new RuleException(
                    Math.max(1, first.getSourceLocation().getLine()), explain(first.getMessage(), type));
        }
        try {
            return result.getAst();
        } catch (CelValidationException e) {
            throw new RuleException(1, String.valueOf(e.getMessage()));
        }
    }

    private String explain(String message, String type) {
        Matcher unknown = UNKNOWN_NAME.matcher(message);
        if (!unknown.find()) {
            return message.replace(" (in container '')", "");
        }
        var known = new HashSet<String>();
        functions.values().forEach(function -> known.add(function.name()));
        known.addAll(RESERVED);
        known.addAll(catalogue.names());
        catalogue.type(type).ifPresent(declared -> known.addAll(declared.names()));
        return message.replace(" (in container '')", "") + Nearest.hint(unknown.group(1), known);
    }

    private List<CelFunctionDecl> declarations(Collection<HostFunction> functions) {
        var overloads = new TreeMap<String, List<CelOverloadDecl>>();
        for (HostFunction function : functions) {
            overloads
                    .computeIfAbsent(function.name(), _ -> new ArrayList<>())
                    .add(CelOverloadDecl.newGlobalOverload(
                            function.overload(),
                            typeOf(function.result()),
                            function.parameters().stream().map(this::typeOf).toList()));
        }
        var declarations = new ArrayList<CelFunctionDecl>();
        overloads.forEach((name, some) -> declarations.add(CelFunctionDecl.newFunctionDeclaration(name, some)));
        return declarations;
    }

    private CelType typeOf(HostFunction.Kind kind) {
        return switch (kind) {
            case TEXT -> SimpleType.STRING;
            case INT -> SimpleType.INT;
            case BOOL -> SimpleType.BOOL;
            case FILES -> ListType.create(types.file());
        };
    }
}
