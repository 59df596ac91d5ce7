package dev.muster.bench;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the items named on the command line, or all, and prints a Markdown table. */
public final class Benchmarks {
    private static final Map<String, Item> ITEMS = items();

    private Benchmarks() {}

    /**
     * Runs to the end and leaves.
     *
     * @param arguments names of items, separated by commas; none or {@code all} for all
     */
    public static void main(String[] arguments) throws Exception {
        List<String> names = arguments.length == 0 || arguments[0].equals("all")
                ? List.copyOf(ITEMS.keySet())
                : List.of(arguments[0].split(",", -1));
        System.out.printf(
                "%d cores, %s %s, load %.1f%n%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.vm.name"),
                Runtime.version(),
                load());
        System.out.println("| what | goal | measured | ratio | verdict | load |");
        System.out.println("|---|---|---|---|---|---|");
        for (String name : names) {
            Item item = ITEMS.get(name);
            if (item == null) {
                throw new IllegalArgumentException("no item " + name + "; there are " + ITEMS.keySet());
            }
            for (Row row : item.measure()) {
                System.out.println(row.markdown(load()));
            }
        }
        System.exit(0);
    }

    private static Map<String, Item> items() {
        Map<String, Item> all = new LinkedHashMap<>();
        all.put("handshake", new HandshakeItem());
        all.put("receive", new ReceiveItem());
        all.put("heap", new HeapItem());
        all.put("transfer", new TransferItem());
        all.put("junk", new JunkItem());
        all.put("rules", new RulesItem());
        all.put("fleet", new FleetItem());
        return all;
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
