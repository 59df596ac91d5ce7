package dev.muster.collector.graph.projection;

/** Names one edge by its ends: there are never two of a kind between two nodes. */
public record EdgeRef(EdgeKind kind, String from, String to) {
    @Override
    public boolean equals(Object other) {
        return other instanceof EdgeRef ref
                && from.equals(ref.from)
                && to.equals(ref.to)
                && kind.type().equals(ref.kind.type())
                && kind.from().label().equals(ref.kind.from().label())
                && kind.to().label().equals(ref.kind.to().label());
    }

    @Override
    public int hashCode() {
        return 31 * (31 * from.hashCode() + to.hashCode()) + kind.type().hashCode();
    }

    @Override
    public String toString() {
        return from + " " + kind.type() + " " + to;
    }
}
