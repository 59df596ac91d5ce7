package dev.muster.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.evidence.BundleCheck;
import dev.muster.collector.evidence.EvidenceException;
import dev.muster.collector.evidence.Report;
import dev.muster.collector.evidence.VerifyingKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Files that prove to somebody who does not trust the collector's administrator what was judged, when, and on which facts. */
@Command(
        name = "evidence",
        synopsisSubcommandLabel = "COMMAND",
        description = "Writes signed evidence for an auditor, and verifies it.")
final class EvidenceCommand {
    EvidenceCommand() {}

    @Command(
            name = "create",
            description = {
                "Writes a bundle: facts, rules, verdicts and waivers of hosts, signed, with all checkpoints.",
                "It says how hosts are made and where they are weak: hand it to nobody else than the auditor."
            })
    static final class Create implements Runnable {
        private final Session session;

        @Option(
                names = "--host",
                paramLabel = "GLOB",
                description = "Hosts by name or id, such as 'web-*'; several times for several.")
        private List<String> hosts = new ArrayList<>();

        @Option(names = "--all", description = "All hosts.")
        private boolean all;

        @Option(
                names = "--out",
                required = true,
                paramLabel = "FILE",
                description = "Made with mode 0600; must not be there yet.")
        private Path file = Path.of("");

        Create(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            if (all == !hosts.isEmpty()) {
                throw CliException.usage("say which hosts", "Either --all, or --host 'web-*'.");
            }
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            ArrayNode wanted = body.putArray("hosts");
            (all ? List.of("*") : hosts).forEach(wanted::add);
            BundleCheck.Written made = write(session.open(), body);
            String key = made.key().fingerprint();
            if (session.json()) {
                ObjectNode answer = JsonNodeFactory.instance
                        .objectNode()
                        .put("file", file.toString())
                        .put("key", key)
                        .put("public_key", made.key().pem())
                        .put("created", made.created().toString())
                        .put("checkpoint", made.checkpoint());
                session.screen().out().println(Text.escapeJson(answer.toString()));
                return;
            }
            var fields = new Fields();
            fields.add("file", file.toString());
            fields.add("key", key);
            fields.add("checkpoint", made.checkpoint());
            fields.print(session.screen(), "");
            session.screen()
                    .note(
                            "give the auditor the key's fingerprint by another way than the file; then: muster evidence verify --key "
                                    + key + " " + Text.escape(file.toString()));
        }

        private BundleCheck.Written write(ApiClient client, ObjectNode body) {
            var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            var how = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try (FileChannel channel = FileChannel.open(file, how, mode)) {
                Optional<BundleCheck.Written> written = Optional.empty();
                try (OutputStream out = Channels.newOutputStream(channel);
                        InputStream bundle = client.download("/evidence", body)) {
                    bundle.transferTo(out);
                    channel.force(true);
                    written = BundleCheck.written(file);
                } finally {
                    if (written.isEmpty()) {
                        Files.delete(file);
                    }
                }
                return written.orElseThrow(() -> new CliException(
                        CliException.REFUSED,
                        "the collector stopped in the middle",
                        file.toString(),
                        "Its log says why. The file was removed."));
            } catch (FileAlreadyExistsException e) {
                throw CliException.usage(file + " is there already", "Name a file that is not there.");
            } catch (IOException e) {
                throw new CliException(CliException.REFUSED, "cannot write " + file + ": " + e, "", "");
            }
        }
    }

    @Command(
            name = "verify",
            description = {
                "Checks a bundle, with no collector: its signature, each byte, the chain of checkpoints,",
                "and each verdict, by judging the facts again. Exit status 0: all of it holds; 1: something does not; 2: not asked rightly."
            })
    static final class Verify implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "What muster evidence create wrote.")
        private Path file = Path.of("");

        @Option(
                names = "--key",
                paramLabel = "KEY",
                description =
                        "The fingerprint of the key that must have signed, or the file evidence.pub; without it the signature says only that nothing was changed since somebody signed.")
        private Optional<String> key = Optional.empty();

        @Option(
                names = "--checkpoint",
                paramLabel = "HASH",
                description = "A checkpoint noted earlier that must be in the chain.")
        private Optional<String> checkpoint = Optional.empty();

        Verify(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            if (key.isPresent() && key.get().isBlank()) {
                throw CliException.usage("--key is empty", "Name the fingerprint, or leave --key out.");
            }
            if (checkpoint.isPresent() && checkpoint.get().isBlank()) {
                throw CliException.usage("--checkpoint is empty", "Name its hash, or leave --checkpoint out.");
            }
            Report report = report(new BundleCheck.Expectation(key.map(Verify::fingerprint), checkpoint));
            if (session.json()) {
                ObjectNode answer = report.toJson().put("pinned", key.isPresent());
                session.screen().out().println(Text.escapeJson(answer.toString()));
            } else {
                layOut(report);
            }
            if (!report.holds()) {
                throw new CliException(
                        CliException.REFUSED,
                        "the evidence does not hold",
                        file.toString(),
                        "Ask for it again, and by another way than it came.");
            }
        }

        private Report report(BundleCheck.Expectation expected) {
            try {
                return BundleCheck.of(file, expected);
            } catch (IOException e) {
                throw CliException.usage("cannot read " + file + ": " + e.getMessage(), "Name a bundle.");
            } catch (OutOfMemoryError e) {
                throw new CliException(
                        CliException.NO_MEMORY,
                        "there is not enough memory to say whether the evidence holds",
                        file.toString(),
                        "This says nothing of the evidence. Ask for a file of fewer hosts.");
            }
        }

        private static String fingerprint(String key) {
            if (!key.matches("[0-9a-fA-F-]{32,47}")) {
                try {
                    return VerifyingKey.ofPem(Files.readString(Path.of(key))).fingerprint();
                } catch (IOException | EvidenceException | InvalidPathException e) {
                    throw CliException.usage(
                            "cannot use the key " + key + ": " + e.getMessage(),
                            "Name a fingerprint, or a copy of the collector's keys/evidence.pub.");
                }
            }
            return key.replace("-", "").toLowerCase(Locale.ROOT).replaceAll("(.{4})(?!$)", "$1-");
        }

        private void layOut(Report report) {
            JsonNode json = report.toJson();
            var fields = new Fields();
            if (json.has("signed")) {
                JsonNode by = json.path("signed");
                fields.add("signed by", by.path("key").asText() + (key.isEmpty() ? ", which nobody vouched for" : ""));
                fields.add(
                        "created",
                        by.path("created").asText() + " on "
                                + by.path("collector").asText() + ", muster "
                                + by.path("version").asText());
            }
            if (json.has("checkpoints")) {
                JsonNode chain = json.path("checkpoints");
                fields.add(
                        "checkpoints",
                        chain.path("length").asText() + ", the first of "
                                + chain.path("first_at").asText());
                fields.add("the last", chain.path("last").asText());
            }
            fields.add("rules", json.path("rules").asText());
            fields.add(
                    "hosts",
                    json.path("hosts").asText() + ", of "
                            + json.at("/checkpoints/hosts").asText("?"));
            fields.add(
                    "facts",
                    json.path("facts").asText()
                            + (json.path("facts_masked").asInt() > 0
                                    ? ", " + json.path("facts_masked").asText() + " of them with secrets masked"
                                    : ""));
            fields.add(
                    "verdicts",
                    json.path("verdicts").asText() + ", "
                            + json.path("judged_again").asText() + " judged again"
                            + (json.path("not_judged_again").asInt() > 0
                                    ? "; " + json.path("not_judged_again").asText() + " read what is masked"
                                    : ""));
            fields.print(session.screen(), "");
            json.path("problems")
                    .forEach(problem -> session.screen().out().println("PROBLEM  " + Text.escape(problem.asText())));
            if (report.unsaid() > 0) {
                session.screen().out().println("PROBLEM  and " + report.unsaid() + " more");
            }
            if (report.holds()) {
                session.screen().out().println("All of it holds.");
            }
        }
    }
}
