package dev.muster.collector.delivery;

import dev.muster.scripts.Ownership;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** The executables of {@code notification.d}, looked at anew for each event, so that a change needs no restart. */
final class HookFolder {
    /** As run-parts(8) has it, and a dot for an extension; what editors and package managers leave behind does not fit. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.(sh|py|pl|rb))?");

    private static final int MAX_HOOKS = 100;

    private final Path folder;
    private final Ownership ownership;

    HookFolder(Path folder, Ownership ownership) {
        this.folder = folder;
        this.ownership = ownership;
    }

    /**
     * What is there.
     *
     * @param hooks to run, in the order of their names
     * @param refused what could be run and is not, with the reason
     */
    record Listing(List<Path> hooks, List<String> refused) {}

    Listing list() throws IOException {
        List<Path> hooks = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (Path file : executables()) {
            Path real = file.toRealPath();
            ownership
                    .refusal(real)
                    .ifPresentOrElse(why -> refused.add(file.getFileName() + ": " + why), () -> hooks.add(real));
        }
        return new Listing(hooks, refused);
    }

    private List<Path> executables() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                boolean fits = NAME.matcher(file.getFileName().toString()).matches();
                if (fits && Files.isRegularFile(file) && Files.isExecutable(file) && found.size() < MAX_HOOKS) {
                    found.add(file);
                }
            }
        }
        found.sort(Comparator.comparing(file -> file.getFileName().toString()));
        return found;
    }
}
