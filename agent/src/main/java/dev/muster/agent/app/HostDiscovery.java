package dev.muster.agent.app;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.DiscoveryConfig;
import dev.muster.agent.discovery.Catalogue;
import dev.muster.agent.discovery.DiscoveryLoop;
import dev.muster.agent.discovery.DiscoveryPlan;
import dev.muster.agent.discovery.DiscoveryStatus;
import dev.muster.agent.discovery.FactsSink;
import dev.muster.agent.discovery.HandedOver;
import dev.muster.agent.discovery.InstanceKey;
import dev.muster.agent.discovery.Platforms;
import dev.muster.agent.discovery.Runner;
import dev.muster.agent.discovery.RunnerSettings;
import dev.muster.protocol.message.Desired;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Discovery of the host that is looked at: its types, what runs of them, and the loop that runs it. */
final class HostDiscovery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostDiscovery.class);

    private final Catalogue catalogue;
    private final Optional<Path> unpacked;
    private final Set<String> platforms;
    private final DiscoveryPlan.Local local;
    private final DiscoveryLoop loop;

    private HostDiscovery(
            Catalogue catalogue,
            Optional<Path> unpacked,
            Set<String> platforms,
            DiscoveryPlan.Local local,
            DiscoveryLoop loop) {
        this.catalogue = catalogue;
        this.unpacked = unpacked;
        this.platforms = platforms;
        this.local = local;
        this.loop = loop;
    }

    /**
     * Makes everything and runs nothing yet.
     *
     * @param root of the host that is looked at: "" for this one
     */
    static HostDiscovery open(
            AgentConfig config, String root, DiscoveryLoop.Settings settings, FactsSink sink, InstantSource clock)
            throws IOException {
        DiscoveryConfig discovery = config.discovery();
        Path run = config.state().run();
        Optional<Path> unpacked = discovery.scripts().isPresent()
                ? Optional.empty()
                : Optional.of(Files.createTempDirectory(run, "scripts-"));
        try {
            Catalogue catalogue = catalogue(discovery, unpacked);
            catalogue.problems().forEach(problem -> LOG.warn("event=type-left-out problem=\"{}\"", problem));
            var paths =
                    new RunnerSettings(RunnerSettings.DEFAULT_SEARCH_PATH, root, catalogue.lib(), run.resolve("pipes"));
            var loop = new DiscoveryLoop(
                    settings,
                    new Runner(paths, clock, System::nanoTime),
                    sink,
                    System::nanoTime,
                    task -> Thread.ofPlatform().name("discovery").unstarted(task));
            var local = new DiscoveryPlan.Local(discovery.on(), discovery.off(), discovery.intervals());
            return new HostDiscovery(catalogue, unpacked, Platforms.of(osRelease(root)), local, loop);
        } catch (RuntimeException e) {
            delete(unpacked);
            throw e;
        }
    }

    /** From now on what follows from these wishes of the collector; may be called again, from any thread. */
    void plan(Collection<Desired.Instance> wishes) {
        DiscoveryPlan plan = DiscoveryPlan.of(catalogue.types(), platforms, local, wishes, loop::isKnown);
        plan.refusals().forEach(refusal -> LOG.warn("event=wish-refused reason=\"{}\"", refusal));
        LOG.info("event=discovery-planned instances={}", plan.instances().size());
        loop.plan(plan);
    }

    /** See {@link DiscoveryLoop#handedOver}. */
    Optional<HandedOver> handedOver(LongSupplier lastSeq) throws InterruptedException {
        return loop.handedOver(lastSeq);
    }

    /** The collector wants these again. */
    void resend(Collection<InstanceKey> keys) {
        loop.resend(keys);
    }

    /** Any thread. */
    DiscoveryStatus status() {
        return loop.status();
    }

    /** Once, after the first plan. */
    void start() {
        loop.start();
    }

    /** The spool is a new one: everything is run and handed over whole. */
    void startOver(String spoolId) {
        loop.startOver(spoolId);
    }

    @Override
    public void close() throws IOException {
        loop.close();
        delete(unpacked);
    }

    private static Catalogue catalogue(DiscoveryConfig discovery, Optional<Path> unpacked) {
        Catalogue own = unpacked.map(folder -> Catalogue.unpack(folder.resolve("discovery-scripts")))
                .orElseGet(() -> Catalogue.installed(discovery.scripts().orElseThrow()));
        return own.withOwnTypes(discovery.ownTypes());
    }

    /** os-release(5) names both places. */
    private static String osRelease(String root) {
        for (String file : List.of("/etc/os-release", "/usr/lib/os-release")) {
            try {
                return Files.readString(Path.of(root + file));
            } catch (IOException e) {
                LOG.debug("event=no-os-release file={}", root + file);
            }
        }
        return "";
    }

    private static void delete(Optional<Path> folder) throws IOException {
        if (folder.isPresent()) {
            Trees.delete(folder.get());
        }
    }
}
