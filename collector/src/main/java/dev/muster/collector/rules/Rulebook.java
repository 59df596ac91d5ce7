package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.Rule;
import java.util.List;
import java.util.Optional;

/** The rules in force with all that they were made of, so that others can be tried in their place. For any threads. */
public final class Rulebook {
    private final Catalogue catalogue;
    private final List<RuleSource> sources;
    private final Profiles profiles;
    private final ParameterValues values;
    private final LoadResult loaded;

    private Rulebook(
            Catalogue catalogue,
            List<RuleSource> sources,
            Profiles profiles,
            ParameterValues values,
            LoadResult loaded) {
        this.catalogue = catalogue;
        this.sources = List.copyOf(sources);
        this.profiles = profiles;
        this.values = values;
        this.loaded = loaded;
    }

    /** Compiles them: seconds, and all processors. */
    public static Rulebook load(
            Catalogue catalogue, List<RuleSource> sources, Profiles profiles, ParameterValues values) {
        return new Rulebook(
                catalogue, sources, profiles, values, RuleLoader.load(catalogue, sources, profiles, values));
    }

    /**
     * Makes one of what {@link #toJson} wrote; compiles as {@link #load} does.
     *
     * @throws IllegalArgumentException where it is something else, or more than a rulebook may be
     */
    public static Rulebook of(JsonNode json) {
        return RulebookJson.read(json);
    }

    /** Everything that says how hosts are judged: what facts there are, files of rules, profiles and parameters. */
    public ObjectNode toJson() {
        return RulebookJson.write(catalogue, sources, profiles, values);
    }

    /** A type's data without what is declared secret. */
    public ObjectNode masked(String type, ObjectNode data) {
        return catalogue
                .type(type)
                .map(declared -> Shown.masked(data, declared))
                .orElse(data);
    }

    /** Whether a type's data is as {@link #masked} leaves it, with at least one secret that was masked. */
    public boolean isMasked(String type, ObjectNode data) {
        return catalogue
                .type(type)
                .map(declared -> Shown.isMasked(data, declared))
                .orElse(false);
    }

    /** Whether anything of a type is declared secret. */
    public boolean holdsSecrets(String type) {
        return catalogue.type(type).map(Shown::holdsSecrets).orElse(false);
    }

    public LoadResult loaded() {
        return loaded;
    }

    public RuleSet set() {
        return loaded.set();
    }

    public Optional<Rule> rule(String id) {
        return loaded.set().rule(id);
    }

    /**
     * The rules that a file adds or changes, with the profiles and parameters in force. Nothing of it comes into force.
     *
     * @param name a file's name, which says the type of its rules where it is a type's
     */
    public LoadResult trial(String name, String text) {
        return RuleLoader.trial(catalogue, sources, RuleSource.of(name, text, catalogue), profiles, values);
    }
}
