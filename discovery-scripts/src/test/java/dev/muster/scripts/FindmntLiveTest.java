package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the type findmnt with util-linux' program of that name on the machine that runs the tests. */
final class FindmntLiveTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What discovery.yaml says is left out. */
    private static final Pattern LEFT_OUT = Pattern.compile(
            "/(snap|var/lib/snapd/snap|run/(user|credentials|netns|docker|containerd|snapd/ns|systemd/(incoming|unit-root))"
                    + "|var/lib/(docker|containers|containerd|kubelet|rancher|lxcfs|lxd|incus))/.*");

    private static final Pattern OPTION_LEFT_OUT = Pattern.compile(
            "(fd|pgrp|pipe_ino|lowerdir\\+?|upperdir|workdir)=.*|(?s)[^=]*(pass|secret|token|cred).*=.*");

    @TempDir
    Path scratch;

    @Test
    void saysWhatFindmntSays() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/mountinfo")), "this system has no mountinfo");
        var printed =
                Shell.runTool(scratch, Shell.require("findmnt"), "-J", "--list", "-o", "TARGET,SOURCE,FSTYPE,OPTIONS");
        var expected = new TreeMap<String, List<String>>();
        for (JsonNode mount : JSON.readTree(printed.text()).path("filesystems")) {
            String target = mount.path("target").asText();
            if (!LEFT_OUT.matcher(target).matches()
                    && !mount.path("fstype").asText().equals("nsfs")) {
                // The last of several on one target is the one on top.
                expected.put(target, said(mount));
            }
        }

        var facts = new TreeMap<String, List<String>>();
        for (Shell shell : Shell.values()) {
            Shell.Run run = shell.run(
                    Sample.MODULE.resolve("findmnt/discover"),
                    Sample.MODULE.resolve("lib"),
                    "",
                    scratch,
                    10,
                    List.of());
            assertThat(run.status()).as(run.complaints()).isZero();
            facts.clear();
            JSON.readTree(StandardCharsets.UTF_8.decode(run.output()).toString())
                    .properties()
                    .forEach(mount -> facts.put(mount.getKey(), discovered(mount.getValue())));
            assertThat(facts).as(shell.name()).isEqualTo(expected);
        }

        assertThat(facts).containsKey("/").hasSizeGreaterThan(2);
    }

    private static List<String> said(JsonNode mount) {
        var options = new TreeSet<String>();
        for (String option : mount.path("options").asText().split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1)) {
            if (!OPTION_LEFT_OUT.matcher(option).matches()) {
                options.add(option.replace("\"", ""));
            }
        }
        return lines(mount.path("source").asText(), mount.path("fstype").asText(), options);
    }

    private static List<String> discovered(JsonNode mount) {
        var options = new TreeSet<String>();
        for (Map.Entry<String, JsonNode> option : mount.path("options").properties()) {
            JsonNode value = option.getValue();
            String text = value.isBoolean() ? option.getKey() : option.getKey() + "=" + value.asText();
            if (!OPTION_LEFT_OUT.matcher(text).matches()) {
                options.add(text);
            }
        }
        return lines(mount.path("source").asText(), mount.path("fstype").asText(), options);
    }

    private static List<String> lines(String source, String type, Collection<String> options) {
        var lines = new ArrayList<>(List.of(source, type));
        lines.addAll(options);
        return lines;
    }
}
