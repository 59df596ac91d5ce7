package dev.muster.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A machine on which the blocks of a guide are typed: a host of the network with a name, folders that stand for /etc and /var, and this
 * build's programs under the names that the packages give them. {@code systemctl} starts and stops them with the options of their units.
 * Its agent runs few types, and looks at kernel parameters every two seconds, so that nobody waits for a minute.
 */
final class GuideMachine {
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
    private static final long ENDS_SECONDS = 180;

    private final String name;
    private final Path folder;
    private final Network.Host host;

    GuideMachine(String name, Path folder, Network.Host host) throws IOException {
        this.name = name;
        this.folder = folder;
        this.host = host;
        for (String each : List.of(
                "bin",
                "work",
                "etc/muster/collector-keys",
                "etc/muster/notification.d",
                "etc/muster/rules.d",
                "etc/default",
                "var/lib/muster/collector",
                "var/lib/muster-agent",
                "run",
                "tmp")) {
            Files.createDirectories(folder.resolve(each));
        }
        host.hostsFile("127.0.0.1 localhost " + name + "\n");
        program("muster", "exec ./muster \"$@\"");
        program("muster-collector", "exec ./muster collector \"$@\" --config=\"$FOLDER/etc/muster/collector.yaml\"");
        program("muster-agent", """
                { cat "$FOLDER/etc/muster/agent.conf"
                  echo "STATE=$FOLDER/var/lib/muster-agent"
                  echo "RUN=$FOLDER/run"
                  echo "COLLECTOR_KEYS=$FOLDER/etc/muster/collector-keys"
                  echo "OWN_TYPES=$FOLDER/etc/muster/discovery.d"
                  echo "TYPES_OFF=$TYPES_OFF"
                  echo "INTERVALS=proc_sys=2"; } >"$FOLDER/effective.conf"
                exec ./muster agent "$@" --config="$FOLDER/effective.conf\"""");
        program("systemctl", """
                service=${3:-$2}
                log=$FOLDER/$service.log pid=$FOLDER/$service.pid
                if [ -f "$pid" ]; then
                  kill -TERM "$(cat "$pid")" || :
                  while kill -0 "$(cat "$pid")" 2>/dev/null; do sleep 0.1; done
                  rm -f "$pid"
                fi
                case $1 in stop) exit 0 ;; esac
                case $service in
                  muster-collector)
                    home=$FOLDER/var/lib/muster/collector
                    rm -f "$home/api/api.url"
                    setsid ./muster collector --home "$home" --config "$FOLDER/etc/muster/collector.yaml" --allow-root \\
                      --bolt-port 0 >>"$log" 2>&1 </dev/null &
                    echo $! >"$pid"
                    until [ -s "$home/api/api.url" ]; do
                      kill -0 "$(cat "$pid")" || { tail -n 20 "$log"; exit 1; }
                      sleep 0.2
                    done
                    ;;
                  muster-agent)
                    setsid muster-agent run >>"$log" 2>&1 </dev/null &
                    echo $! >"$pid"
                    ;;
                esac""");
    }

    private void program(String program, String script) throws IOException {
        Path file = folder.resolve("bin").resolve(program);
        Files.writeString(file, "#!/bin/sh\nset -eu\ncd '%s'\nFOLDER='%s'\n%s\n".formatted(TOP, folder, script));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Path file(String path) {
        return folder.resolve(path);
    }

    /** Where a login on it begins, and where files that are copied to it arrive. */
    Path work() {
        return folder.resolve("work");
    }

    /** Types it, and returns what was printed; anything but success fails the test. */
    String type(String block) {
        return type(block, work());
    }

    String type(String block, Path from) {
        try {
            Path output = Files.createTempFile(folder, "printed", ".txt");
            Process shell = start(from, output, "sh", "-eu", "-c", block);
            boolean ended = shell.waitFor(ENDS_SECONDS, TimeUnit.SECONDS);
            String printed = Files.readString(output);
            assertThat(ended).as("%s%n%s", block, printed).isTrue();
            assertThat(shell.exitValue()).as("%s%n%s", block, printed).isZero();
            return printed;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Starts a command in a session of its own, so that an interrupt reaches it and its children as from a terminal, and nobody else. */
    Process start(Path from, Path output, String... command) throws IOException {
        List<String> all = new ArrayList<>(host.prefix());
        all.addAll(List.of("unshare", "--uts", "sh", "-c", "hostname \"$0\" && exec \"$@\"", name));
        all.addAll(List.of("setsid", "env", "--default-signal=INT"));
        all.addAll(List.of(command));
        var builder = new ProcessBuilder(all)
                .directory(from.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("MUSTER") || key.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().put("MUSTER_BUILD", "never");
        builder.environment().put("MUSTER_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("MUSTER_DEMO_HOME", folder.resolve("demo").toString());
        builder.environment().put("MUSTER_API_HOME", api().toString());
        builder.environment()
                .put("TYPES_OFF", AgentProcess.only("proc_sys", "os").replaceFirst("^.*=", ""));
        builder.environment().put("TMPDIR", folder.resolve("tmp").toString());
        builder.environment().merge("PATH", folder.resolve("bin").toString(), (path, first) -> first + ":" + path);
        return builder.start();
    }

    private Path api() {
        return Files.exists(folder.resolve("demo/collector/api"))
                ? folder.resolve("demo/collector/api")
                : folder.resolve("var/lib/muster/collector/api");
    }

    /** Ends what {@code systemctl} started, and whatever a failed test left. */
    void stop() {
        host.end();
    }
}
