package dev.muster.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a server must know of the collector, as the collector says itself. All of it may stand in a command line as it is: nothing in it
 * means anything to a shell.
 *
 * @param address where agents find it: address:port
 * @param others more such addresses, of which one may be the right one
 * @param key its public key, 44 characters
 * @param fingerprint of the key, to be compared by people
 */
record CollectorIdentity(String address, List<String> others, String key, String fingerprint) {
    private static final int DEFAULT_PORT = 1984;
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9_.:\\[\\]-]{1,300}");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{43}=");
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_.+/=-]{1,256}");

    CollectorIdentity {
        others = List.copyOf(others);
    }

    /** @param given by the administrator, in place of what the collector thinks; may be empty */
    static CollectorIdentity ask(ApiClient client, String given) {
        JsonNode agents = client.get("/status", Map.of()).json().path("agents");
        String key = agents.path("public_key").asText();
        if (!KEY.matcher(key).matches()) {
            throw new CliException(
                    CliException.REFUSED,
                    "the collector does not say its public key",
                    "",
                    "Is it an older version? \"muster enroll token --quiet\" makes a token nevertheless.");
        }
        List<String> own = agents.path("addresses")
                .valueStream()
                .map(JsonNode::asText)
                .filter(address -> ADDRESS.matcher(address).matches())
                .toList();
        if (!given.isEmpty()) {
            return new CollectorIdentity(
                    address(given), List.of(), key, agents.path("fingerprint").asText());
        }
        if (own.isEmpty()) {
            throw CliException.usage(
                    "the collector does not know by which address others reach it",
                    "Say it: --collector ADDRESS:PORT.");
        }
        return new CollectorIdentity(
                own.getFirst(),
                own.subList(1, own.size()),
                key,
                agents.path("fingerprint").asText());
    }

    /** What is run as root on a host with the agent's package. The token goes through a pipe, since options are seen by all users. */
    String enrolmentLine(String token) {
        return "printf %s " + safe(token) + " | muster-agent enrol --collector " + quoted(address) + " --key " + key
                + " --token-file - --start";
    }

    static String safe(String token) {
        if (TOKEN.matcher(token).matches()) {
            return token;
        }
        throw new CliException(CliException.NOT_REACHABLE, "what came from the collector is no token", "", "");
    }

    private static String address(String given) {
        if (ADDRESS.matcher(given).matches() && !given.startsWith("-")) {
            return given.matches(".*[^:\\]]:[0-9]+|.*\\]:[0-9]+") ? given : given + ":" + DEFAULT_PORT;
        }
        throw CliException.usage(
                "not an address of a collector: " + given, "Such as 192.0.2.7:1984, [2001:db8::7]:1984 or name:1984.");
    }

    /** Brackets may match names of files. */
    private static String quoted(String address) {
        return address.contains("[") ? "'" + address + "'" : address;
    }
}
