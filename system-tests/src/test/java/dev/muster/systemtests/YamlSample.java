package dev.muster.systemtests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.muster.collector.app.CollectorMain;
import dev.muster.collector.cli.Muster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;

/** A block of YAML in a document, and the reader that it is for. */
record YamlSample(String text, Reader reader) {
    /** By what it looks like. */
    enum Reader {
        /** A part of collector.yaml. */
        COLLECTOR,
        /** Rules, or what changes rules. */
        RULES,
        /** The build's: graph.yaml and cases.yaml of every type of the project are read by it. */
        BUILD
    }

    static YamlSample of(String text) throws JsonProcessingException {
        JsonNode root = new YAMLMapper().readTree(text);
        boolean isOfTheBuild = root.has("nodes") || root.path(0).has("rule");
        if (isOfTheBuild) {
            return new YamlSample(text, Reader.BUILD);
        }
        return new YamlSample(text, root.isArray() ? Reader.RULES : Reader.COLLECTOR);
    }

    /** What its reader says against it. */
    Optional<String> problem(Path folder) throws IOException {
        return switch (reader) {
            case COLLECTOR -> {
                Path file = Files.writeString(folder.resolve("collector.yaml"), text);
                yield said(
                        new CommandLine(CollectorMain.class),
                        "--check",
                        "--allow-root",
                        "--home=" + folder,
                        "--config=" + file);
            }
            case RULES -> {
                Path file = Files.writeString(folder.resolve("proc_sys.yaml"), text);
                yield said(Muster.commands(), "rules", "lint", file.toString());
            }
            case BUILD -> Optional.empty();
        };
    }

    private static Optional<String> said(CommandLine command, String... arguments) {
        var printed = new StringWriter();
        command.setOut(new PrintWriter(printed, true));
        command.setErr(new PrintWriter(printed, true));
        command.setExecutionExceptionHandler((e, line, parsed) -> {
            printed.write(String.valueOf(e.getMessage()));
            return 1;
        });
        return command.execute(arguments) == 0 ? Optional.empty() : Optional.of(printed.toString());
    }
}
