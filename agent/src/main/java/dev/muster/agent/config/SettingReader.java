package dev.muster.agent.config;

import dev.muster.scripts.Nearest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects settings from a file and from options, remembering where each came from. */
final class SettingReader {
    private static final long MAX_FILE_BYTES = 64 << 10;

    /** A value, and its place for errors. */
    record Given(String value, String where) {}

    private final Map<Setting, Given> given = new EnumMap<>(Setting.class);

    /** Options go before the file, so read them after it. */
    Given get(Setting setting) {
        return given.getOrDefault(setting, new Given(setting.defaultValue(), "default of " + setting));
    }

    void readFile(Path file) {
        List<String> lines = lines(file);
        Map<Setting, Integer> seen = new EnumMap<>(Setting.class);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                readLine(line, file, i + 1, seen);
            }
        }
    }

    private void readLine(String line, Path file, int number, Map<Setting, Integer> seen) {
        String where = file + " line " + number;
        int equals = line.indexOf('=');
        if (equals < 1) {
            throw new ConfigException(where + ": expected KEY=value");
        }
        String key = line.substring(0, equals).strip();
        Setting setting = Setting.ofKey(key)
                .orElseThrow(() -> new ConfigException(
                        where + ": unknown key " + printable(key) + Nearest.hint(meant(key), Setting.keys())));
        Integer before = seen.put(setting, number);
        if (before != null) {
            throw new ConfigException(where + ": " + setting + " is given in line " + before + " already");
        }
        given.put(setting, new Given(unquoted(line.substring(equals + 1).strip(), where), where));
    }

    /** Each is {@code --option=value}, or {@code --option} with the value after it. */
    void readOptions(List<String> options) {
        for (int i = 0; i < options.size(); i++) {
            String option = options.get(i);
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            Setting setting = ofOption(name);
            if (equals < 0 && (i + 1 == options.size() || options.get(i + 1).startsWith("--"))) {
                throw new ConfigException("option " + name + " needs a value: " + name + "=…");
            }
            String value = equals < 0 ? options.get(++i) : option.substring(equals + 1);
            given.put(setting, new Given(value, "option " + name));
        }
    }

    private static Setting ofOption(String name) {
        return Setting.ofOption(name)
                .orElseThrow(() -> new ConfigException(
                        "unknown option " + printable(name) + Nearest.hint(clip(name), Setting.options())));
    }

    /** The last word of {@code export PORT}, in capitals. */
    private static String meant(String key) {
        return clip(key.substring(key.lastIndexOf(' ') + 1)).toUpperCase(Locale.ROOT);
    }

    private static String unquoted(String value, String where) {
        char first = value.isEmpty() ? ' ' : value.charAt(0);
        if (first != '"' && first != '\'') {
            return value;
        }
        if (value.length() < 2 || value.charAt(value.length() - 1) != first) {
            throw new ConfigException(where + ": the closing quote is missing");
        }
        return value.substring(1, value.length() - 1);
    }

    private static List<String> lines(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new ConfigException(file + " is larger than " + MAX_FILE_BYTES + " bytes");
            }
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ConfigException("cannot read " + file + ": " + e, e);
        }
    }

    private static String clip(String key) {
        return key.substring(0, Math.min(key.length(), 64));
    }

    private static String printable(String key) {
        return clip(key).replaceAll("[^\\x20-\\x7e]", "?");
    }
}
