package dev.muster.collector.api;

import dev.muster.collector.apply.Inputs;
import dev.muster.collector.evidence.Notary;
import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.model.Keyring;
import dev.muster.collector.model.PendingAgents;
import dev.muster.collector.rules.Rulebook;
import dev.muster.collector.rules.Scores;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/** The collector's HTTPS server. Requests run on virtual threads, block on the graph, and never touch what an event loop owns. */
public final class HttpApi implements AutoCloseable {
    static final String URL_FILE = "api.url";

    private final Javalin server;
    private final EventFeed feed;
    private final URI url;
    private final String fingerprint;

    private HttpApi(Javalin server, EventFeed feed, URI url, String fingerprint) {
        this.server = server;
        this.feed = feed;
        this.url = url;
        this.fingerprint = fingerprint;
    }

    /** Where an administrator's commands go, and whom they may be about; who signs for them. */
    public record Commands(Inputs inputs, PendingAgents pending, Keyring keys, Notary notary) {}

    /**
     * Makes certificate and token where they are missing, listens, and writes the address into the file {@code api.url}.
     *
     * @param rules those in force
     * @param feed of the same graph, told of every commit; ended with this server
     * @param parts what other parts of the collector add to {@code GET /status}
     * @throws ApiException where a file or the port cannot be used
     */
    public static HttpApi start(
            ApiConfig config,
            GraphReads reads,
            Commands commands,
            Rulebook rules,
            EventFeed feed,
            List<StatusPart> parts,
            InstantSource clock,
            SecureRandom random) {
        Path home = config.home();
        ApiFiles.makeHome(home);
        ApiToken token = ApiToken.loadOrMake(home, random);
        Certificate certificate = Certificate.loadOrMake(home, config.hostName(), random);
        TlsListener listener = new TlsListener(config, certificate.context());
        StatusRoute status = new StatusRoute(reads, parts, certificate.fingerprint());
        Routes routes = new Routes(reads, clock, feed, status);
        var enrolment = new EnrolmentRoutes(reads, commands.pending(), commands.inputs(), clock);
        Javalin server = Javalin.create(javalin -> {
            quiet(javalin);
            listener.configure(javalin.jetty);
            new Guard(token, clock).configure(javalin.routes);
            routes.configure(javalin.routes);
            enrolment.configure(javalin.routes);
            new WaiverRoutes(reads, commands.inputs(), clock).configure(javalin.routes);
            new ScoreRoutes(reads, rules::rule, clock).configure(javalin.routes);
            new ReportRoutes(reads, rules, clock).configure(javalin.routes);
            new RuleRoutes(reads, rules, clock).configure(javalin.routes);
            new KeyRoutes(commands.keys()).configure(javalin.routes);
            new EvidenceRoutes(reads, commands.notary()).configure(javalin.routes);
        });
        try {
            server.start();
        } catch (RuntimeException failed) {
            throw new ApiException(
                    "cannot listen on " + config.listen() + " port " + config.port() + " for the API: "
                            + rootMessage(failed) + ". Is another collector running? Another port: --api",
                    failed);
        }
        URI url = listener.url();
        status.listensAt(url);
        try {
            ApiFiles.write(home.resolve(URL_FILE), url + "\n", ApiFiles.ALL_READ);
        } catch (IOException denied) {
            server.stop();
            throw new ApiException("cannot write " + home.resolve(URL_FILE) + ": " + denied, denied);
        }
        return new HttpApi(server, feed, url, certificate.fingerprint());
    }

    /** How well hosts comply now. */
    public static Scores scores(GraphReads reads, Rulebook rules) {
        return ScoreRoutes.now(reads, rules::rule);
    }

    /** Where clients on this machine reach it. */
    public URI url() {
        return url;
    }

    /** SHA-256 of the certificate, upper-case hex with colons. */
    public String certificateFingerprint() {
        return fingerprint;
    }

    /** Ends the event streams, then the server. */
    @Override
    public void close() {
        feed.close();
        server.stop();
    }

    private static void quiet(JavalinConfig javalin) {
        javalin.startup.showJavalinBanner = false;
        javalin.startup.showOldJavalinVersionWarning = false;
        javalin.startup.startupWatcherEnabled = false;
        javalin.concurrency.useVirtualThreads = true;
        javalin.http.prefer405over404 = true;
        javalin.http.compressionStrategy = CompressionStrategy.NONE;
    }

    private static String rootMessage(Throwable failed) {
        Throwable root = failed;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
