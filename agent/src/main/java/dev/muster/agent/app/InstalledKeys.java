package dev.muster.agent.app;

import dev.muster.protocol.noise.PublicKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The folder of collectors' public keys: each {@code *.pub} holds one, and whoever proves to hold its other half may answer. */
final class InstalledKeys {
    private InstalledKeys() {}

    static List<PublicKey> read(Path folder) {
        List<PublicKey> keys = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".pub")).sorted().toList()) {
                keys.add(parse(file));
            }
        } catch (IOException e) {
            throw new AgentException(
                    "the collector's public key is not installed: " + folder + " cannot be read (" + e
                            + "). Copy the collector's keys/collector.pub into it",
                    e);
        }
        if (keys.isEmpty()) {
            throw new AgentException("the collector's public key is not installed: " + folder
                    + " has no file *.pub. Copy the collector's keys/collector.pub into it");
        }
        return List.copyOf(keys);
    }

    private static PublicKey parse(Path file) throws IOException {
        try {
            return PublicKey.parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new AgentException(
                    file + ": " + e.getMessage() + "; copy the collector's keys/collector.pub again", e);
        }
    }
}
