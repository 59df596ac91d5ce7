package dev.muster.protocol.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Ten minutes of Jazzer for each target: {@code mvn -P fuzz -pl protocol test}.
 * What breaks is kept beside the corpus, in {@code DecodersFuzzInputs}, and is a test of every build from then on.
 */
final class DecodersFuzz {
    private static final String DURATION = "10m";

    @FuzzTest(maxDuration = DURATION)
    void packets(byte[] bytes) {
        Targets.packets(bytes);
    }

    @FuzzTest(maxDuration = DURATION)
    void frames(byte[] bytes) {
        Targets.frames(bytes);
    }

    @FuzzTest(maxDuration = DURATION)
    void channels(byte[] bytes) {
        Targets.channels(bytes);
    }

    @FuzzTest(maxDuration = DURATION)
    void records(byte[] bytes) {
        Targets.records(bytes);
    }

    @FuzzTest(maxDuration = DURATION)
    void messages(byte[] bytes) {
        Targets.messages(bytes);
    }
}
