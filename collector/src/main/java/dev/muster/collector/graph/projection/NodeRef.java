package dev.muster.collector.graph.projection;

/** Names one node in the whole graph: {@code key} is the value of {@link NodeKind#identity()}. */
public record NodeRef(NodeKind kind, String key) {
    @Override
    public boolean equals(Object other) {
        return other instanceof NodeRef ref
                && key.equals(ref.key)
                && kind.label().equals(ref.kind.label());
    }

    @Override
    public int hashCode() {
        return 31 * key.hashCode() + kind.label().hashCode();
    }

    @Override
    public String toString() {
        return kind.label() + " " + key;
    }
}
