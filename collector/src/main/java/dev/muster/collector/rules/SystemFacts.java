package dev.muster.collector.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** What host functions answer about the system and its services. */
final class SystemFacts {
    static final String OS = "os";
    static final String COMMANDS = "commands";
    static final String SERVICES = "services";
    static final String VIRTUALISATION = "virtualisation";
    static final String BLOCKDEVS = "blockdevs";
    static final String MDADM = "mdadm";
    static final String BOOTLOADER = "bootloader";

    private static final String SERVICE_SUFFIX = ".service";

    /** Services that run containers, so that a host with one forwards packets and has interfaces that come and go. */
    private static final Set<String> CONTAINER_ENGINES = Set.of(
            "docker",
            "containerd",
            "podman",
            "crio",
            "cri-o",
            "kubelet",
            "k3s",
            "k3s-agent",
            "rke2-server",
            "lxd",
            "incus");

    /** What hypervisors call the disks that they make. */
    private static final List<String> VIRTUAL_MODELS = List.of("virtual", "qemu", "vbox", "vmware", "msft");

    private SystemFacts() {}

    /** Whether a program of that name lies in a standard folder. */
    static Answer cmd(Scene scene, List<Object> arguments) {
        String name = HostFunctions.text(arguments, 0);
        return Source.ask(scene, "cmd", COMMANDS, from -> {
            JsonNode paths = from.data().path(name);
            boolean found = paths.isTextual() || !paths.isEmpty();
            return found ? Answer.YES : from.unless(Answer.NO, name);
        });
    }

    static Answer svcActive(Scene scene, List<Object> arguments) {
        return Source.ask(
                scene, "svcActive", SERVICES, from -> service(from, "active", HostFunctions.text(arguments, 0)));
    }

    static Answer svcEnabled(Scene scene, List<Object> arguments) {
        return Source.ask(
                scene, "svcEnabled", SERVICES, from -> service(from, "enabled", HostFunctions.text(arguments, 0)));
    }

    /** With or without {@code .service}; other units by their whole name. */
    private static Answer service(Source from, String member, String name) {
        String plain =
                name.endsWith(SERVICE_SUFFIX) ? name.substring(0, name.length() - SERVICE_SUFFIX.length()) : name;
        boolean listed = from.lists(member, plain) || from.lists(member, plain + SERVICE_SUFFIX);
        return listed ? Answer.YES : from.unless(Answer.NO, member);
    }

    static Answer containerHost(Scene scene, List<Object> arguments) {
        return Source.ask(scene, "containerHost", SERVICES, from -> {
            boolean runs = from.data()
                    .path("active")
                    .valueStream()
                    .map(unit -> unit.asText().replaceFirst("[.]service$", ""))
                    .anyMatch(CONTAINER_ENGINES::contains);
            return runs ? Answer.YES : from.unless(Answer.NO, "active");
        });
    }

    /** A family ({@code rhel}) or one distribution's id ({@code rocky}). */
    static Answer osFamily(Scene scene, List<Object> arguments) {
        String wanted = HostFunctions.text(arguments, 0);
        return Source.ask(
                scene,
                "osFamily",
                OS,
                from -> from.text(
                        "family",
                        family -> new Answer.Value(wanted.equals(family)
                                || wanted.equals(from.data().path("id").asText()))));
    }

    static Answer isContainer(Scene scene, List<Object> arguments) {
        return Source.ask(scene, "isContainer", VIRTUALISATION, from -> isSomething(from, "container_kind"));
    }

    static Answer isVirtual(Scene scene, List<Object> arguments) {
        return Source.ask(scene, "isVirtual", VIRTUALISATION, from -> isSomething(from, "kind"));
    }

    static Answer hasBootloader(Scene scene, List<Object> arguments) {
        return Source.ask(scene, "hasBootloader", BOOTLOADER, from -> isSomething(from, "kind"));
    }

    /** Whether a kind is there that is not the word for nothing. */
    private static Answer isSomething(Source from, String member) {
        String kind = from.data().path(member).asText();
        boolean nothing = kind.isEmpty() || kind.equals("none") || kind.equals("null");
        return nothing ? from.unless(Answer.NO, member) : Answer.YES;
    }

    static Answer hasMdRaid(Scene scene, List<Object> arguments) {
        return Source.ask(
                scene,
                "hasMdRaid",
                MDADM,
                from -> from.data().path("arrays").isEmpty() ? from.unless(Answer.NO, "arrays") : Answer.YES);
    }

    /** Disks that can be worn out: no loop, memory, network or hypervisor made them. */
    static Answer hasPhysicalDisks(Scene scene, List<Object> arguments) {
        return Source.ask(scene, "hasPhysicalDisks", BLOCKDEVS, from -> {
            Stream<JsonNode> disks = from.data().path("disks").valueStream();
            return disks.anyMatch(SystemFacts::isPhysical) ? Answer.YES : from.unless(Answer.NO, "disks");
        });
    }

    private static boolean isPhysical(JsonNode disk) {
        String name = disk.path("name").asText();
        String model = disk.path("model").asText().toLowerCase(Locale.ROOT);
        boolean hasName =
                name.startsWith("sd") || name.startsWith("nvme") || name.startsWith("hd") || name.startsWith("dasd");
        return hasName
                && disk.path("type").asText("disk").equals("disk")
                && VIRTUAL_MODELS.stream().noneMatch(model::contains);
    }
}
