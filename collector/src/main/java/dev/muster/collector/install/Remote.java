package dev.muster.collector.install;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * What our scripts on the host say: lines {@code muster:NAME=VALUE}, a line for each {@code log}. Everything else on their output is whatever
 * the login shell says, and is ignored. The host may be hostile: values are bounded, and are checked where they are used in commands.
 */
record Remote(int status, Map<String, String> values, String log, String err) {
    /** Looks at the host as who logs in. */
    static final String PROBE = script("probe.sh");

    /** Changes it as root. */
    static final String INSTALL = script("install.sh");

    private static final int MAX_VALUE_CHARS = 400;
    private static final int MAX_NAMES = 32;
    private static final int MAX_LOG_LINES = 10;

    static Remote of(Finished finished) {
        Map<String, String> values = new LinkedHashMap<>();
        var log = new StringJoiner("\n");
        int logged = 0;
        for (String line : finished.out().lines().toList()) {
            int equals = line.indexOf('=');
            if (!line.startsWith("muster:") || equals < 0) {
                continue;
            }
            String name = line.substring("muster:".length(), equals);
            String value = line.substring(equals + 1, Math.min(line.length(), equals + 1 + MAX_VALUE_CHARS))
                    .strip();
            if (name.equals("log")) {
                if (logged++ < MAX_LOG_LINES) {
                    log.add(value);
                }
            } else if (values.size() < MAX_NAMES) {
                values.put(name, value);
            }
        }
        return new Remote(finished.status(), Map.copyOf(values), log.toString(), finished.err());
    }

    /** Empty where it was not said. */
    String get(String name) {
        return values.getOrDefault(name, "");
    }

    boolean is(String name) {
        return get(name).equals("yes");
    }

    /** Zero where it was not said. */
    long number(String name) {
        String text = get(name);
        return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
    }

    private static String script(String name) {
        try (InputStream in = Objects.requireNonNull(Remote.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
