package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The paths and globs whose attributes a condition needs, so that agents can be asked for them: hence each must be known
 * before any fact is, a literal or a parameter or several of these put together with {@code +}.
 */
final class CelFilePaths {
    /** What parameters of a path may multiply to. Implementation choice. */
    private static final int MAX_VALUES = 1_000;

    /** What agents take: see the parameter type globs. */
    private static final int MAX_PATH_CHARS = 4_095;

    private static final int MAX_WILDCARDS = 8;
    private static final Pattern PLAIN = Pattern.compile("(/[^/\\\\\\P{Print}]+)+");
    private static final Pattern NOT_NORMAL = Pattern.compile("/[.]{1,2}(/|$)");
    private static final Pattern KERNEL = Pattern.compile("^/(proc|sys|dev)(/|$)");
    private static final Pattern WILDCARD = Pattern.compile("[*?\\[]");

    private final Parameters parameters;
    private final Map<String, HostFunction> functions;

    CelFilePaths(Parameters parameters, Map<String, HostFunction> functions) {
        this.parameters = parameters;
        this.functions = functions;
    }

    /** A reading that cannot be foreseen. */
    static final class UnforeseenException extends Exception {
        private static final long serialVersionUID = 1;

        final long node;

        UnforeseenException(long node, String message) {
            super(message);
            this.node = node;
        }
    }

    Set<String> of(CelPaths paths) throws UnforeseenException {
        var found = new TreeSet<String>();
        for (var read : paths.reads().entrySet()) {
            if (read.getKey().source().equals(FileFacts.KEY)) {
                found.add(keyOf(read.getKey(), read.getValue()));
            }
        }
        for (CelExpr call : paths.calls()) {
            var path = Optional.ofNullable(functions.get(overload(call))).flatMap(HostFunction::path);
            if (path.isPresent()) {
                found.addAll(ofCall(call, path.get()));
            }
        }
        return found;
    }

    static String overload(CelExpr call) {
        return call.call().function() + "/" + call.call().args().size();
    }

    private static String keyOf(FactPath path, long node) throws UnforeseenException {
        if (path.steps().isEmpty()) {
            throw new UnforeseenException(
                    node,
                    "which paths are read cannot be known: name each, fileattrs[\"/etc/passwd\"], or use files(\"/etc/cron.*\")");
        }
        String key = path.steps().getFirst();
        checkPath(key, Wildcards.REFUSED, node);
        return key;
    }

    private Set<String> ofCall(CelExpr call, UnaryOperator<String> asPath) throws UnforeseenException {
        CelExpr argument = call.call().args().get(0);
        var values = values(argument);
        if (values.isEmpty()) {
            throw new UnforeseenException(
                    call.id(), call.call().function() + "() needs a literal path, param.<name>, or these joined by +");
        }
        var paths = new LinkedHashSet<String>();
        for (String value : values.get()) {
            String path = asPath.apply(value);
            boolean isGlob = call.call().function().equals(FileFacts.FILES) || !path.equals(value);
            checkPath(path, isGlob ? Wildcards.ALLOWED : Wildcards.REFUSED, call.id());
            paths.add(path);
        }
        return paths;
    }

    /** Everything that an expression may be; empty where that depends on facts. */
    private Optional<Set<String>> values(CelExpr expression) {
        var literal = CelPaths.text(expression);
        if (literal.isPresent()) {
            return Optional.of(Set.of(literal.get()));
        }
        var parameter = CelPaths.parameterOf(expression);
        if (parameter.isPresent()) {
            return Optional.of(parameters.everywhere(parameter.get()).stream()
                    .map(JsonNode::asText)
                    .collect(Collectors.toCollection(TreeSet::new)));
        }
        boolean isJoined = expression.getKind() == Kind.CALL
                && expression.call().function().equals("_+_");
        return isJoined
                ? values(expression.call().args().get(0))
                        .flatMap(first ->
                                values(expression.call().args().get(1)).flatMap(second -> joined(first, second)))
                : Optional.empty();
    }

    private static Optional<Set<String>> joined(Set<String> first, Set<String> second) {
        if (first.size() * second.size() > MAX_VALUES) {
            return Optional.empty();
        }
        var joined = new TreeSet<String>();
        first.forEach(start -> second.forEach(end -> joined.add(start + end)));
        return Optional.of(joined);
    }

    private enum Wildcards {
        ALLOWED,
        REFUSED
    }

    /** The agent refuses its whole list of paths for one that it does not take; better to refuse the rule. */
    private static void checkPath(String path, Wildcards wildcards, long node) throws UnforeseenException {
        if (!PLAIN.matcher(path).matches()
                || path.length() > MAX_PATH_CHARS
                || NOT_NORMAL.matcher(path).find()) {
            throw new UnforeseenException(
                    node,
                    "\"" + path + "\" is no absolute path of printable ASCII without //, /../, \\ or a / at the end");
        }
        if (KERNEL.matcher(path).find()) {
            throw new UnforeseenException(node, "\"" + path + "\" is the kernel's, not on a disk");
        }
        long count = WILDCARD.matcher(path).results().count();
        if (count > (wildcards == Wildcards.ALLOWED ? MAX_WILDCARDS : 0)) {
            throw new UnforeseenException(
                    node,
                    wildcards == Wildcards.ALLOWED
                            ? "\"" + path + "\" has more than " + MAX_WILDCARDS + " wildcards"
                            : "\"" + path + "\" is a glob: use files()");
        }
    }
}
