package dev.muster.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the discovery types declare to need: the agent's unit grants exactly their union. */
final class Capabilities {
    private Capabilities() {}

    /** Sorted, so that the unit is the same in each build. */
    static Set<String> of(Path types) throws IOException {
        Set<String> union = new TreeSet<>();
        try (Stream<Path> folders = Files.list(types)) {
            List<Path> descriptions = folders.map(folder -> folder.resolve("discovery.yaml"))
                    .filter(Files::exists)
                    .toList();
            for (Path description : descriptions) {
                addTo(union, description);
            }
        }
        return union;
    }

    private static void addTo(Set<String> union, Path description) throws IOException {
        for (JsonNode need :
                new YAMLMapper().readTree(Files.readString(description)).path("needs")) {
            if (!need.asText().matches("CAP_[A-Z_]+")) {
                throw new PackagingException(description + ": needs: " + need + " is not the name of a capability");
            }
            union.add(need.asText());
        }
    }
}
