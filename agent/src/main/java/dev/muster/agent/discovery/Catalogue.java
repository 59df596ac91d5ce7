package dev.muster.agent.discovery;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The discovery types of this host: those of the product, from its jar or an installed folder, and the administrator's own. Immutable.
 */
public final class Catalogue {
    private static final String FILE = "catalogue.json";
    private static final String RESOURCES = "/discovery-scripts/";
    private static final Set<PosixFilePermission> OWNER_ALL = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_READ = PosixFilePermissions.fromString("rw-------");

    private final Map<String, DiscoveryType> types;
    private final Path lib;
    private final List<String> problems;

    private Catalogue(Map<String, DiscoveryType> types, Path lib, List<String> problems) {
        this.types = Collections.unmodifiableMap(new TreeMap<>(types));
        this.lib = lib;
        this.problems = List.copyOf(problems);
    }

    /**
     * Unpacks the scripts that are in the class path into a folder that it makes, of mode 0700.
     *
     * @param fresh must not exist, its parent must
     */
    public static Catalogue unpack(Path fresh) {
        return unpack(Catalogue.class::getResourceAsStream, fresh);
    }

    static Catalogue unpack(Resources resources, Path fresh) {
        var content = readResource(resources, fresh);
        try {
            FileAttribute<?> ownerOnly = PosixFilePermissions.asFileAttribute(OWNER_ALL);
            Files.createDirectory(fresh, ownerOnly);
            for (var file : content.files()) {
                copy(resources, file, fresh);
            }
        } catch (IOException e) {
            throw new DiscoveryException("cannot unpack the discovery scripts into " + fresh + ": " + e, e);
        }
        return new Catalogue(content.types(), fresh.resolve("lib"), List.of());
    }

    /** Reads an installed folder: {@code catalogue.json} with the scripts beside it. */
    public static Catalogue installed(Path folder) {
        Path root = folder.toAbsolutePath().normalize();
        var content = readFile(root.resolve(FILE), root);
        return new Catalogue(content.types(), root.resolve("lib"), List.of());
    }

    /**
     * This catalogue and the administrator's own types: {@code folder/TYPE/discovery.json}, each in the form of catalogue.json with
     * paths relative to {@code folder}. One that cannot be read, or has the name of a type that is there already, is left out and named
     * in {@link #problems()}. A folder that is not there has no types.
     */
    public Catalogue withOwnTypes(Path folder) {
        Path root = folder.toAbsolutePath().normalize();
        var all = new TreeMap<>(types);
        List<String> found = new ArrayList<>(problems);
        for (Path file : descriptions(root, found)) {
            try {
                readFile(file, root).types().forEach((name, type) -> addOwn(all, file, type, found));
            } catch (DiscoveryException e) {
                found.add(String.valueOf(e.getMessage()));
            }
        }
        return new Catalogue(all, lib, found);
    }

    /** By name, sorted. */
    public Map<String, DiscoveryType> types() {
        return types;
    }

    public Optional<DiscoveryType> type(String name) {
        return Optional.ofNullable(types.get(name));
    }

    /** The folder of what scripts share, their MUSTER_LIB. */
    public Path lib() {
        return lib;
    }

    /** Types that were left out, one line each. */
    public List<String> problems() {
        return problems;
    }

    /** Where resources come from: absolute names in a class path. */
    interface Resources {
        @Nullable
        InputStream open(String name);
    }

    private static void addOwn(Map<String, DiscoveryType> all, Path file, DiscoveryType type, List<String> problems) {
        if (all.putIfAbsent(type.name(), type) != null) {
            problems.add(file + ": there is a type " + type.name() + " already");
        }
    }

    private static List<Path> descriptions(Path root, List<String> problems) {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
            for (Path folder : folders) {
                Path file = folder.resolve("discovery.json");
                if (Files.exists(file)) {
                    files.add(file);
                }
            }
        } catch (IOException e) {
            problems.add("cannot list " + root + ": " + e);
        }
        Collections.sort(files);
        return files;
    }

    private static CatalogueReader.Content readFile(Path file, Path root) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return CatalogueReader.read(in, file.toString(), root);
        } catch (IOException e) {
            throw new DiscoveryException("cannot read " + file + ": " + e, e);
        }
    }

    private static CatalogueReader.Content readResource(Resources resources, Path root) {
        try (InputStream in = resources.open(RESOURCES + FILE)) {
            if (in == null) {
                throw new DiscoveryException("there are no discovery scripts in the class path");
            }
            return CatalogueReader.read(in, FILE, root.toAbsolutePath().normalize());
        } catch (IOException e) {
            throw new DiscoveryException("cannot read " + FILE + ": " + e, e);
        }
    }

    private static void copy(Resources resources, CatalogueReader.ShippedFile file, Path root) throws IOException {
        Path target = root.resolve(file.path());
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(parent, PosixFilePermissions.asFileAttribute(OWNER_ALL));
        }
        try (InputStream in = resources.open(RESOURCES + file.path())) {
            if (in == null) {
                throw new IOException(file.path() + " is missing");
            }
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setPosixFilePermissions(target, file.executable() ? OWNER_ALL : OWNER_READ);
    }
}
