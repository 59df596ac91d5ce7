package dev.muster.packaging;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * A page of the manual in the macros of man(7), from what a command says about itself, so that the page cannot differ from {@code --help}.
 *
 * @param section of the manual: 1 for everybody's commands, 8 for the administrator's
 * @param more sections that the command itself does not know, by title; each line is a paragraph, a line with a tab is a term and its meaning
 */
record ManualPage(CommandLine command, int section, Map<String, List<String>> more) {
    private static final int WIDE = 10_000;

    String text(String version) {
        CommandSpec spec = command.getCommandSpec();
        var page = new StringBuilder();
        line(
                page,
                ".TH \"" + spec.name().toUpperCase(java.util.Locale.ROOT) + "\" " + section + " \"\" \"Muster "
                        + version + "\" \"Muster\"");
        line(page, ".SH NAME");
        line(page, escaped(spec.name()) + " \\- " + escaped(description(spec)));
        line(page, ".SH SYNOPSIS");
        line(page, escaped(synopsis(command)));
        arguments(page, spec, ".SH OPTIONS");
        List<CommandLine> commands = subcommands(command);
        if (!commands.isEmpty()) {
            line(page, ".SH COMMANDS");
            commands.forEach(each -> subcommand(page, each));
        }
        exitCodes(page, spec.usageMessage());
        footer(page, spec.usageMessage());
        more.forEach((title, lines) -> section(page, title, lines));
        return page.toString();
    }

    private static void subcommand(StringBuilder page, CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        line(page, ".SS " + escaped(synopsis(command)));
        line(page, escaped(description(spec)));
        arguments(page, spec, "");
        subcommands(command).forEach(each -> subcommand(page, each));
    }

    private static void arguments(StringBuilder page, CommandSpec spec, String heading) {
        List<OptionSpec> options = spec.options().stream()
                .filter(option -> !option.hidden() && !option.inherited())
                .toList();
        List<PositionalParamSpec> parameters = spec.positionalParameters();
        if (!heading.isEmpty() && options.size() + parameters.size() > 0) {
            line(page, heading);
        }
        parameters.forEach(parameter -> term(page, parameter.paramLabel(), meaning(parameter)));
        options.forEach(option -> term(page, names(option), meaning(option)));
    }

    private static String names(OptionSpec option) {
        String names = String.join(", ", option.names());
        return option.arity().max() == 0 ? names : names + "=" + option.paramLabel();
    }

    private static String meaning(ArgSpec argument) {
        return Arrays.stream(argument.description())
                .map(text -> text.replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValue()))
                        .replace("${COMPLETION-CANDIDATES}", candidates(argument)))
                .map(ManualPage::plain)
                .collect(Collectors.joining(" "));
    }

    private static String candidates(ArgSpec argument) {
        Iterable<String> candidates = argument.completionCandidates();
        return candidates == null ? "" : String.join(", ", candidates);
    }

    private static void exitCodes(StringBuilder page, UsageMessageSpec usage) {
        if (!usage.exitCodeList().isEmpty()) {
            line(page, ".SH EXIT STATUS");
            usage.exitCodeList().forEach((code, meaning) -> term(page, code.strip(), plain(meaning)));
        }
    }

    private static void footer(StringBuilder page, UsageMessageSpec usage) {
        if (usage.footer().length > 0) {
            line(
                    page,
                    ".SH "
                            + escaped(plain(usage.footerHeading())
                                    .strip()
                                    .replaceFirst(":$", "")
                                    .toUpperCase(java.util.Locale.ROOT)));
            line(page, escaped(Arrays.stream(usage.footer()).map(String::strip).collect(Collectors.joining(" "))));
        }
    }

    private static void section(StringBuilder page, String title, List<String> lines) {
        line(page, ".SH " + escaped(title));
        for (String text : lines) {
            int tab = text.indexOf('\t');
            if (tab < 0) {
                line(page, ".PP\n" + escaped(text));
            } else {
                term(page, text.substring(0, tab), text.substring(tab + 1));
            }
        }
    }

    private static void term(StringBuilder page, String term, String meaning) {
        line(page, ".TP\n.B " + escaped(term) + "\n" + escaped(meaning.isBlank() ? "-" : meaning));
    }

    private static List<CommandLine> subcommands(CommandLine command) {
        // Once, whatever other names it has.
        return command.getSubcommands().values().stream().distinct().toList();
    }

    private static String description(CommandSpec spec) {
        return Arrays.stream(spec.usageMessage().description())
                .map(ManualPage::plain)
                .collect(Collectors.joining(" "));
    }

    private static String synopsis(CommandLine command) {
        command.setUsageHelpWidth(WIDE);
        var help = new CommandLine.Help(command.getCommandSpec(), CommandLine.Help.defaultColorScheme(Ansi.OFF));
        return help.synopsis(0).strip().replaceAll("\\s+", " ");
    }

    /** Without picocli's markup and format characters. */
    private static String plain(String text) {
        return Ansi.OFF.string(text).replace("%n", " ").replace("%%", "%").strip();
    }

    /** As roff takes it: a backslash, a dash, and a line that begins like a request would mean something else. */
    static String escaped(String text) {
        String safe = text.replace("\\", "\\e").replace("-", "\\-").replaceAll("\\s*\\R\\s*", " ");
        return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
    }

    private static void line(StringBuilder page, String line) {
        page.append(line).append('\n');
    }
}
