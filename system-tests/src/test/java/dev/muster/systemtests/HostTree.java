package dev.muster.systemtests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of a host, changed one at a time, and what discovery must find there: a naive model of three types, which looks at the same
 * files. Each change is one rename, removal or change of mode, so that no run sees half of it.
 */
final class HostTree {
    static final List<String> TYPES = List.of("auditd_conf", "fileattrs", "proc_sys");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> KEEPS_CASE = Set.of("action_mail_acct", "log_file");
    private static final String AUDITD_CONF = "etc/audit/auditd.conf";
    private static final List<String> NUMBERS = List.of("0", "1", "2");
    /** Of values that are text, numbers, and neither quite. */
    private static final List<String> ODD =
            List.of("core", "|/usr/bin/x \"%p\" é", "a\tb", "two\nlines", "", "007", "-5", "9223372036854775808");

    /** Each with the values it takes; the last one is always there, as a host without kernel parameters has no facts. */
    private static final Map<String, List<String>> SYSCTLS = new TreeMap<>(Map.of(
            "net/ipv4/conf/all/accept_source_route", NUMBERS,
            "net/ipv4/conf/all/accept_redirects", NUMBERS,
            "net/ipv4/conf/all/log_martians", NUMBERS,
            "net/ipv4/tcp_syncookies", NUMBERS,
            "net/core/default_qdisc", List.of("fq", "fq_codel", "pfifo_fast", "noqueue"),
            "kernel/core_pattern", ODD,
            "vm/swappiness", List.of("0", "1", "10", "60", "100")));

    private static final List<String> FILES = List.of("etc/crontab", "etc/issue", "etc/passwd-", "etc/shells");
    private static final List<String> MODES = List.of("rw-------", "rw-r--r--", "rw-rw-r--", "rw-rw-rw-", "rwxr-x---");

    private final Path root;
    private final Path fresh;
    private final Path away;

    /**
     * What a run must report.
     *
     * @param data where the status says that there is nothing to find here, none: the last data stand
     */
    record State(String status, ObjectNode data) {
        boolean isOf(JsonNode facts) {
            return facts.path("status").asText().equals(status)
                    && (status.equals("unsupported")
                            || withoutNulls(facts.path("data")).equals(data));
        }

        /** As the API gives it. */
        JsonNode json() {
            return JSON.createObjectNode().put("status", status).set("data", data);
        }

        /** Files that were looked for and not found are null; which those are is the collector's wish. */
        private static ObjectNode withoutNulls(JsonNode data) {
            ObjectNode copy = JSON.createObjectNode();
            data.properties().forEach(entry -> {
                if (!entry.getValue().isNull()) {
                    copy.set(entry.getKey(), entry.getValue());
                }
            });
            return copy;
        }
    }

    /**
     * One change.
     *
     * @param file that it changes
     * @param types that look there
     */
    record Step(String file, Set<String> types, Runnable action) {}

    HostTree(Path folder) throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        fresh = folder.resolve("fresh");
        away = folder.resolve("away");
        Files.createDirectories(root.resolve("etc/audit"));
        SYSCTLS.forEach((key, values) -> write("proc/sys/" + key, values.getFirst() + "\n"));
        write(AUDITD_CONF, "log_format = RAW\n");
        FILES.forEach(file -> write(file, "\n"));
        FILES.forEach(file -> mode(file, "rw-r--r--"));
    }

    Path root() {
        return root;
    }

    /** The next change, not made yet; one in twenty takes all kernel parameters away, until the next change of one brings them back. */
    Step next(Random random) {
        return switch (random.nextInt(20)) {
            case 0 -> new Step("proc/sys", Set.of("proc_sys"), Files.exists(away) ? this::bring : this::takeAway);
            case 1, 2, 3 -> new Step(AUDITD_CONF, Set.of("auditd_conf", "fileattrs"), auditdConf(random));
            case 4, 5, 6, 7, 8 -> attributes(FILES.get(random.nextInt(FILES.size())), random);
            default -> sysctl(new ArrayList<>(SYSCTLS.keySet()).get(random.nextInt(SYSCTLS.size())), random);
        };
    }

    State state(String type) {
        try {
            return switch (type) {
                case "proc_sys" -> sysctls();
                case "auditd_conf" -> auditdConf();
                case "fileattrs" -> attributes();
                default -> throw new IllegalArgumentException(type);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Step sysctl(String key, Random random) {
        if (Files.exists(away)) {
            return new Step("proc/sys", Set.of("proc_sys"), this::bring);
        }
        String file = "proc/sys/" + key;
        List<String> values = SYSCTLS.getOrDefault(key, List.of());
        String value = values.get(random.nextInt(values.size()));
        boolean isGone = random.nextInt(6) == 0 && !key.equals("vm/swappiness");
        return new Step(file, Set.of("proc_sys"), isGone ? () -> remove(file) : () -> write(file, value + "\n"));
    }

    private Step attributes(String file, Random random) {
        String mode = MODES.get(random.nextInt(MODES.size()));
        Runnable action;
        if (!Files.exists(root.resolve(file))) {
            action = () -> write(file, "\n");
        } else if (random.nextInt(4) == 0) {
            action = () -> remove(file);
        } else {
            action = () -> mode(file, mode);
        }
        return new Step(file, Set.of("fileattrs"), action);
    }

    private Runnable auditdConf(Random random) {
        if (random.nextInt(3) == 0) {
            return () -> remove(AUDITD_CONF);
        }
        var text = new StringBuilder("# written by a test\n\n");
        Stream.of(
                        "log_format = " + (random.nextBoolean() ? "ENRICHED" : "raw"),
                        "Max_Log_File=" + random.nextInt(20),
                        "  num_logs  =  " + random.nextInt(9),
                        "action_mail_acct = " + (random.nextBoolean() ? "root" : "Ops"),
                        "space_left = " + (random.nextInt(90) + 10))
                .filter(line -> random.nextInt(4) > 0)
                .forEach(line -> text.append(line).append('\n'));
        return () -> write(AUDITD_CONF, text.toString());
    }

    private State sysctls() throws IOException {
        ObjectNode data = JSON.createObjectNode();
        if (Files.exists(away)) {
            return new State("unsupported", data);
        }
        for (String key : SYSCTLS.keySet()) {
            Path file = root.resolve("proc/sys").resolve(key);
            if (Files.exists(file)) {
                data.set(key.replace('/', '.'), value(withoutLastLineEnd(Files.readString(file))));
            }
        }
        return new State("ok", data);
    }

    private State auditdConf() throws IOException {
        ObjectNode data = JSON.createObjectNode();
        Path file = root.resolve(AUDITD_CONF);
        if (!Files.exists(file)) {
            return new State("absent", data);
        }
        for (String line : Files.readAllLines(file)) {
            String[] parts = line.split("=", 2);
            if (parts.length == 2) {
                String name = parts[0].strip().toLowerCase(Locale.ROOT);
                String text = parts[1].strip();
                data.set(name, value(KEEPS_CASE.contains(name) ? text : text.toLowerCase(Locale.ROOT)));
            }
        }
        if (data.has("space_left")) {
            data.set("space_left_mb", data.get("space_left"));
        }
        return new State("ok", data);
    }

    private State attributes() throws IOException {
        ObjectNode data = JSON.createObjectNode();
        List<String> all = new ArrayList<>(FILES);
        all.addAll(List.of("etc/audit", AUDITD_CONF));
        for (String name : all) {
            Path file = root.resolve(name);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                data.set("/" + name, attributes(file));
            }
        }
        return new State("ok", data);
    }

    /** Nobody has a name here, since this root has no passwd. */
    private static ObjectNode attributes(Path file) throws IOException {
        int mode = (int) Files.getAttribute(file, "unix:mode") & 0xFFF;
        String letters = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        ObjectNode node = JSON.createObjectNode()
                .put("type", Files.isDirectory(file) ? "d" : "-")
                .put("octal", "%04o".formatted(mode))
                .put("owner", String.valueOf(Files.getAttribute(file, "unix:uid")))
                .put("group", String.valueOf(Files.getAttribute(file, "unix:gid")));
        node.putObject("perms")
                .put("owner", letters.substring(0, 3))
                .put("group", letters.substring(3, 6))
                .put("other", letters.substring(6))
                .put("sticky", (mode & 0x200) != 0);
        return node;
    }

    /** A plain whole number of 64 bits is one, all else is text. */
    private static JsonNode value(String text) throws IOException {
        if (text.matches("0|-?[1-9][0-9]{0,17}")) {
            return JSON.readTree(text);
        }
        return JSON.getNodeFactory().textNode(text);
    }

    private static String withoutLastLineEnd(String text) {
        return text.substring(0, text.length() - 1);
    }

    private void write(String name, String text) {
        Path file = root.resolve(name);
        changed(() -> {
            Files.createDirectories(file.getParent());
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        });
    }

    private void remove(String name) {
        changed(() -> Files.deleteIfExists(root.resolve(name)));
    }

    private void mode(String name, String mode) {
        changed(() -> Files.setPosixFilePermissions(root.resolve(name), PosixFilePermissions.fromString(mode)));
    }

    private void takeAway() {
        changed(() -> Files.move(root.resolve("proc/sys"), away, StandardCopyOption.ATOMIC_MOVE));
    }

    private void bring() {
        changed(() -> Files.move(away, root.resolve("proc/sys"), StandardCopyOption.ATOMIC_MOVE));
    }

    private interface Change {
        void make() throws IOException;
    }

    private static void changed(Change change) {
        try {
            change.make();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
