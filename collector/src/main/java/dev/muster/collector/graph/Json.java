package dev.muster.collector.graph;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;

/** How this package reads the JSON that it stored: bodies were bounded when they came in, so only depth is bounded again. */
final class Json {
    /** Facts may be 64 deep on the wire; bodies and deltas wrap them a few levels more. */
    private static final int MAX_DEPTH = 100;

    static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    private Json() {}
}
