package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
        run("ip", "netns", "add", name);
        run("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", name);
        run("ip", "addr", "add", hereAddress + "/30", "dev", here);
        run("ip", "link", "set", here, "up");
        run("ip", "-n", name, "addr", "add", thereAddress + "/30", "dev", there);
        run("ip", "-n", name, "link", "set", there, "up");
        run("ip", "-n", name, "link", "set", "lo", "up");
        return new Sysctls() {
            @Override
            public void set(String key, String value) {
                run("ip", "netns", "exec", name, "sysctl", "-q", "-w", key + "=" + value);
            }

            @Override
            public String get(String key) {
                return run("ip", "netns", "exec", name, "sysctl", "-n", key).strip();
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
                run("ip", "netns", "del", name);
            }
        };
    }

    /** Runs a tool and returns what it prints; anything but success fails the test. */
    private static String run(String... command) {
        try {
            Process process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as("%s: %s", String.join(" ", command), printed)
                    .isZero();
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
