package dev.muster.agent.app;

import dev.muster.protocol.noise.PublicKey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What {@code muster-agent keys} prints. */
final class KeysText {
    private KeysText() {}

    static String of(PublicKey own, Optional<String> next, List<String> collectors) {
        var text = new StringBuilder();
        text.append("this agent   ").append(own.fingerprint());
        next.ifPresent(each -> text.append("\nits next     ").append(each).append("  waits for the collector"));
        for (String line : collectors) {
            text.append("\ncollector    ").append(line);
        }
        return text.toString();
    }

    static String rotate(KeyRotation rotation) {
        try {
            return "next key     " + rotation.begin()
                    + "\nIt is used as soon as the collector has applied it; \"muster-agent keys\" shows which one is in use.";
        } catch (IOException | AgentException e) {
            return "the next key cannot be made: " + e.getMessage();
        }
    }
}
