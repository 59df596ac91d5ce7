package dev.muster.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "keys", description = "Shows the collector's own keys: the one in use, and the spare.")
final class KeysCommand implements Runnable {
    private static final String IN_USE_NEXT = "restart the collector: it then starts with ";

    private final Session session;

    KeysCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.show("/keys", Map.of(), answer -> layOut(session, answer.json()));
    }

    private static void layOut(Session session, JsonNode keys) {
        Fields fields = new Fields();
        fields.add("in use", keys.path("current").asText());
        boolean isHere = keys.path("spare_is_here").asBoolean();
        fields.add("spare", keys.path("spare").asText() + (isHere ? ", on this machine" : ", moved away"));
        if (keys.has("old")) {
            fields.add("before", keys.path("old").asText() + ", still answered to");
        }
        fields.print(session.screen(), "");
        if (keys.has("from_the_next_start")) {
            session.screen()
                    .note(IN_USE_NEXT
                            + Text.escape(keys.path("from_the_next_start").asText()));
        }
        if (isHere) {
            session.screen()
                    .note("the spare should not be lost together with the other: muster keys export-spare FILE");
        }
    }

    @Command(
            name = "export-spare",
            description = {
                "Moves the private half of the spare pair into a file, to be kept away from the collector.",
                "It is removed from the collector once the file is on disk. Nobody can make it anew."
            })
    static final class ExportSpare implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "Made with mode 0600; must not be there yet.")
        private Path file = Path.of("");

        ExportSpare(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            if (Files.exists(file)) {
                throw CliException.usage(file + " is there already", "Name a file that is not there.");
            }
            ApiClient client = session.open();
            ObjectNode none = JsonNodeFactory.instance.objectNode();
            JsonNode spare = client.post("/keys/spare", none).json();
            write(spare.path("secret").asText() + "\n");
            String fingerprint = spare.path("spare").asText();
            ObjectNode exported = JsonNodeFactory.instance.objectNode().put("fingerprint", fingerprint);
            client.post("/keys/spare/exported", exported);
            session.screen()
                    .note("the spare " + Text.escape(fingerprint) + " is in " + Text.escape(file.toString())
                            + " and no longer on the collector; keep the file where neither fire nor thief takes both");
        }

        private void write(String text) {
            var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            var how = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try (FileChannel out = FileChannel.open(file, how, mode)) {
                out.write(StandardCharsets.US_ASCII.encode(text));
                out.force(true);
            } catch (FileAlreadyExistsException e) {
                throw CliException.usage(file + " is there already", "Name a file that is not there.");
            } catch (IOException e) {
                throw new CliException(
                        CliException.REFUSED, "cannot write the spare: " + e, file.toString(), "Nothing was changed.");
            }
        }
    }

    @Command(
            name = "rotate",
            description = {
                "Makes the spare the key in use from the collector's next start on, and a new spare.",
                "Agents know the spare already and are told of the new one in their next session."
            })
    static final class Rotate implements Runnable {
        private final Session session;

        @Option(names = "--spare", paramLabel = "FILE", description = "Where export-spare put it.")
        private @Nullable Path spare;

        @Option(
                names = "--discard-old",
                description =
                        "Deletes the key in use, since somebody else may hold it. Agents that never learned the spare need it by hand.")
        private boolean discardOld;

        Rotate(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("old", discardOld ? "discard" : "keep");
            if (spare != null) {
                body.put("secret", read(spare));
            }
            session.show("/keys/rotate", body, answer -> layOut(session, answer.json()));
        }

        private static String read(Path file) {
            try {
                return Files.readString(file).strip();
            } catch (IOException e) {
                throw CliException.usage("cannot read the spare: " + e, "Name the file that export-spare wrote.");
            }
        }
    }
}
