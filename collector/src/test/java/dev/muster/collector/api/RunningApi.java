package dev.muster.collector.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.rules.Catalogue;
import dev.muster.collector.rules.ParameterValues;
import dev.muster.collector.rules.Profiles;
import dev.muster.collector.rules.RuleLoader;
import dev.muster.collector.rules.RuleSource;
import dev.muster.collector.rules.Rulebook;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The real API on a free port of the loopback interface, and a client that trusts its certificate as any program would. */
public final class RunningApi implements AutoCloseable {
    private static final Rulebook RULES = Rulebook.load(
            Catalogue.shipped(),
            RuleSource.shipped().stream()
                    .filter(source -> source.name().startsWith("sshd/"))
                    .toList(),
            Profiles.everywhere(RuleLoader.DEFAULT_PROFILES),
            ParameterValues.NONE);

    public final FakeInputs inputs;
    public final EventFeed feed;
    public final HttpApi api;
    public final Path home;
    private final HttpClient client;

    private RunningApi(Path home, HttpApi api, FakeInputs inputs, EventFeed feed) {
        this.feed = feed;
        this.home = home;
        this.api = api;
        this.inputs = inputs;
        this.client = client(home);
    }

    public static RunningApi start(Path home, GraphReads reads) {
        return start(home, reads, 0, Duration.ofSeconds(10));
    }

    /** With keep-alives three times as often as {@code idle}. */
    public static RunningApi start(Path home, GraphReads reads, int port, Duration idle) {
        FakeInputs inputs = new FakeInputs();
        EventFeed feed = new EventFeed(reads, idle.dividedBy(3));
        HttpApi api = start(home, reads, new HttpApi.Commands(inputs, List::of, new FakeKeyring()), feed, port, idle);
        return new RunningApi(home, api, inputs, feed);
    }

    /** Over real inputs. */
    public static HttpApi start(Path home, GraphReads reads, HttpApi.Commands commands, EventFeed feed) {
        return start(home, reads, commands, feed, 0, Duration.ofSeconds(10));
    }

    private static HttpApi start(
            Path home, GraphReads reads, HttpApi.Commands commands, EventFeed feed, int port, Duration idle) {
        ApiConfig config = new ApiConfig(home, "127.0.0.1", port, "muster.example.org", idle);
        InstantSource clock = InstantSource.fixed(FakeGraph.T.plusSeconds(60));
        return HttpApi.start(
                config, reads, commands, RULES, feed, List.of(new Mail(), new Agents()), clock, new SecureRandom());
    }

    @Override
    public void close() {
        client.shutdownNow();
        api.close();
    }

    public String token() throws IOException {
        return Files.readString(home.resolve("api.token")).strip();
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(request(path).GET().build());
    }

    HttpResponse<String> post(String path, String body) throws Exception {
        return send(
                request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<InputStream> open(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    }

    HttpRequest.Builder request(String path) throws IOException {
        return unauthorized(path).header("Authorization", "Bearer " + token());
    }

    HttpRequest.Builder unauthorized(String path) {
        return HttpRequest.newBuilder(URI.create(api.url() + path));
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return Body.JSON.readTree(response.body());
    }

    /** Trusts the file api.crt through the JDK's own checks, host name included. */
    static SSLContext trusting(Path home) {
        try (InputStream pem = Files.newInputStream(home.resolve("api.crt"))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "api", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException failed) {
            throw new AssertionError(failed);
        }
    }

    private static HttpClient client(Path home) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusting(home))
                .build();
    }

    /** As the part that hears agents says it. */
    private static final class Agents implements StatusPart {
        @Override
        public String name() {
            return "agents";
        }

        @Override
        public ObjectNode now() {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            node.putArray("addresses").add("192.0.2.7:1984").add("[2001:db8::7]:1984");
            return node.put("public_key", "A".repeat(43) + "=").put("fingerprint", "6c5e-cdc2");
        }
    }

    /** A part of the collector that has a status of its own. */
    private static final class Mail implements StatusPart {
        @Override
        public String name() {
            return "mail";
        }

        @Override
        public ObjectNode now() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("to", "ops@example.org")
                    .put("sends_through", "smtp.example.org:587");
        }
    }
}
