package dev.muster.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the types docker and docker_images with the whole of what "docker inspect" prints, where an engine runs. Not under busybox, whose tools have no docker among them. */
final class ContainersLiveTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path scratch;

    @Test
    void saysOfEachContainerWhatDockerSays() throws Exception {
        requireEngine();
        var expected = new TreeMap<String, String>();
        for (JsonNode container : inspect("container", docker("ps", "--quiet", "--no-trunc"))) {
            JsonNode host = container.path("HostConfig");
            expected.put(
                    container.path("Id").asText(),
                    describe(
                            container.path("Name").asText().substring(1),
                            container.path("Config").path("User"),
                            host.path("Privileged"),
                            host.path("ReadonlyRootfs"),
                            host.path("Memory"),
                            host.path("NanoCpus"),
                            host.path("PidsLimit").asInt(),
                            host.path("NetworkMode"),
                            texts(host.path("CapAdd")),
                            texts(host.path("CapDrop")),
                            container.path("Mounts").size(),
                            names(container.path("NetworkSettings").path("Networks")),
                            names(container.path("Config").path("Labels"))));
        }

        var facts = new TreeMap<String, String>();
        for (JsonNode container : Live.facts("docker", Shell.DASH, scratch).path("containers")) {
            facts.put(
                    container.path("id").asText(),
                    describe(
                            container.path("name").asText(),
                            container.path("user"),
                            container.path("privileged"),
                            container.path("readonly_rootfs"),
                            container.path("memory"),
                            container.path("nano_cpus"),
                            container.path("pids_limit").asInt(),
                            container.path("network_mode"),
                            texts(container.path("cap_add")),
                            texts(container.path("cap_drop")),
                            container.path("mounts").size(),
                            texts(container.path("networks")),
                            names(container.path("labels"))));
        }
        assertThat(facts).isEqualTo(expected);
    }

    @Test
    void saysOfEachImageInUseWhatDockerSays() throws Exception {
        requireEngine();
        var used = new TreeSet<String>();
        for (JsonNode container : inspect("container", docker("ps", "--quiet", "--all", "--no-trunc"))) {
            used.add(container.path("Image").asText());
        }
        var expected = new TreeMap<String, String>();
        for (JsonNode image : inspect("image", new ArrayList<>(used))) {
            expected.put(
                    image.path("Id").asText(), describe(image.path("Config").path("User"), image.path("Size")));
        }

        var facts = new TreeMap<String, String>();
        for (JsonNode image : Live.facts("docker_images", Shell.DASH, scratch).path("in_use")) {
            facts.put(image.path("id").asText(), describe(image.path("user"), image.path("size")));
        }
        assertThat(facts).isEqualTo(expected);
    }

    private static void requireEngine() {
        assumeTrue(
                Files.exists(Path.of("/run/docker.pid")) && Files.isExecutable(Path.of("/usr/bin/docker")),
                "no engine of containers runs here");
    }

    private List<String> docker(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(Shell.require("docker")));
        command.addAll(List.of(arguments));
        var printed = Shell.runTool(scratch, command.toArray(String[]::new));
        assertThat(printed.status()).as(printed.complaints()).isZero();
        return StandardCharsets.UTF_8
                .decode(printed.output())
                .toString()
                .lines()
                .toList();
    }

    private JsonNode inspect(String kind, List<String> ids) throws Exception {
        if (ids.isEmpty()) {
            return JSON.createArrayNode();
        }
        var arguments = new ArrayList<>(List.of("inspect", "--type", kind));
        arguments.addAll(ids);
        return JSON.readTree(String.join("\n", docker(arguments.toArray(String[]::new))));
    }

    private static String describe(Object... facts) {
        return List.of(facts).toString();
    }

    private static SortedSet<String> texts(JsonNode list) {
        var texts = new TreeSet<String>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static SortedSet<String> names(JsonNode map) {
        var names = new TreeSet<String>();
        map.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
