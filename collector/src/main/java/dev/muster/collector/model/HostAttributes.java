package dev.muster.collector.model;

import java.util.List;

/**
 * What an agent says of its host when it connects. Attributes, never identity: a host keeps its id when all of them change. Empty text
 * where the agent does not know.
 *
 * @param names host names, the one to show first
 * @param addresses IP addresses as text
 * @param machineIdHash SHA-256 of /etc/machine-id in hex
 * @param os the system's pretty name
 * @param bootId the kernel's random boot id
 */
public record HostAttributes(
        List<String> names,
        List<String> addresses,
        String machineIdHash,
        String os,
        String agentVersion,
        String bootId) {
    public HostAttributes {
        names = List.copyOf(names);
        addresses = List.copyOf(addresses);
    }
}
