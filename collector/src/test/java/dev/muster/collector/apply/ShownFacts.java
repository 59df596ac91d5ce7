package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Random facts of the types that become nodes and edges, and what these must become: written out type by type, without the declarations
 * that the collector works from.
 */
final class ShownFacts {
    static final List<String> TYPES =
            List.of("os", "netconfig", "packages", "users", "groups", "services", "listening", "tcpdiscovery");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> NAMES = List.of("openssl", "libc6", "bash", "curl");
    private static final List<String> PROGRAMS = List.of("/usr/sbin/sshd", "/usr/bin/curl");

    private ShownFacts() {}

    static ObjectNode random(String type, int host, Random random) {
        ObjectNode data = JSON.objectNode();
        switch (type) {
            case "os" -> data.put("id", random.nextInt(6) == 0 ? "ubuntu" : "debian");
            case "netconfig" -> {
                ObjectNode nics = data.putObject("interfaces");
                for (int i = 0; i < random.nextInt(3); i++) {
                    ObjectNode nic = nics.putObject("eth" + i).put("address", "52:54:00:00:0" + host + ":0" + i);
                    nic.put("mtu", 1500 + random.nextInt(2));
                    ObjectNode addresses = nic.putObject("ipaddrs");
                    addresses.putObject("192.0.2." + (10 * host + random.nextInt(3)) + "/24");
                    addresses.putObject("fe80::" + (host + 1) + "/64");
                }
            }
            case "packages" -> {
                ObjectNode deb = data.putObject("deb");
                for (String name : NAMES) {
                    if (random.nextInt(3) > 0) {
                        deb.put(name + "::amd64", "1." + random.nextInt(3));
                    }
                }
                data.putObject("pip").put("flask", "0." + random.nextInt(2));
                data.put("kernel_count", random.nextInt(3));
            }
            case "users" -> {
                var accounts = data.putArray("accounts");
                for (String name : List.of("root", "alice", "bob")) {
                    if (random.nextInt(3) > 0) {
                        accounts.addObject().put("name", name).put("uid", random.nextInt(3));
                    }
                }
            }
            case "groups" -> {
                ObjectNode groups = data.putObject("groups");
                for (String name : List.of("adm", "sudo")) {
                    var members =
                            groups.putObject(name).put("gid", random.nextInt(2)).putArray("members");
                    new TreeSet<>(List.of("alice", "bob", "carol").subList(random.nextInt(4) % 4, 3))
                            .forEach(members::add);
                }
            }
            case "services" -> {
                for (String list : List.of("enabled", "active", "failed")) {
                    var names = data.putArray(list);
                    List.of("ssh", "cron", "nginx").stream()
                            .filter(name -> random.nextBoolean())
                            .forEach(names::add);
                }
            }
            case "listening" -> {
                var sockets = data.putArray("sockets");
                for (String program : PROGRAMS) {
                    for (int i = random.nextInt(3); i > 0; i--) {
                        ObjectNode socket =
                                sockets.addObject().put("proto", "tcp").put("port", 22 + random.nextInt(2));
                        socket.put(
                                "addr",
                                List.of("0.0.0.0", "127.0.0.1", "192.0.2.99").get(random.nextInt(3)));
                        socket.put("exe", program)
                                .put("uid", 0)
                                .put("package", random.nextBoolean() ? "openssl" : "curl");
                    }
                }
            }
            default -> {
                ObjectNode processes = data.putObject("processes");
                for (String program : PROGRAMS) {
                    if (random.nextInt(3) > 0) {
                        ObjectNode process =
                                processes.putObject(program).put("exe", program).put("uid", 0);
                        ObjectNode remotes = process.putObject("clientaddrs");
                        for (int i = random.nextInt(3); i > 0; i--) {
                            int port = 22 + random.nextInt(3);
                            remotes.putObject("r" + i)
                                    .put("addr", "192.0.2." + (10 * random.nextInt(3)))
                                    .put("port", port);
                        }
                    }
                }
            }
        }
        return data;
    }

    /** What one host's shown data becomes: a line for each node with what is looked at of it, and one for each edge. */
    static Set<String> lines(String host, Map<String, ObjectNode> data) {
        var lines = new TreeSet<String>();
        String distribution =
                data.getOrDefault("os", JSON.objectNode()).path("id").asText("");
        of(data, "netconfig").path("interfaces").properties().forEach(nic -> {
            String name = host + "/" + nic.getKey();
            lines.add("Nic " + name + " mtu=" + nic.getValue().path("mtu").asText());
            lines.add(host + " HAS_NIC " + name);
            nic.getValue().path("ipaddrs").properties().forEach(address -> {
                String ip = address.getKey().substring(0, address.getKey().indexOf('/'));
                lines.add("Address " + name + "/" + ip);
                lines.add(name + " HAS_ADDRESS " + name + "/" + ip);
                if (ip.startsWith("192.")) {
                    lines.add("Subnet 192.0.2.0/24");
                    lines.add(name + "/" + ip + " IN 192.0.2.0/24");
                }
            });
        });
        of(data, "packages")
                .path("deb")
                .properties()
                .forEach(entry -> installed(lines, host, purl(distribution, entry)));
        of(data, "packages")
                .path("pip")
                .properties()
                .forEach(entry -> installed(
                        lines,
                        host,
                        "pkg:pypi/" + entry.getKey() + "@" + entry.getValue().asText()));
        var accounts = new TreeMap<String, String>();
        of(data, "groups").path("groups").properties().forEach(group -> {
            String name = host + "/" + group.getKey();
            lines.add("Group " + name);
            lines.add(host + " HAS_GROUP " + name);
            group.getValue().path("members").forEach(member -> {
                accounts.putIfAbsent(member.asText(), "");
                lines.add(host + "/" + member.asText() + " MEMBER_OF " + name);
            });
        });
        of(data, "users").path("accounts").forEach(account -> {
            accounts.put(account.path("name").asText(), account.path("uid").asText());
            lines.add(host + " HAS_ACCOUNT " + host + "/" + account.path("name").asText());
        });
        accounts.forEach((name, uid) -> lines.add("Account " + host + "/" + name + " uid=" + uid));
        for (String name : List.of("ssh", "cron", "nginx")) {
            List<String> states = List.of("enabled", "active", "failed").stream()
                    .filter(list -> of(data, "services")
                            .path(list)
                            .valueStream()
                            .anyMatch(n -> n.asText().equals(name)))
                    .toList();
            if (!states.isEmpty()) {
                lines.add("Service " + host + "/" + name + " active=" + states.contains("active"));
                lines.add(host + " HAS_SERVICE " + host + "/" + name);
            }
        }
        of(data, "listening").path("sockets").forEach(socket -> listening(lines, host, data, distribution, socket));
        connections(host, data).forEach(connection -> {
            lines.add(connection);
            lines.add("Endpoint " + connection.substring(connection.indexOf(" CONNECTS ") + " CONNECTS ".length()));
        });
        of(data, "tcpdiscovery")
                .path("processes")
                .forEach(process -> runs(lines, host, process.path("exe").asText()));
        return lines;
    }

    static Set<String> connections(String host, Map<String, ObjectNode> data) {
        var connections = new TreeSet<String>();
        of(data, "tcpdiscovery")
                .path("processes")
                .forEach(process -> process.path("clientaddrs")
                        .forEach(remote ->
                                connections.add(host + "/" + process.path("exe").asText() + "/0/ CONNECTS tcp/"
                                        + remote.path("addr").asText() + "/"
                                        + remote.path("port").asText())));
        return connections;
    }

    private static void listening(
            Set<String> lines, String host, Map<String, ObjectNode> data, String distribution, JsonNode socket) {
        String program = socket.path("exe").asText();
        String process = host + "/" + program + "/0/";
        runs(lines, host, program);
        lines.add("File " + host + "/" + program);
        lines.add(process + " EXECUTES " + host + "/" + program);
        of(data, "packages").path("deb").properties().stream()
                .filter(entry -> entry.getKey().equals(socket.path("package").asText() + "::amd64"))
                .forEach(entry -> lines.add(host + "/" + program + " FROM " + purl(distribution, entry)));
        String address = socket.path("addr").asText();
        String port = socket.path("port").asText();
        String own = address.equals("192.0.2.99") ? "" : host + "/";
        listens(lines, process, own + "tcp/" + address + "/" + port);
        if (address.equals("0.0.0.0")) {
            of(data, "netconfig")
                    .path("interfaces")
                    .forEach(nic -> nic.path("ipaddrs").properties().stream()
                            .filter(entry -> entry.getKey().startsWith("192."))
                            .forEach(entry -> listens(
                                    lines, process, "tcp/" + entry.getKey().replaceAll("/.*", "") + "/" + port)));
        }
    }

    private static void listens(Set<String> lines, String process, String endpoint) {
        lines.add("Endpoint " + endpoint);
        lines.add(process + " LISTENS " + endpoint);
    }

    private static void runs(Set<String> lines, String host, String program) {
        lines.add("Process " + host + "/" + program + "/0/");
        lines.add(host + " RUNS " + host + "/" + program + "/0/");
    }

    private static void installed(Set<String> lines, String host, String purl) {
        String ofAnyVersion = purl.substring(0, purl.indexOf('@'));
        lines.add("PackageVersion " + purl);
        lines.add("Package " + ofAnyVersion);
        lines.add(host + " INSTALLED " + purl);
        lines.add(purl + " OF " + ofAnyVersion);
    }

    private static String purl(String distribution, Map.Entry<String, JsonNode> entry) {
        String name = entry.getKey().replace("::amd64", "");
        String vendor = distribution.isEmpty() ? "" : distribution + "/";
        return "pkg:deb/" + vendor + name + "@" + entry.getValue().asText() + "?arch=amd64";
    }

    private static JsonNode of(Map<String, ObjectNode> data, String type) {
        return Optional.ofNullable(data.get(type)).orElseGet(JSON::objectNode);
    }
}
