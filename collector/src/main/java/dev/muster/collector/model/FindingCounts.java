package dev.muster.collector.model;

/** How many findings are open, by severity. */
public record FindingCounts(int low, int medium, int high) {
    public static final FindingCounts NONE = new FindingCounts(0, 0, 0);

    public int total() {
        return low + medium + high;
    }

    /** These counts with {@code by} more (or, negative, fewer) of one severity. */
    public FindingCounts plus(Severity severity, int by) {
        return switch (severity) {
            case LOW -> new FindingCounts(low + by, medium, high);
            case MEDIUM -> new FindingCounts(low, medium + by, high);
            case HIGH -> new FindingCounts(low, medium, high + by);
        };
    }
}
