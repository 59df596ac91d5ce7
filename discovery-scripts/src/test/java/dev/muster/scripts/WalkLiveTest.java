package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares privfiles and worldwritable with find of findutils, getcap and dpkg: on this system, and on trees made by chance. */
final class WalkLiveTest {
    private static final long TIMEOUT_SECONDS = 300;
    private static final List<String> SETUID = List.of("-type", "f", "-perm", "-4000");
    private static final List<String> SETGID = List.of("-type", "f", "-perm", "-2000");
    private static final List<String> WRITABLE_FILE = List.of("-type", "f", "-perm", "-0002");
    private static final List<String> OPEN_FOLDER = List.of("-type", "d", "-perm", "-0002", "!", "-perm", "-1000");
    private static final List<String> UNOWNED = List.of("(", "-nouser", "-o", "-nogroup", ")");

    /** What programs are in; the rest may be large, and others work there meanwhile. */
    private static final String PROGRAMS = "bin|sbin|lib.*|usr|etc";

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void privfilesSaysWhatFindAndDpkgSay(Shell shell) throws Exception {
        List<String> leftOut = leftOut();
        JsonNode facts = run("privfiles", shell, "", leftOut);

        assertThat(texts(facts, "suid")).isEqualTo(found("/", leftOut, SETUID)).isNotEmpty();
        assertThat(texts(facts, "sgid")).isEqualTo(found("/", leftOut, SETGID)).isNotEmpty();
        assertThat(facts.path("in_writable_trees")).isEmpty();
        var unowned = new TreeSet<String>();
        for (String list : List.of("suid", "sgid")) {
            for (String file : texts(facts, list)) {
                if (!isOwned(file)) {
                    unowned.add(file);
                }
            }
        }
        assertThat(texts(facts, "unpackaged")).containsExactlyElementsOf(unowned);
    }

    @ParameterizedTest
    @EnumSource
    void privfilesSaysWhatGetcapSays(Shell shell) throws Exception {
        JsonNode facts = run("privfiles", shell, "", leftOut());
        if (shell == Shell.BUSYBOX) {
            assertThat(facts.has("caps")).isFalse();
            return;
        }
        var said = Shell.runTool(scratch, Shell.require("getcap"), "-r", "/usr", "/etc");
        assertThat(facts.path("caps")
                        .valueStream()
                        .map(file -> file.path("path").asText() + " "
                                + file.path("capabilities").asText()))
                .containsExactlyInAnyOrderElementsOf(said.complaints().lines().toList());
    }

    @ParameterizedTest
    @EnumSource
    void worldwritableSaysWhatFindSays(Shell shell) throws Exception {
        List<String> leftOut = leftOut();
        JsonNode facts = run("worldwritable", shell, "", leftOut);

        assertThat(texts(facts, "files")).isEqualTo(found("/", leftOut, WRITABLE_FILE));
        assertThat(texts(facts, "dirs_without_sticky")).isEqualTo(found("/", leftOut, OPEN_FOLDER));
        assertThat(texts(facts, "unowned")).isEqualTo(found("/", leftOut, UNOWNED));
    }

    @ParameterizedTest(name = "seed {0} under {1}")
    @CsvSource({"1, DASH", "1, BUSYBOX", "2, DASH", "2, BUSYBOX", "3, DASH", "3, BUSYBOX"})
    void findsInATreeWhatFindFinds(long seed, Shell shell) throws Exception {
        Path root = Files.createDirectory(scratch.resolve("root"));
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        plant(root, new SplittableRandom(seed), isRoot);

        JsonNode privileged = run("privfiles", shell, root.toString(), List.of());
        assertThat(texts(privileged, "suid"))
                .isEqualTo(found(root.toString(), List.of(), SETUID))
                .hasSizeGreaterThan(5);
        assertThat(texts(privileged, "sgid")).isEqualTo(found(root.toString(), List.of(), SETGID));

        JsonNode open = run("worldwritable", shell, root.toString(), List.of());
        assertThat(texts(open, "files"))
                .isEqualTo(found(root.toString(), List.of(), WRITABLE_FILE))
                .hasSizeGreaterThan(5);
        assertThat(texts(open, "dirs_without_sticky")).isEqualTo(found(root.toString(), List.of(), OPEN_FOLDER));
        assertThat(texts(open, "unowned")).isEqualTo(found(root.toString(), List.of(), UNOWNED));
    }

    /** With the accounts of this system, so that find and the script mean the same ones. */
    private static void plant(Path root, RandomGenerator random, boolean isRoot) throws IOException {
        Files.createDirectory(root.resolve("etc"));
        Files.copy(Path.of("/etc/passwd"), root.resolve("etc/passwd"));
        Files.copy(Path.of("/etc/group"), root.resolve("etc/group"));
        List<String> names = Hostility.ATOMS.stream()
                .filter(name -> name.chars().allMatch(letter -> letter < 128))
                .toList();
        var folders = new ArrayList<>(List.of(root));
        for (int i = 0; i < 300; i++) {
            Path folder = folders.get(random.nextInt(folders.size()));
            Path file = folder.resolve(names.get(random.nextInt(names.size())) + i);
            boolean isFolder = random.nextInt(4) == 0;
            if (isFolder) {
                folders.add(Files.createDirectory(file));
            } else if (random.nextInt(8) == 0) {
                Files.createSymbolicLink(file, Path.of("nowhere"));
                continue;
            } else {
                Files.createFile(file);
            }
            if (isRoot && random.nextInt(5) == 0) {
                Files.setAttribute(file, "unix:uid", 61_000 + random.nextInt(2), LinkOption.NOFOLLOW_LINKS);
            }
            // Who is not root still has to get into its own folders.
            Files.setAttribute(file, "unix:mode", random.nextInt(010_000) | (isFolder ? 0700 : 0));
        }
    }

    private JsonNode run(String type, Shell shell, String root, List<String> leftOut) throws Exception {
        Shell.Run run = shell.run(
                Sample.MODULE.resolve(type).resolve("discover"),
                Sample.MODULE.resolve("lib"),
                root,
                scratch,
                TIMEOUT_SECONDS,
                List.of(),
                Map.of("MUSTER_LEAVE_OUT", String.join("\n", leftOut)));
        assertThat(run.complaints()).isEmpty();
        assertThat(run.status()).isZero();
        return FactsAssert.parse(run.text());
    }

    private static List<String> leftOut() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/"))) {
            return files.filter(file -> !ShippedFiles.nameOf(file).matches(PROGRAMS))
                    .map(Path::toString)
                    .toList();
        }
    }

    private Set<String> found(String root, List<String> leftOut, List<String> expression) throws Exception {
        var command = new ArrayList<>(List.of(Shell.require("find"), root, "-xdev"));
        leftOut.forEach(path -> command.addAll(List.of("-path", path, "-prune", "-o")));
        command.addAll(expression);
        command.add("-print0");
        String printed = StandardCharsets.UTF_8
                .decode(Shell.runTool(scratch, command.toArray(String[]::new)).output())
                .toString();
        int cut = root.equals("/") ? 0 : root.length();
        return Stream.of(printed.split("\0", -1))
                .filter(path -> !path.isEmpty())
                .map(path -> path.substring(cut))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** As dpkg has it, which may have been told before /usr was merged. */
    private boolean isOwned(String file) throws Exception {
        String dpkg = Shell.require("dpkg");
        return Shell.runTool(scratch, dpkg, "-S", file).status() == 0
                || Shell.runTool(scratch, dpkg, "-S", file.replaceFirst("^/usr", ""))
                                .status()
                        == 0;
    }

    private static Set<String> texts(JsonNode facts, String list) {
        return facts.path(list).valueStream().map(JsonNode::asText).collect(Collectors.toCollection(TreeSet::new));
    }
}
