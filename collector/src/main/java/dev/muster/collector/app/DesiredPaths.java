package dev.muster.collector.app;

import dev.muster.collector.model.Wish;
import dev.muster.collector.model.Wishes;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Has every agent look at the files that rules read. */
final class DesiredPaths {
    private static final String TYPE = "fileattrs";
    private static final String PARAMETER = "paths";

    private DesiredPaths() {}

    /** @param paths absolute, and globs; none wishes for nothing */
    static Wishes of(Collection<String> paths) {
        if (paths.isEmpty()) {
            return host -> List.of();
        }
        SortedMap<String, String> parameters = new TreeMap<>();
        parameters.put(PARAMETER, String.join("\n", new TreeSet<>(paths)));
        List<Wish> wishes = List.of(new Wish(TYPE, "", Wish.Run.ON, Optional.empty(), parameters));
        return host -> wishes;
    }
}
