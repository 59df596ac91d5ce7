package dev.muster.packaging;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Lets the shipped programs run for a moment on the shipped runtimes, so that their JVMs write down what they learned (JEP 483, 514). A
 * cache holds for exactly that runtime and these jars; elsewhere the JVM goes on without it.
 */
final class AotCaches {
    /** Long enough for each discovery script to have run once. */
    private static final long AGENT_RUNS_SECONDS = 12;

    /** It needs few of the collector's libraries, and starts in half the time with only these. */
    static final String COMMAND_LINE_JARS = "(collector|jackson|picocli)-.*\\.jar";

    private static final String PASSWORD = "training";

    private AotCaches() {}

    /** Of the agent, which discovers this machine meanwhile and tells a collector of it. */
    static void agent(Path lib) throws IOException {
        Path home = Files.createTempDirectory("muster-train-agent");
        try (var collector = TrainingCollector.start(Files.createDirectory(home.resolve("collector")))) {
            collector.copyPublicKey(Files.createDirectory(home.resolve("collector-keys")));
            List<String> command = java(lib, "java.options", lib.resolve("agent.aot"));
            command.addAll(List.of("-Xmx24m", "-cp", lib.resolve("agent.jar").toString()));
            command.addAll(List.of("dev.muster.agent.app.AgentMain", "run", "--home=" + home));
            command.addAll(List.of("--collector=" + collector.address(), "--bind=127.0.0.1", "--port=0"));
            command.add("--scripts=" + lib.resolve("discovery-scripts"));
            Path log = home.resolve("log");
            Process agent = start(command, log);
            if (agent.waitFor(AGENT_RUNS_SECONDS, TimeUnit.SECONDS)) {
                throw new PackagingException("the agent ended: " + Files.readString(log));
            }
            agent.destroy();
            Programs.await(agent);
            made(lib.resolve("agent.aot"), log);
            if (!Files.readString(log).contains("event=trusted")) {
                throw new PackagingException("the agent and the collector did not meet: " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PackagingException("interrupted");
        } finally {
            Trees.delete(home);
        }
    }

    /** Of the command line, which asks a server of ours for its hosts. */
    static void commandLine(Path lib) throws IOException {
        Path home = Files.createTempDirectory("muster-train-cli");
        HttpsServer server = server(lib, home);
        try {
            server.start();
            Files.writeString(
                    home.resolve("api.url"),
                    "https://127.0.0.1:" + server.getAddress().getPort() + "\n");
            Files.writeString(home.resolve("api.token"), "nobody\n");
            List<String> command = java(lib, "muster.options", lib.resolve("muster.aot"));
            command.addAll(List.of("-cp", shortClassPath(lib), "dev.muster.collector.cli.Muster", "hosts"));
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("log").toFile());
            builder.environment().put("MUSTER_API_HOME", home.toString());
            int status = Programs.await(builder.start());
            if (status != 0) {
                throw new PackagingException(
                        "muster hosts ended with " + status + ": " + Files.readString(home.resolve("log")));
            }
            made(lib.resolve("muster.aot"), home.resolve("log"));
        } finally {
            server.stop(0);
            Trees.delete(home);
        }
    }

    private static List<String> java(Path lib, String options, Path cache) {
        List<String> command = new ArrayList<>();
        command.add(lib.resolve("runtime/bin/java").toString());
        command.add("@" + lib.resolve(options));
        command.add("-XX:AOTCacheOutput=" + cache);
        return command;
    }

    private static String shortClassPath(Path lib) throws IOException {
        return Trees.list(lib.resolve("lib"), COMMAND_LINE_JARS).stream()
                .map(Path::toString)
                .collect(Collectors.joining(":"));
    }

    private static Process start(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static void made(Path cache, Path log) throws IOException {
        if (!Files.exists(cache)) {
            throw new PackagingException("no AOT cache was made: " + Files.readString(log));
        }
    }

    private static HttpsServer server(Path lib, Path home) throws IOException {
        Path keys = home.resolve("keys");
        List<String> store = List.of("-keystore", keys.toString(), "-storepass", PASSWORD, "-alias", "api");
        List<String> make =
                new ArrayList<>(List.of(lib.resolve("runtime/bin/keytool").toString(), "-genkeypair"));
        make.addAll(List.of("-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=ip:127.0.0.1"));
        make.addAll(store);
        Programs.run(make);
        List<String> export = new ArrayList<>(List.of(make.getFirst(), "-exportcert", "-rfc"));
        export.addAll(List.of("-file", home.resolve("api.crt").toString()));
        export.addAll(store);
        Programs.run(export);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
        server.createContext("/", AotCaches::answer);
        return server;
    }

    private static SSLContext context(Path keys) throws IOException {
        try (InputStream in = Files.newInputStream(keys)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        byte[] body = "{\"hosts\":[]}".getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
