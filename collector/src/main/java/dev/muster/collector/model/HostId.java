package dev.muster.collector.model;

import java.util.UUID;

/** Names a host for ever: a UUIDv7 given at approval and never reused. Names, addresses and keys are what a host has. */
public record HostId(UUID value) {
    public static HostId parse(String text) {
        return new HostId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
