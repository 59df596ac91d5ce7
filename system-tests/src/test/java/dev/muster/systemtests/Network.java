package dev.muster.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Hosts on one Ethernet: a bridge on this machine, at which the collector listens, and a network namespace for each host, joined by a veth
 * pair. Needs root and {@code ip}. Nothing of it is left after {@link #close}.
 */
final class Network implements AutoCloseable {
    /** Taken by tests that use UDP port 1984 of this machine itself. Networks have addresses of their own and need none. */
    static final String PORT_1984 = "UDP port 1984";

    /** Of this process, so that another build on this machine has its own: 60 to 249, above that of {@link TransitionMailIT}. */
    private static final int OF_PROCESS = 60 + (int) (ProcessHandle.current().pid() % 190);

    /** Far more than are there at the same time. */
    private static final int OF_ONE_PROCESS = 16;

    private static final AtomicInteger OPENED = new AtomicInteger();

    private final String name;
    private final String ipv4;
    private final String ipv6;
    private final List<Host> hosts = new ArrayList<>();

    private Network(String name, int number) {
        this.name = name;
        ipv4 = "10." + (211 + number) + "." + OF_PROCESS + ".";
        ipv6 = "fd00:6d75:7374:" + Integer.toHexString(number << 8 | OF_PROCESS) + "::";
    }

    /** @param name at most five letters, other than those of every other network at the same time */
    static Network open(String name) {
        var network =
                new Network(name + ProcessHandle.current().pid() % 100_000, OPENED.getAndIncrement() % OF_ONE_PROCESS);
        Tools.run("ip", "link", "add", network.name, "type", "bridge", "mcast_snooping", "0", "forward_delay", "0");
        Tools.run("ip", "addr", "add", network.ipv4 + "1/24", "dev", network.name);
        Tools.run("ip", "addr", "add", network.ipv6 + "1/64", "dev", network.name, "nodad");
        Tools.run("ip", "link", "set", network.name, "up");
        return network;
    }

    /** The bridge, for captures. */
    String device() {
        return name;
    }

    /** Of this machine. */
    String ipv4() {
        return ipv4 + "1";
    }

    String ipv6() {
        return "[" + ipv6 + "1]";
    }

    /** One more host, with an address of each kind. */
    Host host() {
        return host(true, true);
    }

    Host hostWithIpv6Only() {
        return host(false, true);
    }

    private Host host(boolean hasIpv4, boolean hasIpv6) {
        int number = hosts.size() + 2;
        var host = new Host(name + "n" + number, name + "h" + number, ipv4 + number);
        hosts.add(host);
        Tools.run("ip", "netns", "add", host.namespace);
        Tools.run("ip", "link", "add", host.here, "type", "veth", "peer", "name", "eth0", "netns", host.namespace);
        Tools.run("ip", "link", "set", host.here, "master", name, "up");
        host.ip("link", "set", "lo", "up");
        if (hasIpv4) {
            host.ip("addr", "add", host.ipv4 + "/24", "dev", "eth0");
        }
        if (hasIpv6) {
            host.ip("addr", "add", ipv6 + number + "/64", "dev", "eth0", "nodad");
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
        private final String ipv4;

        private Host(String namespace, String here, String ipv4) {
            this.namespace = namespace;
            this.here = here;
            this.ipv4 = ipv4;
        }

        /** What goes before a command that is to run on this host. */
        List<String> prefix() {
            return List.of("ip", "netns", "exec", namespace);
        }

        String ipv4() {
            return ipv4;
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
