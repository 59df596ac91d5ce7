package dev.muster.packaging;

import dev.muster.agent.app.AgentMain;
import dev.muster.collector.app.CollectorMain;
import dev.muster.collector.cli.Muster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * Lays out below {@code target/image} what the packages install, as it lies on a server: {@code agent} and {@code collector} for both
 * kinds of package, {@code *-deb} and {@code *-rpm} for what differs; below {@code target/control} the maintainer scripts.
 */
public final class Packages {
    private final Path top;
    private final Path target;
    private final String version;
    private final String maintainer;
    private final Instant timestamp;

    private Packages(Path top, Path target, String version, String maintainer, Instant timestamp) {
        this.top = top;
        this.target = target;
        this.version = version;
        this.maintainer = maintainer;
        this.timestamp = timestamp;
    }

    /** Arguments: the project's folder, the build folder, the packages' version, who answers for them, the time of all files. */
    public static void main(String[] args) throws IOException {
        if (args.length != 5) {
            throw new PackagingException("needs five arguments: TOP TARGET VERSION MAINTAINER TIMESTAMP");
        }
        var packages = new Packages(
                Path.of(args[0]).toRealPath(),
                Path.of(args[1]).toAbsolutePath(),
                args[2],
                args[3],
                Instant.parse(args[4]));
        packages.make();
    }

    private void make() throws IOException {
        Trees.delete(target.resolve("image"));
        Trees.delete(target.resolve("control"));
        agent();
        collector();
    }

    private void agent() throws IOException {
        Path image = image("agent");
        Path lib = image.resolve("usr/lib/muster-agent");
        Runtimes.link(Runtimes.AGENT, "zip-0", lib.resolve("runtime"));
        Trees.copyOne(top.resolve("agent/target"), "agent-[0-9].*-all\\.jar", lib.resolve("agent.jar"));
        Trees.copy(top.resolve("discovery-scripts/target/classes/discovery-scripts"), lib.resolve("discovery-scripts"));
        Trees.executable(lib.resolve("discovery-scripts"), "discover");
        page(image, "man8/muster-agent.8", new ManualPage(new CommandLine(AgentMain.class), 8, agentFiles()));
        completion(image, "muster-agent", new CommandLine(AgentMain.class));
        Trees.stamp(image, timestamp);
        AotCaches.agent(lib);
        Trees.stamp(image, timestamp);
    }

    private void collector() throws IOException {
        Path image = image("collector");
        Path lib = image.resolve("usr/lib/muster-collector");
        Runtimes.link(Runtimes.COLLECTOR, "zip-6", lib.resolve("runtime"));
        Trees.copy(top.resolve("collector/target/lib"), lib.resolve("lib"));
        Trees.copyOne(
                top.resolve("collector/target"),
                "collector-[0-9][^-]*(-SNAPSHOT)?\\.jar",
                lib.resolve("lib/collector-" + version.replace('~', '-') + ".jar"));
        for (Path jar : Trees.list(lib.resolve("lib"), AotCaches.COMMAND_LINE_JARS)) {
            OldClasses.renew(jar);
        }
        Files.writeString(image.resolve("usr/share/doc/muster-collector/NOTICE"), """
                Classes of picocli are changed: they are stored in the class file format of Java 25, with stack maps, so that an AOT
                cache can hold them.
                """);
        classPath(lib, "collector.options", Trees.list(lib.resolve("lib"), ".*"));
        classPath(lib, "muster.options", Trees.list(lib.resolve("lib"), AotCaches.COMMAND_LINE_JARS));
        Trees.copy(
                top.resolve("packaging/notification.d"),
                image.resolve("usr/share/doc/muster-collector/notification.d"));
        page(
                image,
                "man8/muster-collector.8",
                new ManualPage(new CommandLine(CollectorMain.class), 8, collectorFiles()));
        page(image, "man1/muster.1", new ManualPage(Muster.commands(), 1, Map.of()));
        completion(image, "muster", Muster.commands());
        Trees.stamp(image, timestamp);
        AotCaches.commandLine(lib);
        Trees.stamp(image, timestamp);
    }

    /** What lies in packaging/NAME, with its placeholders filled in. */
    private Path image(String name) throws IOException {
        Path from = top.resolve("packaging").resolve(name);
        var templates = new Templates(placeholders());
        Path image = target.resolve("image").resolve(name);
        templates.copy(from.resolve("root"), image);
        templates.copy(from.resolve("deb"), target.resolve("control").resolve(name));
        templates.copy(from.resolve("rpm"), target.resolve("control").resolve(name + "-rpm"));
        String service = "muster-" + name;
        templates.copyFile(from.resolve("settings"), target.resolve("image/" + name + "-deb/etc/default/" + service));
        templates.copyFile(from.resolve("settings"), target.resolve("image/" + name + "-rpm/etc/sysconfig/" + service));
        templates.copyFile(
                from.resolve("init/" + service), target.resolve("image/" + name + "-deb/etc/init.d/" + service));
        templates.copyFile(
                from.resolve("init/" + service), target.resolve("image/" + name + "-rpm/etc/rc.d/init.d/" + service));
        Path doc = image.resolve("usr/share/doc/" + service);
        Trees.copyFile(top.resolve("LICENSE"), doc.resolve("copyright"));
        return image;
    }

    private Map<String, String> placeholders() throws IOException {
        var capabilities = Capabilities.of(top.resolve("discovery-scripts"));
        String names = String.join(" ", capabilities);
        // As setpriv(1) wants them: "-all,+dac_read_search".
        String changes = capabilities.stream()
                .map(name -> ",+" + name.substring("CAP_".length()).toLowerCase(java.util.Locale.ROOT))
                .reduce("-all", String::concat);
        return Map.of(
                "CAPABILITIES",
                names,
                "SETPRIV_CAPABILITIES",
                changes,
                "VERSION",
                version,
                "DEB_ARCHITECTURE",
                System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64",
                "MAINTAINER",
                maintainer);
    }

    /** Written down here, since an AOT cache holds for one order of jars and a shell sorts them by its locale. */
    private static void classPath(Path lib, String options, List<Path> jars) throws IOException {
        String installed = jars.stream()
                .map(jar -> "/usr/lib/muster-collector/lib/" + jar.getFileName())
                .collect(Collectors.joining(":"));
        Files.writeString(lib.resolve(options), "-cp\n" + installed + "\n", StandardOpenOption.APPEND);
    }

    private void page(Path image, String file, ManualPage page) throws IOException {
        Path to = image.resolve("usr/share/man").resolve(file + ".gz");
        Trees.writeGzip(to, page.text(version));
    }

    private static void completion(Path image, String command, CommandLine line) throws IOException {
        Path to = image.resolve("usr/share/bash-completion/completions").resolve(command);
        Files.createDirectories(to.getParent());
        Files.writeString(to, AutoComplete.bash(command, line));
    }

    private static Map<String, List<String>> agentFiles() {
        return Map.of(
                "FILES",
                List.of(
                        "/etc/default/muster-agent, /etc/sysconfig/muster-agent\tthe settings, each with its effect, default and cost",
                        "/etc/muster/agent.conf\tthe same settings; goes before the former",
                        "/etc/muster/collector-keys/*.pub\tthe public keys of the collectors that may answer",
                        "/etc/muster/discovery.d\tyour own discovery types",
                        "/var/lib/muster-agent\tthe agent's key, and what is not sent yet",
                        "/run/muster-agent\tcontrol socket and pid"));
    }

    private static Map<String, List<String>> collectorFiles() {
        return Map.of(
                "FILES",
                List.of(
                        "/etc/muster/collector.yaml\tthe configuration, each key with its effect, default and cost",
                        "/etc/default/muster-collector, /etc/sysconfig/muster-collector\tthe memory of the JVM",
                        "/var/lib/muster/collector/keys\tthe key pairs; back them up, and keep spare.key elsewhere",
                        "/var/lib/muster/collector/graph\tthe graph",
                        "/var/lib/muster/collector/api\tthe certificate and the administrator's token",
                        "/var/cache/muster-collector\ta cache that halves the start"));
    }
}
