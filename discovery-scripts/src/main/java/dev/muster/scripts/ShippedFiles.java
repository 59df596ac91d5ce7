package dev.muster.scripts;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which files of a folder go to the hosts, and with which mode. A jar keeps no modes, so the catalogue says them. */
final class ShippedFiles {
    private static final String PROGRAM_MODE = "0755";
    private static final String DATA_MODE = "0644";

    private ShippedFiles() {}

    /** What runs on a host: {@code discover} and what it reads; not the yaml, not the samples. */
    static List<Path> of(Path folder) throws CatalogueException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !nameOf(file).endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CatalogueException(folder.toString(), e);
        }
    }

    static ObjectNode entry(Path file) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("path", nameOf(file.toAbsolutePath().getParent()) + "/" + nameOf(file))
                .put("mode", nameOf(file).equals("discover") ? PROGRAM_MODE : DATA_MODE);
    }

    /** The last name of a path; empty for a root, which has none. */
    static String nameOf(@Nullable Path path) {
        return path == null ? "" : String.valueOf(path.getFileName());
    }
}
