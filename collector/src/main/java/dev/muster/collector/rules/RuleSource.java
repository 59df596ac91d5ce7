package dev.muster.collector.rules;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One file of rules.
 *
 * @param name as problems name it
 * @param type the discovery type of rules that do not say {@code type} themselves; empty where each has to
 * @param text at most {@link #MAX_BYTES}; a longer one is cut just above that, and then refused
 */
public record RuleSource(String name, Optional<String> type, String text) {
    /** A few hundred rules with all their prose are 300 KiB. Implementation choice. */
    static final int MAX_BYTES = 1 << 20;

    /** Implementation choice: one file a discovery type is a hundred. */
    private static final int MAX_FILES = 1_000;

    private static final String SHIPPED = "discovery-scripts/";

    /** The rules that come with the product: {@code <type>/rules.yaml} of each type that has them. */
    public static List<RuleSource> shipped() {
        var sources = new ArrayList<RuleSource>();
        String types = resource(SHIPPED + "types").orElseThrow(() -> new IllegalStateException("no resource types"));
        for (String type : types.lines().toList()) {
            resource(SHIPPED + type + "/rules.yaml")
                    .ifPresent(text -> sources.add(new RuleSource(type + "/rules.yaml", Optional.of(type), text)));
        }
        return List.copyOf(sources);
    }

    /**
     * The files {@code *.yaml} right in a folder, in the order of their names. Rules of {@code proc_sys.yaml} are of type
     * proc_sys unless they say another; in a file with any other name each rule says its type.
     *
     * @throws IOException where the folder or a file cannot be read
     */
    public static List<RuleSource> folder(Path folder, Catalogue catalogue) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> nameOf(file).endsWith(".yaml") && Files.isRegularFile(file))
                    .sorted()
                    .limit(MAX_FILES + 1L)
                    .toList();
        }
        if (files.size() > MAX_FILES) {
            throw new IOException(folder + " has more than " + MAX_FILES + " files of rules");
        }
        var sources = new ArrayList<RuleSource>();
        for (Path file : files) {
            String stem = nameOf(file).substring(0, nameOf(file).length() - ".yaml".length());
            var type = catalogue.type(stem).map(_ -> stem);
            try (InputStream in = Files.newInputStream(file)) {
                sources.add(new RuleSource(file.toString(), type, read(in)));
            }
        }
        return List.copyOf(sources);
    }

    /** A file that somebody wrote, of rules of the type that it is named after, if there is such a type. */
    public static RuleSource of(String name, String text, Catalogue catalogue) {
        String stem = fileName(name).replaceFirst("\\.ya?ml$", "");
        return new RuleSource(name, catalogue.type(stem).map(_ -> stem), text);
    }

    /** Without the folders before it. */
    String fileName() {
        return fileName(name);
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Those are called {@code <type>/rules.yaml}. */
    static boolean isShipped(RuleSource source) {
        return source.type().isPresent() && source.name().equals(source.type().get() + "/rules.yaml");
    }

    private static String nameOf(Path file) {
        Path name = file.getFileName();
        return name == null ? "" : name.toString();
    }

    private static Optional<String> resource(String name) {
        try (InputStream in = RuleSource.class.getClassLoader().getResourceAsStream(name)) {
            return in == null ? Optional.empty() : Optional.of(read(in));
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    private static String read(InputStream in) throws IOException {
        return new String(in.readNBytes(MAX_BYTES + 1), StandardCharsets.UTF_8);
    }
}
