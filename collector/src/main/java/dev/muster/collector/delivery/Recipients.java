package dev.muster.collector.delivery;

import dev.muster.collector.delivery.MailSender.Answered;
import dev.muster.collector.model.Outbox.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who has yet to get which row, so that a recipient whom the server put off does not make the others get it twice.
 *
 * <p>Kept in memory only: where the collector restarts between two attempts, all get the row again, under the same
 * Message-ID. The outbox has no place for it.
 */
final class Recipients {
    /** Far above what a healthy server leaves half delivered; beyond it the oldest is forgotten. */
    private static final int MAX_ROWS = 10_000;

    private final Set<String> all;
    private final LinkedHashMap<String, Progress> byRow = new LinkedHashMap<>();

    private record Progress(Set<String> open, Map<String, String> refused) {}

    Recipients(List<String> all) {
        this.all = Set.copyOf(all);
    }

    /** Rows that go to the same people can go as one mail. */
    Map<Set<String>, List<Row>> grouped(List<Row> rows) {
        var groups = new LinkedHashMap<Set<String>, List<Row>>();
        for (Row row : rows) {
            groups.computeIfAbsent(progress(row).open(), open -> new ArrayList<>())
                    .add(row);
        }
        return groups;
    }

    private Progress progress(Row row) {
        return byRow.getOrDefault(row.id(), new Progress(all, Map.of()));
    }

    /** Notes the server's answer; {@link #refused} then tells of this and earlier attempts. */
    void answered(Row row, Answered answer) {
        Progress before = progress(row);
        var refused = new LinkedHashMap<>(before.refused());
        refused.putAll(answer.refused());
        byRow.remove(row.id());
        byRow.put(row.id(), new Progress(new LinkedHashSet<>(answer.deferred().keySet()), refused));
        if (byRow.size() > MAX_ROWS) {
            byRow.pollFirstEntry();
        }
    }

    Map<String, String> refused(Row row) {
        return progress(row).refused();
    }

    void settled(Collection<Row> rows) {
        rows.forEach(row -> byRow.remove(row.id()));
    }

    int count() {
        return all.size();
    }
}
