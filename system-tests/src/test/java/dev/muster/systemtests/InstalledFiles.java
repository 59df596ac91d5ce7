package dev.muster.systemtests;

import dev.muster.agent.config.AgentConfig;
import dev.muster.collector.app.CollectorMain;
import dev.muster.collector.settings.Form;
import dev.muster.collector.settings.Option;
import dev.muster.collector.settings.Option.Standard;
import dev.muster.collector.settings.Options;

/** Configuration files as the packages install them: every option, commented out, with effect, unit, default and cost. */
final class InstalledFiles {
    private static final int WIDTH_CHARS = 120;

    private InstalledFiles() {}

    static String collector() {
        var file = new StringBuilder();
        comment(
                file,
                "The Muster collector. The commented lines show the default, or an example where there is none. An unknown key or a wrong"
                        + " value is an error: the collector says which and does not start. After a change: systemctl restart muster-collector");
        for (Option option : CollectorMain.options().getFirst().all()) {
            file.append('\n');
            if (option.form() instanceof Form.Keys) {
                Options section = CollectorMain.options().stream()
                        .filter(options -> options.section().equals(option.key()))
                        .findFirst()
                        .orElseThrow();
                comment(file, section.effect());
                file.append('#').append(option.key()).append(":\n");
                section.all().forEach(each -> option(file, each, "  "));
            } else {
                option(file, option, "");
            }
        }
        return file.toString();
    }

    private static void option(StringBuilder file, Option option, String indent) {
        String about = option.effect() + " Values: " + option.form().said() + ". "
                + standard(option.standard())
                + (option.cost().isEmpty() ? "" : " Cost: " + option.cost());
        comment(file, option.key() + ": " + about);
        if (!option.standard().shown().isEmpty()) {
            file.append('#')
                    .append(indent)
                    .append(option.key())
                    .append(": ")
                    .append(option.standard().shown())
                    .append('\n');
        }
    }

    private static String standard(Standard standard) {
        return switch (standard) {
            case Standard.Is(String value) -> "Default: " + value + ".";
            case Standard.None _ -> "No default.";
            case Standard.Required _ -> "Must be given.";
            case Standard.Depends(String how, String _) -> "Default: " + how + ".";
        };
    }

    static String agent() {
        var file = new StringBuilder();
        comment(
                file,
                "Settings of the Muster agent. KEY=value, one a line; the commented ones show the default. /etc/muster/agent.conf, where it is"
                        + " there, has the same keys and goes before this file; options of the command line go before both (MAX_SCRIPTS=1 is"
                        + " --max-scripts=1). An unknown key or a wrong value is an error: the agent says which line, and does not start. After a"
                        + " change: systemctl restart muster-agent");
        for (AgentConfig.Described each : AgentConfig.described()) {
            file.append('\n');
            comment(
                    file,
                    each.key() + ": " + each.effect() + " Values: " + each.values() + "."
                            + (each.cost().isEmpty() ? "" : " Cost: " + each.cost()));
            // The package's program has no scripts inside.
            file.append(
                    each.key().equals("SCRIPTS")
                            ? "SCRIPTS=/usr/lib/muster-agent/discovery-scripts\n"
                            : "#" + each.key() + "=" + each.standard() + "\n");
        }
        return file.toString();
    }

    /** Lines that begin with {@code # }, without the marks of code. */
    private static void comment(StringBuilder file, String text) {
        var line = new StringBuilder("#");
        for (String word : text.replace("`", "").split(" ", -1)) {
            if (line.length() + 1 + word.length() > WIDTH_CHARS) {
                file.append(line).append('\n');
                line = new StringBuilder("#");
            }
            line.append(' ').append(word);
        }
        file.append(line).append('\n');
    }
}
