package dev.muster.collector.rules;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Until when systems get security fixes without paying, from the file that comes with the product. */
final class EndOfLife {
    private static final String RESOURCE = "end-of-life.tsv";
    private static final Map<String, LocalDate> DAYS = read();

    private EndOfLife() {}

    /** By the longest version listed: {@code 8} holds for 8.9, {@code 15.5} only for 15.5 and 15.5.1. */
    static Optional<LocalDate> of(String id, String version) {
        String key = id + "\t" + version;
        while (key.length() > id.length()) {
            LocalDate day = DAYS.get(key);
            if (day != null) {
                return Optional.of(day);
            }
            key = key.substring(0, Math.max(0, key.lastIndexOf('.')));
        }
        return Optional.empty();
    }

    /** All of it, for a hash. */
    static String text() {
        return new TreeMap<>(DAYS).toString();
    }

    private static Map<String, LocalDate> read() {
        var days = new HashMap<String, LocalDate>();
        try (InputStream in = EndOfLife.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + RESOURCE);
            }
            var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines();
            lines.filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
                String[] cells = line.split("\t", -1);
                days.put(cells[0] + "\t" + cells[1], LocalDate.parse(cells[2]));
            });
            return Map.copyOf(days);
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }
}
