package dev.muster.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A service as its unit describes it; the last setting of a name counts. */
record Unit(List<String> lines) {
    static Unit read(Path file) throws IOException {
        return new Unit(Files.readAllLines(file));
    }

    /** Empty where it is not there. */
    String value(String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "="))
                .reduce((first, last) -> last)
                .map(line -> line.substring(name.length() + 1))
                .orElse("");
    }

    /** Sorted, as capabilities(7) names them. */
    List<String> capabilities(String name) {
        return value(name).isEmpty() ? List.of() : List.of(value(name).split(" ", -1));
    }

    /** What setpriv(1) must be told so that a program has the user and the privileges that this service has. */
    List<String> privileges(String user, String group) {
        String ambient = changes(capabilities("AmbientCapabilities"));
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid", user, "--regid", group, "--clear-groups"));
        all.addAll(List.of("--inh-caps", ambient, "--ambient-caps", ambient));
        all.addAll(List.of("--bounding-set", changes(capabilities("CapabilityBoundingSet"))));
        if (value("NoNewPrivileges").equals("yes")) {
            all.add("--no-new-privs");
        }
        return all;
    }

    /** What the service manager starts, with its privileges. */
    List<String> command() {
        List<String> all = privileges(value("User"), value("Group"));
        all.addAll(List.of(value("ExecStart").split(" ", -1)));
        return all;
    }

    private static String changes(List<String> capabilities) {
        return capabilities.stream()
                .map(name -> ",+" + name.substring("CAP_".length()).toLowerCase(Locale.ROOT))
                .reduce("-all", String::concat);
    }
}
