package dev.muster.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.install.CollectorSide;
import dev.muster.collector.install.InstallException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The collector, as an installation needs it, by its API. Any thread. */
final class ApiCollectorSide implements CollectorSide {
    /** Longer than one host takes with a busy package manager; and a token that was never used is worth nothing after it. */
    private static final String EXPIRES = "1h";

    private final ApiClient client;

    ApiCollectorSide(ApiClient client) {
        this.client = client;
    }

    /** For one host: who steals it from there lets in nobody else. */
    @Override
    public String token() {
        return asked(this::makeToken);
    }

    @Override
    public Set<String> trusted() {
        return asked(() -> {
            Set<String> all = new HashSet<>();
            for (JsonNode agent : agents()) {
                if (isTrusted(agent)) {
                    all.add(agent.path("fingerprint").asText());
                }
            }
            return all;
        });
    }

    @Override
    public Standing standing(String fingerprint) {
        return asked(() -> look(fingerprint));
    }

    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (CliException e) {
            throw InstallException.collector(String.valueOf(e.getMessage()), "Run the same again.");
        }
    }

    private String makeToken() {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("uses", 1).put("expires", EXPIRES);
        return CollectorIdentity.safe(
                client.post("/enrol-tokens", body).json().path("token").asText());
    }

    private JsonNode agents() {
        return client.get("/agents", Map.of()).json().path("agents");
    }

    private static boolean isTrusted(JsonNode agent) {
        return agent.path("state").asText().equals("trusted");
    }

    private Standing look(String fingerprint) {
        for (JsonNode agent : agents()) {
            if (!agent.path("fingerprint").asText().equals(fingerprint)) {
                continue;
            }
            if (!isTrusted(agent)) {
                return new Standing.Pending();
            }
            String id = agent.path("host").asText();
            JsonNode host =
                    client.get("/hosts/" + ApiClient.segment(id), Map.of()).json();
            return new Standing.Trusted(
                    agent.path("host_name").asText(), host.path("reports").size());
        }
        return new Standing.Unheard();
    }
}
