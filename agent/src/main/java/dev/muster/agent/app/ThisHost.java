package dev.muster.agent.app;

import dev.muster.protocol.message.Hello;
import dev.muster.protocol.message.LastRun;
import dev.muster.protocol.noise.Primitives;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Says who this host is: attributes for people, never what identifies it. */
record ThisHost(
        Optional<String> toldName,
        Supplier<Optional<String>> token,
        DesiredState wanted,
        LastRun lastRun,
        InstantSource clock) {
    private static final String VERSION = "0.1.0";
    private static final int MAX_ADDRESSES = 128;

    Hello hello() {
        return new Hello(
                List.of(name()),
                addresses(),
                machineIdHash(),
                prettyName(),
                VERSION,
                read("/proc/sys/kernel/random/boot_id"),
                clock.instant(),
                token.get().orElse(""),
                wanted.generation(),
                wanted.peersGeneration(),
                lastRun);
    }

    /** Differs between hosts and is the same at each start of one. */
    long seed() {
        String id = read("/etc/machine-id");
        return (id.isEmpty() ? name() : id).hashCode() * 0x9E3779B97F4A7C15L;
    }

    String name() {
        return toldName.orElseGet(() -> {
            String name = read("/proc/sys/kernel/hostname");
            return name.isEmpty() ? "localhost" : name;
        });
    }

    private static List<String> addresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .map(ThisHost::withoutZone)
                    .sorted()
                    .limit(MAX_ADDRESSES)
                    .toList();
        } catch (SocketException e) {
            return List.of();
        }
    }

    /** The zone of an IPv6 address means something on this host only. */
    private static String withoutZone(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    /** Empty where it has no id. */
    static String machineIdHash() {
        String id = read("/etc/machine-id");
        return id.isEmpty() ? "" : HexFormat.of().formatHex(Primitives.sha256(id.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String prettyName() {
        return read("/etc/os-release")
                .lines()
                .filter(line -> line.startsWith("PRETTY_NAME="))
                .map(line -> line.substring("PRETTY_NAME=".length()).replaceAll("^[\"']|[\"']$", ""))
                .findFirst()
                .orElse("");
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
