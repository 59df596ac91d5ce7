package dev.muster.collector.app;

import dev.muster.collector.model.EnrolmentPolicy;
import dev.muster.collector.model.Keyring;
import dev.muster.protocol.noise.PublicKey;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a collector says once it runs: where it listens, who it is, how servers join, and what is not configured yet, and how.
 *
 * @param listens for agents
 * @param reachable where agents elsewhere may find it, the likeliest first
 * @param spare where the spare key is
 */
record Welcome(
        Path home,
        CollectorConfig config,
        PublicKey key,
        InetSocketAddress listens,
        List<InetSocketAddress> reachable,
        Api api,
        Keyring.Place spare) {

    /** Where commands and browsers ask. */
    record Api(URI url, String certificateFingerprint) {}

    Welcome {
        reachable = List.copyOf(reachable);
    }

    String text() {
        List<String> lines = new ArrayList<>();
        lines.add("Muster collector is ready.");
        lines.add("  agents       UDP " + Collector.shown(listens) + elsewhere());
        lines.add("  key          " + key.toBase64());
        lines.add("  fingerprint  " + key.fingerprint());
        lines.add("  api          " + api.url() + (isLoopback() ? ", this machine only (api: in collector.yaml)" : ""));
        lines.add("  certificate  SHA-256 " + api.certificateFingerprint());
        lines.add("  graph        "
                + config.graph()
                        .uri()
                        .orElseGet(() -> "embedded, in " + home.resolve("graph") + ": there is nothing to set up"));
        lines.add("  state        " + home);
        config.mail()
                .ifPresent(mail -> lines.add("  mail         to "
                        + String.join(", ", mail.addresses().recipients()) + " by "
                        + mail.server().host() + ":" + mail.server().port()));
        joining(lines);
        missing(lines);
        return String.join("\n", lines);
    }

    private void joining(List<String> lines) {
        lines.add("Servers join, one of these ways:");
        lines.add("  muster install-agent HOST...                      over ssh, nothing to do on the host");
        lines.add(
                "  muster enroll token --uses 50 --expires 7d        prints a line to paste on each, with the agent's package installed");
        if (config.enrolment() != EnrolmentPolicy.TOKEN_ONLY) {
            String then = config.enrolment() == EnrolmentPolicy.ACCEPT ? "" : "   then here: muster agents approve KEY";
            lines.add("  " + enrolmentLine() + then);
        }
    }

    private String enrolmentLine() {
        String address = reachable.isEmpty() ? "" : " --collector " + Collector.shown(reachable.getFirst());
        return "muster-agent enrol" + address + " --key " + key.toBase64() + " --start";
    }

    private void missing(List<String> lines) {
        List<String> all = new ArrayList<>();
        if (config.mail().isEmpty()) {
            all.add(
                    "  mail         findings wait in the outbox, nothing is lost. In /etc/muster/collector.yaml, or where that is not there in");
            all.add("               " + home.resolve("collector.yaml") + ", and restart:");
            all.add("                 mail: {host: smtp.example.org, from: muster@example.org, to: ops@example.org}");
        }
        if (spare == Keyring.Place.ON_THIS_MACHINE) {
            all.add("  spare key    lies beside the one in use; move it away: muster keys export-spare FILE");
        }
        if (!all.isEmpty()) {
            lines.add("Not done yet:");
            lines.addAll(all);
        }
    }

    private String elsewhere() {
        if (listens.getAddress().isLoopbackAddress()) {
            return ", this machine only (listen: in collector.yaml)";
        }
        if (!listens.getAddress().isAnyLocalAddress()) {
            return "";
        }
        return reachable.isEmpty()
                ? ""
                : "; from elsewhere " + reachable.stream().map(Collector::shown).collect(Collectors.joining(", "));
    }

    private boolean isLoopback() {
        return config.api().getAddress().isLoopbackAddress();
    }
}
