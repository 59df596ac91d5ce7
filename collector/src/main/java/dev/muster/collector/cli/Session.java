package dev.muster.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** One run of a command: its options, its screen, and the collector, which is looked for only when it is asked. */
final class Session implements AutoCloseable {
    private final GlobalOptions options;
    private final Map<String, String> environment;
    private final Screen screen;
    private final Pause pause;
    private final Queue<ApiClient> opened = new ConcurrentLinkedQueue<>();

    Session(GlobalOptions options, Map<String, String> environment, Screen screen, Pause pause) {
        this.options = options;
        this.environment = environment;
        this.screen = screen;
        this.pause = pause;
    }

    Screen screen() {
        return screen;
    }

    Pause pause() {
        return pause;
    }

    boolean json() {
        return options.json;
    }

    /** Closed with the session. */
    ApiClient open() {
        ApiClient client = new ApiClient(Connection.find(options, environment));
        opened.add(client);
        return client;
    }

    @Override
    public void close() {
        opened.forEach(ApiClient::close);
    }

    /** Asks, and prints the answer as it is or as {@code layout} lays it out. */
    void show(String path, Map<String, String> parameters, Consumer<Answer> layout) {
        show(open().get(path, parameters), layout);
    }

    void show(String path, JsonNode body, Consumer<Answer> layout) {
        show(open().post(path, body), layout);
    }

    private void show(Answer answer, Consumer<Answer> layout) {
        if (options.json) {
            screen.out().println(Text.escapeJson(answer.text()));
            return;
        }
        layout.accept(answer);
    }

    /** Waiting before another attempt; handed in, so that tests do not wait. */
    @FunctionalInterface
    interface Pause {
        void seconds(int seconds);
    }
}
