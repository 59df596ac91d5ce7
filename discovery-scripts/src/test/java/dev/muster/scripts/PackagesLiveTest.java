package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the type packages with dpkg-query on the machine that runs the tests, and with rpm over a database made here. */
final class PackagesLiveTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource(Shell.class)
    void everyPackageIsThatOfDpkgQuery(Shell shell) throws Exception {
        assumeTrue(Files.exists(Path.of("/var/lib/dpkg/status")), "this system has no dpkg");
        var expected = new TreeSet<String>();
        var names = new TreeSet<String>();
        String form = "${db:Status-Status} ${Package} ${Architecture} ${Version}\n";
        var query = Shell.runTool(scratch, Shell.require("dpkg-query"), "-W", "-f", form);
        for (String line : query.text().lines().toList()) {
            String[] field = line.split(" ", -1);
            if (!field[0].equals("config-files")) {
                expected.add(field[1] + "::" + field[2] + " " + field[3]);
                names.add(field[1]);
            }
        }

        JsonNode facts = discover(shell, "");

        assertThat(packages(facts, "deb")).isEqualTo(expected).hasSizeGreaterThan(50);
        assertThat(facts.path("names").valueStream().map(JsonNode::asText)).containsExactlyElementsOf(names);
    }

    @Test
    void everyPackageIsThatOfRpm() throws Exception {
        Path root = Files.createDirectory(scratch.resolve("root"));
        Path database = Files.createDirectories(root.resolve("var/lib/rpm"));
        Path rpms = Files.createDirectory(scratch.resolve("rpms"));
        for (String version : List.of("1.0-1", "1.0-2")) {
            build(rpms, "kernel-core", version, "");
        }
        build(rpms, "tiny", "2:3~rc1^git-4.el9", "Obsoletes: large");
        var install = new ArrayList<>(List.of(Shell.require("rpm"), "--dbpath", database.toString()));
        install.addAll(List.of("-i", "--justdb", "--nodeps", "--oldpackage"));
        try (var files = Files.walk(rpms)) {
            files.filter(file -> file.toString().endsWith(".noarch.rpm"))
                    .map(Path::toString)
                    .sorted()
                    .forEach(install::add);
        }
        var installed = Shell.runTool(scratch, install.toArray(String[]::new));
        assertThat(installed.status()).as(installed.complaints()).isZero();

        JsonNode facts = discover(Shell.DASH, root.toString());

        var query = Shell.runTool(
                scratch,
                Shell.require("rpm"),
                "--dbpath",
                database.toString(),
                "-qa",
                "--qf",
                "%{NAME}::%{ARCH} %{EVR}\n");
        assertThat(packages(facts, "rpm"))
                .isEqualTo(new TreeSet<>(query.text().lines().toList()))
                .containsExactly(
                        "kernel-core::noarch 1.0-1", "kernel-core::noarch 1.0-2", "tiny::noarch 2:3~rc1^git-4.el9");
        assertThat(facts.path("kernel_count").asInt()).isEqualTo(2);
    }

    /** @param version with an epoch before a colon, or without; the release behind a dash */
    private void build(Path folder, String name, String version, String line) throws Exception {
        String epoch = version.contains(":") ? version.substring(0, version.indexOf(':')) : "0";
        String rest = version.substring(version.indexOf(':') + 1);
        Path spec = folder.resolve(name + ".spec");
        Files.writeString(
                spec,
                String.join(
                        "\n",
                        "Name: " + name,
                        version.contains(":") ? "Epoch: " + epoch : "",
                        "Version: " + rest.substring(0, rest.lastIndexOf('-')),
                        "Release: " + rest.substring(rest.lastIndexOf('-') + 1),
                        "Summary: made by a test",
                        "License: none",
                        "BuildArch: noarch",
                        line,
                        "%description",
                        "%files",
                        ""));
        var built = Shell.runTool(
                scratch,
                Shell.require("rpmbuild"),
                "--define",
                "_topdir " + folder,
                "--define",
                "_dbpath " + folder.resolve("database"),
                "-bb",
                spec.toString());
        assertThat(built.status()).as(built.complaints()).isZero();
    }

    private static Set<String> packages(JsonNode facts, String manager) {
        var packages = new TreeSet<String>();
        for (var entry : facts.path(manager).properties()) {
            JsonNode versions = entry.getValue();
            if (versions.isTextual()) {
                packages.add(entry.getKey() + " " + versions.asText());
            } else {
                versions.forEach(version -> packages.add(entry.getKey() + " " + version.asText()));
            }
        }
        return packages;
    }

    private JsonNode discover(Shell shell, String root) throws Exception {
        Shell.Run run = shell.run(
                Sample.MODULE.resolve("packages/discover"), Sample.MODULE.resolve("lib"), root, scratch, 60, List.of());
        assertThat(run.status()).as(run.complaints()).isZero();
        return JSON.readTree(run.text());
    }
}
