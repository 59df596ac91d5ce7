package dev.muster.collector.api;

import io.javalin.config.JettyConfig;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Jetty's side of the API: TLS, and bounds on what a client may take before anybody looked at its token. */
final class TlsListener {
    /** As docs/api.md promises. A connection costs about 40 KiB of buffers. */
    private static final int MAX_CONNECTIONS = 256;

    /** URL and headers together. */
    private static final int MAX_HEADER_BYTES = 8 << 10;

    private final ApiConfig config;
    private final SSLContext tls;
    private final AtomicReference<Optional<ServerConnector>> connector = new AtomicReference<>(Optional.empty());

    TlsListener(ApiConfig config, SSLContext tls) {
        this.config = config;
        this.tls = tls;
    }

    void configure(JettyConfig jetty) {
        jetty.modifyServer(server -> {
            server.setErrorHandler(new JsonErrors());
            // Open event streams end by themselves; nothing else takes longer.
            server.setStopTimeout(2_000);
        });
        jetty.addConnector(this::connector);
    }

    /** Valid once the server has started. */
    URI url() {
        int port = connector.get().orElseThrow().getLocalPort();
        String host = switch (config.listen()) {
            case "0.0.0.0", "::", "" -> "127.0.0.1";
            case String address when address.contains(":") -> "[" + address + "]";
            case String address -> address;
        };
        return URI.create("https://" + host + ":" + port);
    }

    private ServerConnector connector(Server server, HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        // Clients pin the certificate and may use any name or address of this machine, so the name they ask for proves
        // nothing.
        http.addCustomizer(new SecureRequestCustomizer(false));
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setSslContext(tls);
        ssl.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        ServerConnector made = new ServerConnector(
                server, 1, 1, new SslConnectionFactory(ssl, "http/1.1"), new HttpConnectionFactory(http));
        made.setHost(config.listen().isEmpty() ? "0.0.0.0" : config.listen());
        made.setPort(config.port());
        made.setIdleTimeout(config.idle().toMillis());
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, made));
        made.addBean(new SlowClients(
                (task, delay) -> made.getScheduler().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS),
                config.idle()));
        connector.set(Optional.of(made));
        return made;
    }
}
