package dev.muster.collector.settings;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.settings.Option.Standard;
import dev.muster.scripts.Nearest;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Typed reading of one section of the configuration file by its declared options; every complaint names the key in full. */
public final class Section {
    private static final int MAX_PORT = 65_535;
    /** Of what is shown of a key or value in a complaint. */
    private static final int MAX_SHOWN_CHARS = 60;

    private final Options options;
    private final JsonNode node;

    /**
     * Looks at the keys, and at no value yet.
     *
     * @throws SettingException where it is no section, or has a key that is not declared
     */
    public Section(Options options, JsonNode node) {
        this.options = options;
        this.node = node;
        if (!node.isObject() && !node.isMissingNode()) {
            throw new SettingException(options.section(), "expected keys and values, not " + shown(node.toString()));
        }
        List<String> known = options.all().stream().map(Option::key).toList();
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                String hint = Nearest.hint(key, known);
                throw bad(
                        key,
                        "unknown key"
                                + (hint.isEmpty() ? "; known are " + String.join(", ", new TreeSet<>(known)) : hint));
            }
        });
    }

    public SettingException bad(Option option, String problem) {
        return bad(option.key(), problem);
    }

    private SettingException bad(String key, String problem) {
        return new SettingException(
                options.section().isEmpty() ? shown(key) : options.section() + "." + shown(key), problem);
    }

    /** As it stands in the file, or a missing node. */
    public JsonNode node(Option option) {
        if (!options.all().contains(option)) {
            throw new IllegalArgumentException(option.key() + " is no option of " + options.section());
        }
        return node.path(option.key());
    }

    public boolean has(Option option) {
        return !node(option).isMissingNode();
    }

    /** What is given, else the standard value, where there is one. */
    public Optional<String> text(Option option) {
        JsonNode value = node(option);
        if (value.isMissingNode() || value.isNull()) {
            return option.standard() instanceof Standard.Is(String text) ? Optional.of(text) : Optional.empty();
        }
        if (!value.isValueNode()) {
            throw bad(option, "expected one value, not a list or keys");
        }
        String text = value.asText().strip();
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw bad(option, "control characters are not allowed");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    public String required(Option option) {
        return text(option).orElseThrow(() -> bad(option, "missing"));
    }

    /** A list, or one value that stands for a list of one. */
    public List<String> list(Option option) {
        JsonNode value = node(option);
        if (!value.isArray()) {
            return text(option).map(List::of).orElse(List.of());
        }
        var items = new ArrayList<String>();
        for (JsonNode item : value) {
            if (!item.isTextual()) {
                throw bad(option, "expected a list of texts");
            }
            items.add(item.asText().strip());
        }
        return List.copyOf(items);
    }

    public boolean flag(Option option) {
        JsonNode value = node(option);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw bad(option, "true or false, not " + shown(value.toString()));
        }
        return value.isBoolean()
                ? value.booleanValue()
                : Boolean.parseBoolean(option.standard().shown());
    }

    /** Of an option that has a standard value. */
    public int number(Option option) {
        return number(option, Integer.parseInt(option.standard().shown()));
    }

    /**
     * Of an option without a standard value.
     *
     * @param otherwise where nothing is given
     */
    public int number(Option option, int otherwise) {
        JsonNode value = node(option);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        Form.Count form = (Form.Count) option.form();
        if (!value.isInt() || value.intValue() < form.least() || value.intValue() > form.most()) {
            throw bad(option, "expected a whole number from " + form.least() + " to " + form.most());
        }
        return value.intValue();
    }

    /** Of an option that has a standard value, or is there. */
    public Duration duration(Option option) {
        Form.Time form = (Form.Time) option.form();
        Duration time = Durations.parse(required(option))
                .orElseThrow(
                        () -> bad(option, "expected a number and a unit (ms, s, m, h, d), for example 30s or 10m"));
        if (time.compareTo(form.least()) < 0 || time.compareTo(form.most()) > 0) {
            throw bad(option, "from " + Durations.text(form.least()) + " to " + Durations.text(form.most()));
        }
        return time;
    }

    /** The constant whose name is the word in capitals, {@code -} for {@code _}. */
    public <E extends Enum<E>> E word(Option option, Class<E> type) {
        List<String> words = ((Form.Word) option.form()).words();
        String word = required(option);
        if (!words.contains(word)) {
            throw bad(option, "expected one of " + String.join(", ", words) + Nearest.hint(word, words));
        }
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** A name is looked up. */
    public InetSocketAddress address(Option option) {
        return address(required(option), problem -> bad(option, problem));
    }

    /** The same of an option of the command line. */
    public static InetSocketAddress address(String option, String text) {
        return address(text, problem -> new SettingException(option, problem));
    }

    private interface Complaint {
        SettingException of(String problem);
    }

    private static InetSocketAddress address(String text, Complaint complaint) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw complaint.of("address:port, for example 0.0.0.0:1984 or [::]:1984, not " + shown(text));
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port > MAX_PORT) {
            throw complaint.of("a port is at most " + MAX_PORT + ", not " + port);
        }
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw complaint.of("no address is known for " + shown(host));
        }
        return address;
    }

    private static String shown(String text) {
        return text.codePoints()
                .limit(MAX_SHOWN_CHARS)
                .map(point -> Character.isISOControl(point) ? '?' : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
