package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.InstanceKey;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** One host while it is judged, with what was worked out of its facts once for all rules. For one thread. */
final class Scene {
    private final FactsView view;
    private final LocalDate today;
    private final Catalogue catalogue;
    private final Map<String, Optional<Facts>> facts = new HashMap<>();
    private final Map<String, Object> values = new HashMap<>();
    private final Map<FactPath, Optional<String>> faults = new HashMap<>();

    Scene(FactsView view, LocalDate today, Catalogue catalogue) {
        this.view = view;
        this.today = today;
        this.catalogue = catalogue;
    }

    LocalDate today() {
        return today;
    }

    Set<String> roles() {
        return view.roles();
    }

    /** The unnamed instance's; empty where it never reported. */
    Optional<Facts> facts(String type) {
        return facts.computeIfAbsent(type, key -> view.facts(InstanceKey.unnamed(key)));
    }

    JsonNode data(String type) {
        return facts(type).<JsonNode>map(Facts::data).orElse(MissingNode.getInstance());
    }

    JsonNode value(FactPath path) {
        return path.in(data(path.type()));
    }

    /** A type's data in the form of the language, made once. */
    Object adapted(String type, Function<JsonNode, Object> adapter) {
        return values.computeIfAbsent(type, key -> adapter.apply(data(key)));
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
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        return catalogue
                .member(path)
                .map(FactType.Member::type)
                .filter(type -> !type.accepts(value))
                .map(type -> path + " is not " + type.words() + ", as which it is declared");
    }
}
