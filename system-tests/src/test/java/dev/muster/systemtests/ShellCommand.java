package dev.muster.systemtests;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import picocli.CommandLine;

/**
 * One call of Muster's programs in a shell script.
 *
 * @param words the program first, quotes taken away
 */
record ShellCommand(List<String> words) {
    private static final Pattern BEGIN = Pattern.compile("(?:\\./)?muster(?:-agent|-collector)?");
    /** A blank run, an operator, or a piece of a word: quoted, substituted, or plain. */
    private static final Pattern TOKEN =
            Pattern.compile("\\s+|[|;&<>()]+|'[^']*'|\"[^\"]*\"|\\$\\([^)]*\\)|[^\\s|;&<>()'\"$]+|\\$");

    /** The calls in a script, line by line; a line that ends in a backslash goes on in the next. What a here-document holds is none. */
    static List<ShellCommand> of(String script) {
        List<ShellCommand> commands = new ArrayList<>();
        String withoutDocuments =
                script.replace("\\\n", " ").replaceAll("(?ms)<<'?([A-Z]+)'?([^\\n]*)\\n.*?^\\1$", "$2");
        for (String line : withoutDocuments.lines().toList()) {
            if (!line.strip().startsWith("#")) {
                simple(line.replaceAll("\\s#.*", "")).stream()
                        .filter(words -> BEGIN.matcher(words.getFirst()).matches())
                        .filter(words -> words.stream().noneMatch(word -> word.contains("…")))
                        .forEach(words -> commands.add(new ShellCommand(words)));
            }
        }
        return commands;
    }

    /** The simple commands of a line. */
    private static List<List<String>> simple(String line) {
        List<List<String>> all = new ArrayList<>();
        List<String> words = new ArrayList<>();
        var word = new StringBuilder();
        for (String token : TOKEN.matcher(line + " ;")
                .results()
                .map((MatchResult match) -> match.group())
                .toList()) {
            boolean operator = token.matches("[|;&<>()]+");
            if (!token.isBlank() && !operator) {
                word.append(token.replaceAll("^(['\"])(.*)\\1$", "$2"));
                continue;
            }
            if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
            if (operator) {
                if (!words.isEmpty()) {
                    all.add(List.copyOf(words));
                }
                words.clear();
                if (token.matches("[<>]+")) {
                    words.add("(a file)");
                }
            }
        }
        return all;
    }

    /** Why it could not be run; it is not. */
    Optional<String> problem() {
        String program = words.getFirst().replaceFirst("^\\./", "");
        List<String> arguments = words.subList(1, words.size());
        if (program.equals("muster")
                && !arguments.isEmpty()
                && List.of("agent", "collector").contains(arguments.getFirst())) {
            program = "muster-" + arguments.getFirst();
            arguments = arguments.subList(1, arguments.size());
        }
        if (program.equals("muster") && List.of("demo").equals(arguments)) {
            return Optional.empty();
        }
        String name = program;
        CommandLine command = CommandsPage.programs().stream()
                .filter(each -> each.getCommandName().equals(name))
                .findFirst()
                .orElseThrow();
        try {
            command.parseArgs(arguments.toArray(String[]::new));
            return Optional.empty();
        } catch (CommandLine.ParameterException e) {
            return Optional.of(words + ": " + e.getMessage());
        }
    }
}
