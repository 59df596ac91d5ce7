package dev.muster.collector.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.Keyring;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The routes by which an administrator keeps the collector's own keys. */
final class KeyRoutes {
    private static final Map<String, Keyring.Old> OLD =
            new TreeMap<>(Map.of("keep", Keyring.Old.KEPT, "discard", Keyring.Old.DISCARDED));

    private final Keyring keyring;

    KeyRoutes(Keyring keyring) {
        this.keyring = keyring;
    }

    void configure(RoutesConfig routes) {
        routes.get("/api/v1/keys", this::keys);
        routes.post("/api/v1/keys/spare", this::spare);
        routes.post("/api/v1/keys/spare/exported", this::exported);
        routes.post("/api/v1/keys/rotate", this::rotate);
    }

    private void keys(Context context) throws IOException {
        Body.write(context, answer());
    }

    private void spare(Context context) throws IOException {
        Body.read(context, List.of());
        String secret = keyring.spareSecret()
                .orElseThrow(() -> Problem.conflict("The spare was moved away already: it is not on this machine."));
        Body.write(context, answer().put("secret", secret));
    }

    private void exported(Context context) throws IOException {
        ObjectNode body = Body.read(context, List.of("fingerprint"));
        refuseIf(keyring.spareExported(body.path("fingerprint").asText()));
        Body.write(context, answer());
    }

    private void rotate(Context context) throws IOException {
        ObjectNode body = Body.read(context, List.of("secret", "old"));
        Optional<String> secret = Optional.of(body.path("secret").asText()).filter(text -> !text.isEmpty());
        Keyring.Old old =
                Parameters.word("old", body.path("old").asText("keep"), OLD).orElse(Keyring.Old.KEPT);
        refuseIf(keyring.rotate(secret, old));
        Body.write(context, answer());
    }

    private static void refuseIf(Optional<String> why) {
        why.ifPresent(reason -> {
            throw Problem.conflict("Nothing changed: " + reason + ".");
        });
    }

    private ObjectNode answer() {
        Keyring.Keys now = keyring.now();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("current", now.current())
                .put("spare", now.spare())
                .put("spare_is_here", now.place() == Keyring.Place.ON_THIS_MACHINE);
        now.old().ifPresent(old -> node.put("old", old));
        now.next().ifPresent(next -> node.put("from_the_next_start", next));
        return node;
    }
}
