package dev.muster.systemtests;

import dev.muster.agent.config.AgentConfig;
import dev.muster.collector.app.CollectorMain;
import dev.muster.collector.settings.Option;
import dev.muster.collector.settings.Option.Standard;
import dev.muster.collector.settings.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** docs/reference/configuration.md. */
final class ConfigurationPage {
    /** By name: who reads it, and what it does. */
    static final Map<String, String> VARIABLES = new TreeMap<>(Map.ofEntries(
            Map.entry("MUSTER_API", "`muster`: address of the collector, as `--url`."),
            Map.entry(
                    "MUSTER_API_HOME",
                    "`muster`: folder with `api.url`, `api.token` and `api.crt`; `/var/lib/muster/collector/api` where it is not set."),
            Map.entry("NO_COLOR", "`muster`: not empty: no colours."),
            Map.entry("TERM", "`muster`: `dumb`: no colours."),
            Map.entry("COLUMNS", "`muster`: width of tables on a terminal."),
            Map.entry("NOTIFY_SOCKET", "`muster-collector`: set by systemd; where it says that it is ready."),
            Map.entry("WATCHDOG_PID", "`muster-collector`: set by systemd; which process is watched."),
            Map.entry("WATCHDOG_USEC", "`muster-collector`: set by systemd; how often it must show that it works."),
            Map.entry("MUSTER_BUILD", "`./muster` of a clone: `never`: runs what is built already."),
            Map.entry("MUSTER_JAVA_HOME", "`./muster` of a clone: the JDK to use, before `JAVA_HOME`."),
            Map.entry("MUSTER_JAVA_OPTS", "`./muster` of a clone: more options for the daemons' JVM."),
            Map.entry(
                    "MUSTER_DEMO_HOME",
                    "`./muster` of a clone: the demo's folder; `.muster-demo` where it is not set.")));

    private ConfigurationPage() {}

    static String text() throws IOException {
        var page = new StringBuilder("""
                # Configuration

                Every option there is, made from the code (ReferencePagesTest). An unknown key or a wrong value is an error: the program says file, line and
                the nearest right one, and does not start. After a change, restart the service. Commands and their options: [commands](commands.md).

                ## The collector: collector.yaml

                `/etc/muster/collector.yaml`, or `collector.yaml` in the collector's home, which goes before it. The installed file shows every option with its default,
                commented out. A time is a number with `ms`, `s`, `m`, `h` or `d`.

                """);
        CollectorMain.options().forEach(options -> section(page, options));
        page.append("""
                ## The agent: /etc/default/muster-agent

                `KEY=value`, one a line. `/etc/sysconfig/muster-agent` (rpm) and `/etc/muster/agent.conf` have the same keys; a later one of the three goes before an
                earlier one, and an option of `muster-agent run` before all.

                """);
        page.append(agent());
        page.append("""
                ## The collector's JVM: /etc/default/muster-collector

                `/etc/sysconfig/muster-collector` with rpm.

                """);
        page.append(jvm());
        page.append("## Environment variables\n\n");
        var variables = new MarkdownTable("name", "read by, and what it does");
        VARIABLES.forEach((name, effect) -> variables.row("`" + name + "`", effect));
        return page.append(variables).toString().stripTrailing() + "\n";
    }

    private static void section(StringBuilder page, Options options) {
        if (!options.section().isEmpty()) {
            page.append("### ").append(options.section()).append("\n\n");
        }
        page.append(options.effect()).append("\n\n");
        var table = new MarkdownTable("key", "values", "default", "effect", "cost of another");
        for (Option option : options.all()) {
            table.row(
                    "`" + option.key() + "`",
                    option.form().said(),
                    standard(option.standard()),
                    option.effect(),
                    option.cost());
        }
        page.append(table);
    }

    private static String standard(Standard standard) {
        return switch (standard) {
            case Standard.Is(String value) -> "`" + value + "`";
            case Standard.None _ -> "";
            case Standard.Required _ -> "must be given";
            case Standard.Depends depends -> depends.how();
        };
    }

    private static String agent() {
        var table = new MarkdownTable("key", "option", "values", "default", "effect", "cost of another");
        for (AgentConfig.Described each : AgentConfig.described()) {
            table.row(
                    "`" + each.key() + "`",
                    "`" + each.option() + "`",
                    each.values(),
                    each.standard().isEmpty() ? "" : "`" + each.standard() + "`",
                    each.effect(),
                    each.cost());
        }
        return table.toString();
    }

    /** From the installed file, which a shell reads. */
    private static String jvm() throws IOException {
        var table = new MarkdownTable("key", "default", "effect and cost");
        List<String> comment = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("..", "packaging", "collector", "settings"))) {
            if (line.matches("#[A-Z_]+=.*")) {
                String key = line.substring(1, line.indexOf('='));
                String value = line.substring(line.indexOf('=') + 1);
                table.row(
                        "`" + key + "`",
                        value.isEmpty() ? "" : "`" + value + "`",
                        String.join(" ", comment).replaceFirst("^" + key + ": ", ""));
            }
            if (line.startsWith("# ")) {
                comment.add(line.substring(2));
            } else {
                comment.clear();
            }
        }
        return table.toString();
    }
}
