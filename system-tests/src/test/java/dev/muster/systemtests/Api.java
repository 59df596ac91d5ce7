package dev.muster.systemtests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The collector's HTTP API with the administrator's token, trusting its certificate and no other. */
final class Api {
    static {
        // Earlier than the collector, so that no question meets a connection that is being closed.
        System.setProperty("jdk.httpclient.keepalive.timeout", "10");
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final HttpClient client;
    private final String base;
    private final String token;

    private Api(HttpClient client, String base, String token) {
        this.client = client;
        this.base = base;
        this.token = token;
    }

    static Api at(Path folder) {
        try {
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(trusting(folder.resolve("api.crt")))
                    .connectTimeout(ANSWER)
                    .build();
            String url = Files.readString(folder.resolve("api.url")).strip();
            return new Api(
                    client,
                    url + "/api/v1/",
                    Files.readString(folder.resolve("api.token")).strip());
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError("no API in " + folder, e);
        }
    }

    JsonNode get(String path) {
        return send(request(path).GET().build());
    }

    JsonNode post(String path, Map<String, ?> body) {
        try {
            return send(request(path)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                    .build());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A token for so many hosts. */
    String token(int uses) {
        return post(
                        "enrol-tokens",
                        Map.of(
                                "uses",
                                uses,
                                "expires",
                                Instant.now().plus(Duration.ofDays(1)).toString()))
                .path("token")
                .asText();
    }

    /** The rows of a question to the graph. */
    List<JsonNode> query(String cypher) {
        return post("query", Map.of("cypher", cypher, "params", Map.of()))
                .path("rows")
                .valueStream()
                .toList();
    }

    /** All events so far, oldest first. */
    List<JsonNode> events() {
        return get("events?limit=1000").path("events").valueStream().toList();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + token);
    }

    private JsonNode send(HttpRequest request) {
        try {
            HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            JsonNode body = JSON.readTree(answer.body());
            if (answer.statusCode() / 100 != 2) {
                throw new AssertionError(request.uri() + ": " + answer.statusCode() + " " + body);
            }
            return body;
        } catch (IOException e) {
            throw new AssertionError(request.uri().toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static SSLContext trusting(Path certificate) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "collector", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
