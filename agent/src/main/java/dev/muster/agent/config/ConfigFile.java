package dev.muster.agent.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Changes to the text of a configuration file that leave every other line, and every comment, as the administrator wrote it. */
public final class ConfigFile {
    private ConfigFile() {}

    /**
     * The text with {@code COLLECTORS} set to these.
     *
     * @param text the whole file; empty where there is none
     */
    public static String withCollectors(String text, List<CollectorAddress> collectors) {
        String setting = Setting.COLLECTORS + "="
                + collectors.stream().map(CollectorAddress::toString).collect(Collectors.joining(","));
        List<String> lines = new ArrayList<>(text.lines().toList());
        int at = -1;
        for (int i = 0; i < lines.size(); i++) {
            int equals = lines.get(i).indexOf('=');
            if (equals > 0 && lines.get(i).substring(0, equals).strip().equals(Setting.COLLECTORS.name())) {
                at = i;
            }
        }
        if (at < 0) {
            lines.add(setting);
        } else {
            lines.set(at, setting);
        }
        return String.join("\n", lines) + "\n";
    }
}
