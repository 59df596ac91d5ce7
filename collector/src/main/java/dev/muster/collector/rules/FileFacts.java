package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.collector.model.Evidence;
import dev.muster.collector.model.InstanceKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What host functions answer about files. Facts: a map with a member for each path that was looked for, its attributes or null
 * where nothing is there; each glob that was looked for is a member too, null, beside those of the paths that match it. What is
 * no member was not looked for yet.
 */
final class FileFacts {
    static final String TYPE = "fileattrs";

    /** The instance whose paths are those that rules read. */
    static final InstanceKey KEY = InstanceKey.unnamed(TYPE);

    static final String FILES = "files";

    /** What an element of {@code files()} has beside the declared attributes. */
    static final String PATH = "path";

    private FileFacts() {}

    static Answer exists(Scene scene, List<Object> arguments) {
        String path = HostFunctions.text(arguments, 0);
        return ask(
                scene,
                "fileExists",
                path,
                from -> new Answer.Value(isThere(from.data().get(path))));
    }

    /** Attributes of every file that matches, in the order of their paths. */
    static Answer matching(Scene scene, List<Object> arguments) {
        String glob = HostFunctions.text(arguments, 0);
        return ask(scene, FILES, glob, from -> new Answer.Value(matching(scene, from, glob)));
    }

    static Answer hasContent(Scene scene, List<Object> arguments) {
        String glob = contentGlob(HostFunctions.text(arguments, 0));
        return ask(
                scene,
                "dirHasContent",
                glob,
                from -> new Answer.Value(!matching(scene, from, glob).isEmpty()));
    }

    static String contentGlob(String folder) {
        return folder.endsWith("/") ? folder + "*" : folder + "/*";
    }

    static boolean isLookedFor(JsonNode data, String path) {
        return data.has(path);
    }

    static String notLookedFor(String path) {
        return path + " has not been looked for yet";
    }

    private static Answer ask(Scene scene, String function, String path, Function<Source, Answer> body) {
        return Source.ask(scene, function, TYPE, from -> {
            Answer cutOff = from.unless(Answer.YES, path);
            if (!cutOff.equals(Answer.YES)) {
                return cutOff;
            }
            boolean known = from.reported().isEmpty() || isLookedFor(from.data(), path);
            return known ? body.apply(from) : new Answer.None(function + "(): " + notLookedFor(path));
        });
    }

    private static List<Object> matching(Scene scene, Source from, String glob) {
        return scene.workedOut(KEY, "files " + glob, () -> {
            var matcher = Glob.of(glob);
            var found = new ArrayList<Object>();
            from.data().properties().stream()
                    .filter(entry -> isThere(entry.getValue()) && matcher.matches(entry.getKey()))
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> found.add(file(entry.getKey(), entry.getValue())));
            return List.copyOf(found);
        });
    }

    /** As the language sees it. */
    private static Map<String, Object> file(String path, JsonNode attributes) {
        var file = new LinkedHashMap<String, Object>();
        file.put(PATH, path);
        attributes.properties().forEach(entry -> file.put(entry.getKey(), CelValues.of(entry.getValue())));
        return file;
    }

    /** What evidence shows of files that were found: their paths. */
    static JsonNode shown(List<?> files) {
        var paths = JsonNodeFactory.instance.arrayNode();
        files.stream()
                .limit(Evidence.MAX_OFFENDING)
                .forEach(file -> paths.add(file instanceof Map<?, ?> map ? String.valueOf(map.get(PATH)) : ""));
        if (files.size() > Evidence.MAX_OFFENDING) {
            paths.add("and " + (files.size() - Evidence.MAX_OFFENDING) + " more");
        }
        return paths;
    }

    private static boolean isThere(@Nullable JsonNode attributes) {
        return attributes != null && attributes.isObject();
    }
}
