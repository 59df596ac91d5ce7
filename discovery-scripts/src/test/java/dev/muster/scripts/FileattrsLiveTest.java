package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the type fileattrs with what Python's lstat says of the same files on the machine that runs the tests. */
@Execution(ExecutionMode.CONCURRENT)
final class FileattrsLiveTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Globs over real folders, links among them, and paths of which some are there. */
    private static final List<String> ASKED = List.of(
            "/etc/*",
            "/etc/*/*.conf",
            "/etc/pam.d/[a-l]*",
            "/usr/bin/*",
            "/usr/sbin/*",
            "/usr/lib/*/lib*.so.?",
            "/var/log/*",
            "/run/*",
            "/bin",
            "/tmp",
            "/var/tmp",
            "/root/.ssh",
            "/etc/passwd",
            "/etc/shadow",
            "/etc/no such file",
            "/etc/passwd/no-folder");

    /** One object as the type's, from the paths and globs that are its arguments. */
    private static final String LSTAT = """
            import glob, grp, json, os, pwd, stat, sys
            def name(lookup, number):
                try: return lookup(number)[0]
                except KeyError: return str(number)
            def rwx(bits): return ''.join(c if bits & b else '-' for c, b in zip('rwx', (4, 2, 1)))
            def attributes(s):
                return {'type': stat.filemode(s.st_mode)[0], 'octal': '%04o' % stat.S_IMODE(s.st_mode),
                        'owner': name(pwd.getpwuid, s.st_uid), 'group': name(grp.getgrgid, s.st_gid)}
            facts = {}
            for asked in sys.argv[1:]:
                facts.setdefault(asked, None)
                for path in glob.glob(asked) if glob.has_magic(asked) else [asked]:
                    try: s = os.lstat(path)
                    except OSError: continue
                    facts[path] = attributes(s)
                    mode = s.st_mode
                    facts[path]['perms'] = {'owner': rwx(mode >> 6), 'group': rwx(mode >> 3), 'other': rwx(mode),
                                            'sticky': bool(mode & stat.S_ISVTX)}
                    if stat.S_ISLNK(mode):
                        try: facts[path]['target'] = attributes(os.stat(path))
                        except OSError: pass
            print(json.dumps(facts))
            """;

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource(Shell.class)
    void saysWhatLstatSays(Shell shell) throws Exception {
        var command = new ArrayList<>(List.of(Shell.require("python3"), "-c", LSTAT));
        command.addAll(ASKED);
        String expected = Shell.runTool(scratch, command.toArray(String[]::new)).text();
        Shell.Run run = discover(shell, "", ASKED);
        var facts = (ObjectNode) JSON.readTree(run.text());
        // What only root may see is not to be compared.
        facts.remove("_denied");

        assertThat(run.complaints()).isEmpty();
        assertThat(facts.properties()).hasSizeGreaterThan(300);
        assertThat(facts.properties().stream().map(Map.Entry::getValue).filter(value -> value.has("target")))
                .isNotEmpty();
        assertThat(facts).isEqualTo(JSON.readTree(expected));
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void namesTheTypeOfWhatIsNoFileWithoutOpeningIt(Shell shell) throws Exception {
        Path run = Files.createDirectories(scratch.resolve("root/run"));
        Shell.runTool(scratch, Shell.require("mkfifo"), run.resolve("pipe").toString());

        JsonNode facts = JSON.readTree(discover(shell, scratch.resolve("root").toString(), List.of("/run/*"))
                .text());

        assertThat(facts.path("/run/pipe").path("type").asText()).isEqualTo("p");
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void cutsOffWhatWouldBeTooMuchAndSaysSo(Shell shell) throws Exception {
        Path root = scratch.resolve("root");
        Path many = Files.createDirectories(root.resolve("srv/many"));
        Files.createDirectories(root.resolve("srv/few"));
        Files.createFile(root.resolve("srv/few/one"));
        for (int i = 0; i < 10_050; i++) {
            Files.createFile(many.resolve("file" + i));
        }

        Shell.Run run = discover(shell, root.toString(), List.of("/srv/few/*", "/srv/many/*"));
        JsonNode facts = JSON.readTree(run.text());

        assertThat(run.status()).isEqualTo(6);
        assertThat(run.output().remaining()).isLessThan(2 << 20);
        assertThat(facts.path("_truncated").toString()).isEqualTo("[\"/srv/many/*\"]");
        assertThat(facts.path("/srv/few/one").path("type").asText()).isEqualTo("-");
        assertThat(facts.size()).isEqualTo(10_000 + 3);
    }

    @Test
    void printsTheSameBytesUnderEachShell() throws Exception {
        String first = discover(Shell.DASH, "", ASKED).text();
        assertThat(discover(Shell.BUSYBOX, "", ASKED).text()).isEqualTo(first);
        assertThat(discover(Shell.DASH, "", ASKED).text()).isEqualTo(first);
    }

    /** Rules read what is looked for by default, until the collector says what else they read. */
    @Test
    void looksByDefaultForAllThatItsOwnRulesRead() throws Exception {
        Path type = Sample.MODULE.resolve("fileattrs");
        String rules = Files.readString(type.resolve("rules.yaml"), StandardCharsets.UTF_8);
        var read = Pattern.compile("(?:facts\\[|files\\(|fileExists\\()[\"'](/[^\"']+)[\"']")
                .matcher(rules)
                .results()
                .map(match -> match.group(1))
                .toList();
        var byDefault = new ArrayList<String>();
        CatalogueCompiler.compileType(type)
                .path("parameters")
                .path("paths")
                .path("default")
                .forEach(path -> byDefault.add(path.asText()));

        assertThat(read).hasSizeGreaterThan(50);
        assertThat(byDefault).containsAll(read);
    }

    private Shell.Run discover(Shell shell, String root, List<String> asked) throws IOException, InterruptedException {
        return shell.run(
                Sample.MODULE.resolve("fileattrs/discover"),
                Sample.MODULE.resolve("lib"),
                root,
                scratch,
                30,
                List.of(),
                Map.of("MUSTER_PATHS", String.join("\n", asked)));
    }
}
