package dev.muster.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Hosts on one Ethernet: a bridge on this machine, at which the collector listens, and a network namespace for each host, joined by a veth
 * pair. Needs root and {@code ip}. Nothing of it is left after {@link #close}.
 */
final class Network implements AutoCloseable {
    /** Taken by tests that use these addresses, or port 1984 on all addresses. */
    static final String LOCK = "network";

    /** Of this process, so that another build on this machine has its own: 60 to 249, above that of {@link TransitionMailIT}. */
    private static final long SUBNET = 60 + ProcessHandle.current().pid() % 190;

    private static final String IPV4 = "10.211." + SUBNET + ".";
    private static final String IPV6 = "fd00:6d75:7374:" + SUBNET + "::";

    private final String name;
    private final List<Host> hosts = new ArrayList<>();

    private Network(String name) {
        this.name = name;
    }

    /** @param name at most five letters, other than those of every other network at the same time */
    static Network open(String name) {
        var network = new Network(name + ProcessHandle.current().pid() % 100_000);
        Tools.run("ip", "link", "add", network.name, "type", "bridge", "mcast_snooping", "0", "forward_delay", "0");
        Tools.run("ip", "addr", "add", IPV4 + "1/24", "dev", network.name);
        Tools.run("ip", "addr", "add", IPV6 + "1/64", "dev", network.name, "nodad");
        Tools.run("ip", "link", "set", network.name, "up");
        return network;
    }

    /** The bridge, for captures. */
    String device() {
        return name;
    }

    /** Of this machine. */
    String ipv4() {
        return IPV4 + "1";
    }

    String ipv6() {
        return "[" + IPV6 + "1]";
    }

    /** One more host, with an address of each kind. */
    Host host() {
        return host(true, true);
    }

    Host hostWithIpv6Only() {
        return host(false, true);
    }

    private Host host(boolean ipv4, boolean ipv6) {
        int number = hosts.size() + 2;
        var host = new Host(name + "n" + number, name + "h" + number, number);
        hosts.add(host);
        Tools.run("ip", "netns", "add", host.namespace);
        Tools.run("ip", "link", "add", host.here, "type", "veth", "peer", "name", "eth0", "netns", host.namespace);
        Tools.run("ip", "link", "set", host.here, "master", name, "up");
        host.ip("link", "set", "lo", "up");
        if (ipv4) {
            host.ip("addr", "add", IPV4 + number + "/24", "dev", "eth0");
        }
        if (ipv6) {
            host.ip("addr", "add", IPV6 + number + "/64", "dev", "eth0", "nodad");
        }
        host.ip("link", "set", "eth0", "up");
        return host;
    }

    @Override
    public void close() {
        hosts.forEach(Host::remove);
        Tools.run("ip", "link", "del", name);
    }

    /** A host's network; what runs in it is started by the test. */
    static final class Host {
        private final String namespace;
        private final String here;
        private final int number;

        private Host(String namespace, String here, int number) {
            this.namespace = namespace;
            this.here = here;
            this.number = number;
        }

        /** What goes before a command that is to run on this host. */
        List<String> prefix() {
            return List.of("ip", "netns", "exec", namespace);
        }

        String ipv4() {
            return IPV4 + number;
        }

        /** Pulls the plug. */
        void unplug() {
            Tools.run("ip", "link", "set", here, "down");
        }

        void plug() {
            Tools.run("ip", "link", "set", here, "up");
        }

        /** Ends all that runs on this host, at once. */
        void end() {
            Tools.run("ip", "netns", "pids", namespace)
                    .lines()
                    .map(Long::valueOf)
                    .flatMap(pid -> ProcessHandle.of(pid).stream())
                    .forEach(process -> {
                        process.destroyForcibly();
                        process.onExit().join();
                    });
        }

        /** Runs a tool on this host. */
        String run(String... command) {
            return Tools.run(
                    Stream.concat(prefix().stream(), Stream.of(command)).toList());
        }

        /** What this host's /etc/hosts says, and nothing of this machine's. */
        void hostsFile(String content) throws IOException {
            Files.createDirectories(etc());
            Files.writeString(etc().resolve("hosts"), content);
        }

        private void ip(String... arguments) {
            Tools.run(Stream.concat(Stream.of("ip", "-n", namespace), Stream.of(arguments))
                    .toList());
        }

        private Path etc() {
            return Path.of("/etc/netns", namespace);
        }

        private void remove() {
            Tools.run("ip", "netns", "del", namespace);
            try {
                Files.deleteIfExists(etc().resolve("hosts"));
                Files.deleteIfExists(etc());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
