package dev.muster.collector.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a part of the collector says of itself in {@code GET /status}. Called from request threads; answers at once. */
public interface StatusPart {
    /** The field in the answer, in snake_case, for example {@code mail}. */
    String name();

    /** Fields in snake_case; no secrets. */
    ObjectNode now();
}
