package dev.muster.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Kernel parameters that a test may set, and how the agent gets to see them. */
interface Sysctls extends AutoCloseable {
    String LOG_MARTIANS = "net.ipv4.conf.all.log_martians";

    void set(String key, String value);

    /** What the system's own tool prints. */
    String get(String key);

    /** What goes before the agent's command line. */
    List<String> prefix();

    /** Options of the agent. */
    List<String> options();

    @Override
    void close();

    /** Plain files in a folder that the agent takes for the root of the host: needs no privilege. */
    static Sysctls files(Path root) {
        return new Sysctls() {
            @Override
            public void set(String key, String value) {
                Path file = file(key);
                try {
                    Files.createDirectories(file.getParent());
                    Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
                    Files.writeString(fresh, value + "\n");
                    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public String get(String key) {
                try {
                    return Files.readString(file(key)).strip();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public List<String> prefix() {
                return List.of();
            }

            @Override
            public List<String> options() {
                return List.of("--root=" + root);
            }

            @Override
            public void close() {}

            private Path file(String key) {
                return root.resolve("proc/sys").resolve(key.replace('.', '/'));
            }
        };
    }

    /** The kernel's own, of a network namespace that is made here and has a link to this one. Needs root and `ip`. */
    static Sysctls namespace(String name, String hereAddress, String thereAddress) {
        String here = name + "h";
        String there = name + "t";
        Tools.run("ip", "netns", "add", name);
        Tools.run("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", name);
        Tools.run("ip", "addr", "add", hereAddress + "/30", "dev", here);
        Tools.run("ip", "link", "set", here, "up");
        Tools.run("ip", "-n", name, "addr", "add", thereAddress + "/30", "dev", there);
        Tools.run("ip", "-n", name, "link", "set", there, "up");
        Tools.run("ip", "-n", name, "link", "set", "lo", "up");
        return new Sysctls() {
            @Override
            public void set(String key, String value) {
                Tools.run("ip", "netns", "exec", name, "sysctl", "-q", "-w", key + "=" + value);
            }

            @Override
            public String get(String key) {
                return Tools.run("ip", "netns", "exec", name, "sysctl", "-n", key)
                        .strip();
            }

            @Override
            public List<String> prefix() {
                return List.of("ip", "netns", "exec", name);
            }

            @Override
            public List<String> options() {
                return List.of();
            }

            @Override
            public void close() {
                Tools.run("ip", "netns", "del", name);
            }
        };
    }
}
