package dev.muster.collector.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.stream.Collectors;

/** Asks the collector. Every way in which it may not answer becomes a {@link CliException} that says what to do. */
final class ApiClient implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);

    /** A query may take 30 s on the collector; this leaves room for a slow line. */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);

    /** All facts of ten thousand hosts. */
    private static final Duration DOWNLOAD_WITHIN = Duration.ofHours(1);

    private static final Duration END_WITHIN = Duration.ofSeconds(1);

    /** Four times the largest result of a query, which is the largest answer. */
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    /** Statuses after which the same request may succeed in a moment (RFC 9110, RFC 6585). */
    private static final int TOO_MANY = 429;

    private static final int UNAVAILABLE = 503;

    private final Connection connection;
    private final HttpClient http;

    ApiClient(Connection connection) {
        this.connection = connection;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_WITHIN)
                .proxy(HttpClient.Builder.NO_PROXY)
                .sslContext(new PinnedCertificate(connection.certificate()).context())
                .build();
    }

    /**
     * Ends what waits on the network, so that the process can end: a JVM that exits gives a thread in native code 300 ms to come back
     * (VM_Exit::wait_for_threads_in_native_to_block), and that of the selector never does.
     */
    @Override
    public void close() {
        http.shutdownNow();
        try {
            http.awaitTermination(END_WITHIN);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks for {@code path} below {@code /api/v1}, its segments {@linkplain #segment encoded}; empty parameters are left out. */
    Answer get(String path, Map<String, String> parameters) {
        return send(request(path, parameters).GET().build());
    }

    /** What the collector gives in another format than JSON. */
    String text(String path, Map<String, String> parameters) {
        HttpResponse<String> response = exchange(
                request(path, parameters).setHeader("Accept", "*/*").GET().build(),
                HttpResponse.BodyHandlers.limiting(
                        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8), MAX_ANSWER_BYTES));
        if (response.statusCode() / 100 != 2) {
            throw refused(response.statusCode(), response.body());
        }
        return response.body();
    }

    Answer post(String path, JsonNode body) {
        return send(request(path, Map.of())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
    }

    /** Opens the stream of events; the caller closes it. A refusal is thrown as for any other request. */
    InputStream stream(String path, Map<String, String> parameters, Map<String, String> headers) {
        HttpRequest.Builder request = request(path, parameters).setHeader("Accept", "text/event-stream");
        headers.forEach(request::header);
        return body(exchange(request.GET().build(), HttpResponse.BodyHandlers.ofInputStream()));
    }

    private InputStream body(HttpResponse<InputStream> response) {
        if (response.statusCode() == 200) {
            return response.body();
        }
        try (InputStream body = response.body()) {
            throw refused(response.statusCode(), new String(body.readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8));
        } catch (IOException lost) {
            throw unreachable(lost);
        }
    }

    /** Asks for a file, however large, that the collector may take long to make; the caller closes it. */
    InputStream download(String path, JsonNode body) {
        HttpResponse<InputStream> response = exchange(
                request(path, Map.of())
                        .timeout(DOWNLOAD_WITHIN)
                        .setHeader("Accept", "*/*")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        return body(response);
    }

    /** One segment of a path, so that a host called {@code a/b} asks for that host and nothing else. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .filter(parameter -> !parameter.getValue().isEmpty())
                .map(parameter -> parameter.getKey() + "=" + segment(parameter.getValue()))
                .sorted()
                .collect(Collectors.joining("&"));
        URI uri = URI.create(connection.url() + "/api/v1" + path + (query.isEmpty() ? "" : "?" + query));
        return HttpRequest.newBuilder(uri)
                .timeout(ANSWER_WITHIN)
                .header("Authorization", "Bearer " + connection.token())
                .header("Accept", "application/json");
    }

    private Answer send(HttpRequest request) {
        HttpResponse<String> response = exchange(
                request,
                HttpResponse.BodyHandlers.limiting(
                        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8), MAX_ANSWER_BYTES));
        if (response.statusCode() / 100 != 2) {
            throw refused(response.statusCode(), response.body());
        }
        try {
            return new Answer(JSON.readTree(response.body()), response.body(), serverTime(response));
        } catch (JsonProcessingException noJson) {
            throw new CliException(
                    CliException.NOT_REACHABLE,
                    "what answers there is not a Muster collector",
                    connection.toString(),
                    "Check the address.");
        }
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException failed) {
            throw unreachable(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CliException(CliException.NOT_REACHABLE, "interrupted", connection.toString(), "");
        }
    }

    private CliException refused(int status, String body) {
        JsonNode error;
        try {
            error = JSON.readTree(body);
        } catch (JsonProcessingException noJson) {
            error = JsonNodeFactory.instance.objectNode();
        }
        String message = error.path("message").asText("the collector answered with HTTP status " + status);
        String hint = error.path("hint").asText("");
        boolean later = status == TOO_MANY || status == UNAVAILABLE;
        return new CliException(later ? CliException.NOT_REACHABLE : CliException.REFUSED, message, "", hint);
    }

    private CliException unreachable(IOException failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof PinnedCertificate.Mismatch mismatch) {
                return new CliException(
                        CliException.NOT_REACHABLE,
                        "another certificate than the collector's answers there (" + mismatch.getMessage() + ")",
                        connection.toString(),
                        "If the collector made a new one, copy its api.crt here; otherwise do not trust that address.");
            }
        }
        return new CliException(
                CliException.NOT_REACHABLE,
                "cannot reach the collector: " + reason(failed),
                connection.toString(),
                "Is it running? On its host: systemctl status muster-collector. Another address: --url.");
    }

    /** The JDK's exceptions for the two most frequent cases carry no message. */
    private static String reason(IOException failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "no such host name";
            }
        }
        String message = failed.getMessage();
        if (message != null) {
            return message;
        }
        return failed instanceof ConnectException
                ? "nothing listens there (connection refused)"
                : failed.getClass().getSimpleName();
    }

    private static Instant serverTime(HttpResponse<?> response) {
        String date = response.headers().firstValue("Date").orElse("");
        try {
            return DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
        } catch (DateTimeException noDate) {
            return Instant.EPOCH;
        }
    }
}
