package dev.muster.protocol.message;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of HELLO (type 1): who the agent is, sent first after each handshake. An empty string says that the agent does not know or
 * does not have it.
 *
 * <pre>
 * {"addresses":[…],"agent_version":"…","boot_id":"…","clock":ms since 1970,"generation":"hex","machine_id_hash":"hex",
 *  "last_run":"unknown|ended|died","names":[…],"os":"…","peers_generation":"hex","token":"…"}
 * </pre>
 *
 * @param names host names, the one to show first; 1 to 32
 * @param addresses IP addresses of its interfaces as text, at most 128
 * @param machineIdHash SHA-256 of /etc/machine-id as hexadecimal
 * @param osPrettyName PRETTY_NAME of os-release
 * @param bootId the kernel's random boot id
 * @param clock the agent's wall clock, for show and for the offset only
 * @param token enrolment token; a secret, left out of {@link #toString()}
 * @param generation hash of the desired state (DESIRED) that the agent holds
 * @param peersGeneration hash of the list of neighbours (PEERS) that the agent holds
 * @param lastRun how the process before this one came to its end
 */
public record Hello(
        List<String> names,
        List<String> addresses,
        String machineIdHash,
        String osPrettyName,
        String agentVersion,
        String bootId,
        Instant clock,
        String token,
        String generation,
        String peersGeneration,
        LastRun lastRun) {
    /** wire-protocol.md, Enrolment: all that an agent may send before it is trusted. */
    public static final int MAX_BODY_BYTES = 4_096;

    /** RFC 1035 section 2.3.4. */
    private static final int MAX_NAME_CHARS = 253;

    private static final int MAX_NAMES = 32;
    private static final int MAX_ADDRESSES = 128;
    /** An IPv6 address with a zone of 16 characters (IFNAMSIZ). */
    private static final int MAX_ADDRESS_CHARS = 64;

    private static final int MAX_TEXT_CHARS = 256;
    private static final int HASH_BYTES = 32;

    public Hello {
        names = Bounds.texts("names", names, MAX_NAMES, MAX_NAME_CHARS);
        Bounds.atLeast("the number of names", names.size(), 1);
        addresses = Bounds.texts("addresses", addresses, MAX_ADDRESSES, MAX_ADDRESS_CHARS);
        Bounds.hexOrEmpty("machine_id_hash", machineIdHash, HASH_BYTES);
        Bounds.text("os", osPrettyName, MAX_TEXT_CHARS);
        Bounds.required("agent_version", agentVersion, MAX_TEXT_CHARS);
        Bounds.text("boot_id", bootId, MAX_TEXT_CHARS);
        Bounds.text("token", token, MAX_TEXT_CHARS);
        Bounds.hexOrEmpty("generation", generation, HASH_BYTES);
        Bounds.hexOrEmpty("peers_generation", peersGeneration, HASH_BYTES);
        clock = Instant.ofEpochMilli(clock.toEpochMilli());
    }

    /**
     * The record body, at most {@value #MAX_BODY_BYTES} bytes. A host with more names and addresses than fit there keeps the first ones.
     */
    public byte[] encode() {
        Hello shorter = this;
        byte[] body = shorter.encodeAll();
        while (body.length > MAX_BODY_BYTES && shorter.names.size() + shorter.addresses.size() > 1) {
            shorter = shorter.withoutLast();
            body = shorter.encodeAll();
        }
        return body;
    }

    private Hello withoutLast() {
        boolean fromAddresses = !addresses.isEmpty();
        return new Hello(
                fromAddresses ? names : names.subList(0, names.size() - 1),
                fromAddresses ? addresses.subList(0, addresses.size() - 1) : addresses,
                machineIdHash,
                osPrettyName,
                agentVersion,
                bootId,
                clock,
                token,
                generation,
                peersGeneration,
                lastRun);
    }

    private byte[] encodeAll() {
        JsonBytes out = new JsonBytes(1_024);
        out.raw("{\"addresses\":");
        FactsHash.strings(out, addresses);
        out.raw(",\"agent_version\":").string(agentVersion);
        out.raw(",\"boot_id\":").string(bootId);
        out.raw(",\"clock\":").number(clock.toEpochMilli());
        out.raw(",\"generation\":").string(generation);
        out.raw(",\"last_run\":").string(lastRun.wireName());
        out.raw(",\"machine_id_hash\":").string(machineIdHash);
        out.raw(",\"names\":");
        FactsHash.strings(out, names);
        out.raw(",\"os\":").string(osPrettyName);
        out.raw(",\"peers_generation\":").string(peersGeneration);
        return out.raw(",\"token\":").string(token).raw('}').toByteArray();
    }

    public static Hello decode(byte[] body) {
        if (body.length > MAX_BODY_BYTES) {
            throw new MalformedMessage(
                    "HELLO is " + body.length + " bytes, at most " + MAX_BODY_BYTES + " are allowed");
        }
        var fields = new Fields();
        MessageObject.read(body, fields::read);
        return fields.hello();
    }

    @Override
    public String toString() {
        return "Hello[names=" + names + ", addresses=" + addresses + ", os=" + osPrettyName + ", agentVersion="
                + agentVersion + ", bootId=" + bootId + ", clock=" + clock + ", token="
                + (token.isEmpty() ? "none" : "hidden") + "]";
    }

    private static final class Fields {
        private List<String> names = new ArrayList<>();
        private List<String> addresses = new ArrayList<>();
        private String machineIdHash = "";
        private String osPrettyName = "";
        private String agentVersion = "";
        private String bootId = "";
        private long clock;
        private String token = "";
        private String generation = "";
        private String peersGeneration = "";
        private LastRun lastRun = LastRun.UNKNOWN;

        private boolean read(String name, JsonInput in) {
            switch (name) {
                case "names" -> names = in.readStrings(name, MAX_NAMES);
                case "addresses" -> addresses = in.readStrings(name, MAX_ADDRESSES);
                case "machine_id_hash" -> machineIdHash = in.readString(name);
                case "os" -> osPrettyName = in.readString(name);
                case "agent_version" -> agentVersion = in.readString(name);
                case "boot_id" -> bootId = in.readString(name);
                case "clock" -> clock = in.readLong(name);
                case "token" -> token = in.readString(name);
                case "generation" -> generation = in.readString(name);
                case "last_run" -> lastRun = LastRun.ofWireName(in.readString(name));
                case "peers_generation" -> peersGeneration = in.readString(name);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private Hello hello() {
            return new Hello(
                    names,
                    addresses,
                    machineIdHash,
                    osPrettyName,
                    agentVersion,
                    bootId,
                    Instant.ofEpochMilli(clock),
                    token,
                    generation,
                    peersGeneration,
                    lastRun);
        }
    }
}
