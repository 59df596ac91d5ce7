package dev.muster.scripts;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One checked {@code discovery.yaml}.
 *
 * @param name the folder's name
 * @param json its entry in the catalogue: the members of the file with every default filled in, and the files to unpack
 */
record DiscoveryType(String name, ObjectNode json) {
    /** Shorter than this no script may be asked for; a minute is the usual. Implementation choices, in seconds. */
    private static final long MIN_INTERVAL_SECONDS = 5;

    private static final long MAX_INTERVAL_SECONDS = 7 * 86_400;
    private static final long DEFAULT_INTERVAL_SECONDS = 60;
    private static final long MAX_TIMEOUT_SECONDS = 3_600;
    private static final long DEFAULT_TIMEOUT_SECONDS = 30;

    static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final Pattern CAPABILITY = Pattern.compile("CAP_[A-Z_]{3,30}");
    private static final Pattern ABSOLUTE_PATH = Pattern.compile("/[^\\p{Cntrl}]*");
    private static final Pattern PROGRAM = Pattern.compile("[a-z][a-z0-9_-]{0,40}");
    private static final Pattern PLATFORM = Pattern.compile("[a-z0-9]{2,20}");
    private static final Pattern FAMILY = Pattern.compile("alpine|debian|rhel|suse");
    private static final Set<String> RUNNERS = Set.of("script", "agent");
    private static final Set<String> MEMBERS = Set.of(
            "name",
            "description",
            "notes",
            "schema",
            "platforms",
            "families",
            "runs",
            "enabled",
            "interval_seconds",
            "timeout_seconds",
            "needs",
            "reads",
            "asks",
            "cpu_ms",
            "parameters",
            "watch",
            "after",
            "triggers",
            "fields",
            "keys");

    static DiscoveryType read(Path folder) throws CatalogueException {
        YamlNode file = YamlNode.read(folder.resolve("discovery.yaml"));
        file.allowOnly(MEMBERS);
        String name = file.member("name").text(NAME);
        if (!name.equals(ShippedFiles.nameOf(folder.toAbsolutePath().normalize()))) {
            throw file.wrong("name is \"" + name + "\", not the folder's");
        }
        var json = JsonNodeFactory.instance.objectNode();
        json.put("description", file.member("description").text());
        if (file.has("notes")) {
            json.put("notes", file.member("notes").text());
        }
        json.put("schema", file.member("schema").number(1, Integer.MAX_VALUE));
        putTexts(json, file, "platforms", PLATFORM);
        json.put(
                "runs",
                file.memberOr("runs", JsonNodeFactory.instance.textNode("script"))
                        .text(RUNNERS));
        json.put(
                "enabled",
                file.memberOr("enabled", JsonNodeFactory.instance.booleanNode(true))
                        .flag());
        json.put("interval_seconds", interval(file));
        json.put("timeout_seconds", timeout(file));
        putTexts(json, file, "needs", CAPABILITY);
        checkWhatPagesSay(file);
        ObjectNode parameters = Parameters.read(file.memberOr("parameters", JsonNodeFactory.instance.objectNode()));
        json.set("parameters", parameters);
        putTexts(json, file, "watch", ABSOLUTE_PATH);
        putTexts(json, file, "after", NAME);
        json.set(
                "triggers", Triggers.read(file.memberOr("triggers", JsonNodeFactory.instance.arrayNode()), parameters));
        DeclaredFacts.read(file, json);
        putFiles(json, folder, name);
        return new DiscoveryType(name, json);
    }

    private static long interval(YamlNode file) throws CatalogueException {
        return file.memberOr("interval_seconds", JsonNodeFactory.instance.numberNode(DEFAULT_INTERVAL_SECONDS))
                .number(MIN_INTERVAL_SECONDS, MAX_INTERVAL_SECONDS);
    }

    private static long timeout(YamlNode file) throws CatalogueException {
        return file.memberOr("timeout_seconds", JsonNodeFactory.instance.numberNode(DEFAULT_TIMEOUT_SECONDS))
                .number(1, MAX_TIMEOUT_SECONDS);
    }

    private static void putTexts(ObjectNode json, YamlNode file, String member, Pattern form)
            throws CatalogueException {
        var texts = json.putArray(member);
        file.memberOr(member, JsonNodeFactory.instance.arrayNode()).texts(form).forEach(texts::add);
    }

    /** Of use to people alone, so neither agent nor collector carries it. */
    private static void checkWhatPagesSay(YamlNode file) throws CatalogueException {
        var none = JsonNodeFactory.instance.arrayNode();
        file.memberOr("families", none).texts(FAMILY);
        file.memberOr("reads", none).texts(ABSOLUTE_PATH);
        file.memberOr("asks", none).texts(PROGRAM);
        file.memberOr("cpu_ms", JsonNodeFactory.instance.numberNode(0)).number(0, MAX_TIMEOUT_SECONDS * 1000);
    }

    /** A type that the agent itself discovers has no script and nothing to unpack. */
    private static void putFiles(ObjectNode json, Path folder, String name) throws CatalogueException {
        boolean runsScript = json.path("runs").textValue().equals("script");
        boolean hasScript = Files.isRegularFile(folder.resolve("discover"));
        if (runsScript != hasScript) {
            throw new CatalogueException(
                    folder.toString(), hasScript ? "runs in the agent, yet has a discover" : "has no discover");
        }
        var files = json.putArray("files");
        for (Path file : ShippedFiles.of(folder)) {
            files.add(ShippedFiles.entry(file));
        }
        if (runsScript) {
            json.put("script", name + "/discover");
        }
    }
}
