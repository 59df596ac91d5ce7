package dev.muster.systemtests;

import dev.muster.agent.app.AgentMain;
import dev.muster.collector.app.CollectorMain;
import dev.muster.collector.cli.Muster;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** docs/reference/commands.md. */
final class CommandsPage {
    private static final int WIDE = 10_000;

    private CommandsPage() {}

    /** The three programs, to be described and not to be run. */
    static List<CommandLine> programs() {
        return List.of(Muster.commands(), new CommandLine(AgentMain.class), new CommandLine(CollectorMain.class));
    }

    static String text() {
        var page = new StringBuilder("""
                # Commands

                Every command and option, made from what the programs say of themselves (ReferencePagesTest); `--help` says the same. In a clone, `./muster` is `muster`,
                `./muster agent` is `muster-agent` and `./muster collector` is `muster-collector`. What the options mean that are keys of a file, too:
                [configuration](configuration.md).

                """);
        programs().forEach(command -> command(page, command, "##"));
        return page.toString().stripTrailing() + "\n";
    }

    private static void command(StringBuilder page, CommandLine command, String heading) {
        CommandSpec spec = command.getCommandSpec();
        page.append(heading).append(' ').append(spec.qualifiedName()).append("\n\n");
        page.append(plain(spec.usageMessage().description())).append("\n\n");
        page.append("```text\n").append(synopsis(command)).append("\n```\n\n");
        arguments(page, spec);
        if (!spec.usageMessage().exitCodeList().isEmpty()) {
            var codes = new MarkdownTable("exit status", "meaning");
            spec.usageMessage().exitCodeList().forEach((code, meaning) -> codes.row(code.strip(), plain(meaning)));
            page.append(codes);
        }
        command.getSubcommands().values().stream().distinct().forEach(each -> command(page, each, "###"));
    }

    private static void arguments(StringBuilder page, CommandSpec spec) {
        List<OptionSpec> options = spec.options().stream()
                .filter(option -> !option.hidden() && !option.inherited())
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .toList();
        if (options.isEmpty() && spec.positionalParameters().isEmpty()) {
            return;
        }
        var table = new MarkdownTable("argument", "meaning");
        spec.positionalParameters()
                .forEach(parameter -> table.row("`" + parameter.paramLabel() + "`", meaning(parameter)));
        options.forEach(option -> table.row("`" + names(option) + "`", meaning(option)));
        page.append(table);
    }

    private static String names(OptionSpec option) {
        String names = String.join("`, `", option.names());
        return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
    }

    private static String meaning(ArgSpec argument) {
        Iterable<String> candidates = argument.completionCandidates();
        return plain(Arrays.stream(argument.description())
                .map(text -> text.replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValue()))
                        .replace("${COMPLETION-CANDIDATES}", candidates == null ? "" : String.join(", ", candidates)))
                .toArray(String[]::new));
    }

    private static String synopsis(CommandLine command) {
        command.setUsageHelpWidth(WIDE);
        var help = new CommandLine.Help(command.getCommandSpec(), CommandLine.Help.defaultColorScheme(Ansi.OFF));
        return help.synopsis(0).strip().replaceAll("\\s+", " ");
    }

    private static String plain(String... texts) {
        return Arrays.stream(texts)
                .map(text -> Ansi.OFF
                        .string(text)
                        .replace("%n", " ")
                        .replace("%%", "%")
                        .strip())
                .collect(Collectors.joining(" "));
    }
}
