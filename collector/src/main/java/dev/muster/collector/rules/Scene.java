package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.InstanceKey;
import dev.muster.scripts.FactType;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/** One host while it is judged, with what was worked out of its facts once for all rules. For one thread. */
final class Scene {
    private static final InstanceKey NO_SOURCE = InstanceKey.unnamed("");

    /** What is longer is kept as a hash. Implementation choice. */
    private static final int MAX_KEPT_CHARS = 64;

    private final FactsView view;
    private final LocalDate today;
    private final Catalogue catalogue;
    private final Map<String, JsonNode> parameters;
    private final Map<InstanceKey, Optional<Facts>> facts = new HashMap<>();
    private final Map<InstanceKey, Object> values = new HashMap<>();
    private final Map<WorkedOut, Object> workedOut = new HashMap<>();
    private final Map<FactPath, Optional<String>> faults = new HashMap<>();
    private final Map<FactPath, JsonNode> shown = new HashMap<>();

    Scene(FactsView view, LocalDate today, Catalogue catalogue, Map<String, JsonNode> parameters) {
        this.view = view;
        this.today = today;
        this.catalogue = catalogue;
        this.parameters = Map.copyOf(parameters);
    }

    private record WorkedOut(InstanceKey source, String what) {}

    LocalDate today() {
        return today;
    }

    Set<String> roles() {
        return view.roles();
    }

    /** What the parameters of rules are for this host; without those that nobody set. */
    Map<String, JsonNode> parameters() {
        return parameters;
    }

    /** For the memo: equal where the roles are. */
    String rolesText() {
        return workedOut(NO_SOURCE, "roles text", () -> new TreeSet<>(roles()).toString());
    }

    /** For the memo: equal where the parameters are. */
    String parametersText() {
        return workedOut(NO_SOURCE, "parameters text", () -> new TreeMap<>(parameters).toString());
    }

    /** For the memo: equal where an instance's status is, and what was denied or cut off. */
    String stateText(InstanceKey source) {
        return workedOut(
                source,
                "state text",
                () -> facts(source)
                        .map(facts -> facts.status().word() + facts.denied() + facts.truncated())
                        .orElse(""));
    }

    /** For the memo: equal where a member of an instance's data is. */
    String memberText(InstanceKey source, String member) {
        return workedOut(source, "text of " + member, () -> {
            String text = data(source).path(member).toString();
            boolean isShort = text.length() <= MAX_KEPT_CHARS;
            return data(source).has(member) ? (isShort ? text : Digests.of(List.of(text))) : "nothing there";
        });
    }

    /** Whether there is such a discovery type at all. */
    boolean isDiscovered(String type) {
        return catalogue.type(type).isPresent();
    }

    /** Empty where the instance never reported. */
    Optional<Facts> facts(InstanceKey source) {
        return facts.computeIfAbsent(source, view::facts);
    }

    JsonNode data(InstanceKey source) {
        return facts(source).<JsonNode>map(Facts::data).orElse(MissingNode.getInstance());
    }

    JsonNode value(FactPath path) {
        return path.in(data(path.source()));
    }

    /** A value as evidence shows it; many rules read the same one, and some are long. */
    JsonNode shown(FactPath path, FactType.Member declared) {
        return shown.computeIfAbsent(path, place -> Shown.value(value(place), declared));
    }

    /** An instance's data in the form of the language, made once. */
    Object adapted(InstanceKey source, Function<JsonNode, Object> adapter) {
        return values.computeIfAbsent(source, key -> adapter.apply(data(key)));
    }

    /** The parameters in the form of the language, made once. */
    Object adaptedParameters(Function<Map<String, JsonNode>, Object> adapter) {
        return workedOut(NO_SOURCE, "parameters", () -> adapter.apply(parameters));
    }

    /** What is worked out of an instance's data, once; {@code what} names it and so its type. */
    @SuppressWarnings("unchecked")
    <T> T workedOut(InstanceKey source, String what, Supplier<T> work) {
        return (T) workedOut.computeIfAbsent(new WorkedOut(source, what), _ -> work.get());
    }

    /**
     * Why a value that is there is not of its declared type. A comparison with such a value would silently be false, so that
     * it must not be judged at all.
     */
    Optional<String> fault(FactPath path) {
        return faults.computeIfAbsent(path, this::findFault);
    }

    private Optional<String> findFault(FactPath path) {
        JsonNode value = value(path);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        return catalogue
                .member(path)
                .map(FactType.Member::type)
                .filter(type -> !type.accepts(value))
                .map(type -> path + " is not " + type.words() + ", as which it is declared");
    }
}
