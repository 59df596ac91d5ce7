package dev.muster.packaging;

import java.util.List;

/** Two network namespaces with a cable between them; gone when closed. */
final class Namespaces implements AutoCloseable {
    static final String COLLECTOR_ADDRESS = "10.79.84.1";
    static final String AGENT_ADDRESS = "10.79.84.2";

    private final String prefix = "mp" + ProcessHandle.current().pid();

    Namespaces() {
        for (String name : List.of(collector(), agent())) {
            Tool.run("ip", "netns", "add", name);
            Tool.run("ip", "-n", name, "link", "set", "lo", "up");
        }
        // An interface of the same name at each end.
        Tool.run(
                "ip",
                "link",
                "add",
                "m0",
                "netns",
                collector(),
                "type",
                "veth",
                "peer",
                "name",
                "m0",
                "netns",
                agent());
        address(collector(), COLLECTOR_ADDRESS);
        address(agent(), AGENT_ADDRESS);
    }

    private static void address(String namespace, String address) {
        Tool.run("ip", "-n", namespace, "addr", "add", address + "/24", "dev", "m0");
        Tool.run("ip", "-n", namespace, "link", "set", "m0", "up");
    }

    String collector() {
        return prefix + "c";
    }

    String agent() {
        return prefix + "a";
    }

    @Override
    public void close() {
        Tool.result(List.of("ip", "netns", "del", agent()));
        Tool.result(List.of("ip", "netns", "del", collector()));
    }
}
