package dev.muster.collector.rules;

import dev.muster.collector.model.Evidence;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Counts offending elements and keeps the first of them. */
final class OffenderList {
    private final List<String> shown = new ArrayList<>();
    private int total;

    void add(Supplier<String> line) {
        total++;
        if (shown.size() < Evidence.MAX_OFFENDING) {
            shown.add(line.get());
        }
    }

    Condition.Offenders toOffenders() {
        return new Condition.Offenders(shown, total);
    }
}
