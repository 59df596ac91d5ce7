package dev.muster.collector.graph.projection;

/** A declaration of what facts become in the graph is wrong; the message names it. */
public final class ProjectionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ProjectionException(String message) {
        super(message);
    }
}
