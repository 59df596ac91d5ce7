package dev.muster.agent.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every key there is, as it is read and as documents and the installed file tell of it; its option on the command line is the same in
 * lower case with dashes.
 */
@SuppressWarnings("ImmutableEnumChecker") // each form is a record of texts and numbers
enum Setting {
    COLLECTORS(
            "",
            new Form.Text(
                    "addresses as `192.0.2.7:1984`, `[2001:db8::7]:1984` or `name:1984`, separated by commas, at most 64"),
            "Where the collector is, tried in this order. Empty: searched by multicast.",
            "Each more: one try when those before it do not answer."),
    MULTICAST(
            CollectorAddress.DEFAULT_GROUP.toString(),
            new Form.Text("group:port"),
            "Where to search, where `COLLECTORS` is empty.",
            "One packet a try."),
    TTL(
            "31",
            // A byte of the IP header.
            new Form.Count(1, 255, "routers"),
            "How many routers that search may cross.",
            "Higher: reaches more networks with each packet."),
    COLLECTOR_KEYS(
            "/etc/muster/collector-keys",
            new Form.Text("a path"),
            "Folder with the public keys (`*.pub`) of the collectors that may answer.",
            "Whoever may write there chooses whom this host tells everything, so leave it to root."),
    TOKEN_FILE(
            "",
            new Form.Text("a path"),
            "File with an enrolment token; without one an administrator approves this host's key once.",
            "It is a secret until it is used; mode 0640, group `muster`."),
    BIND(
            "",
            new Form.Text("an address as `192.0.2.7` or `[2001:db8::7]:1984`"),
            "Address of this host to listen at; empty for all.",
            "With one, neighbours must reach it there."),
    PORT(
            "1984",
            new Form.Count(0, 65_535, ""),
            "UDP port to listen at; 0, or one that is taken, for any.",
            "Another: open it in the firewall for neighbours."),
    SCRIPTS(
            "",
            new Form.Text("a path"),
            "Folder of the discovery scripts; empty for those inside the program.",
            "They run with the agent's capabilities, so leave it to root."),
    OWN_TYPES(
            "/etc/muster/discovery.d",
            new Form.Text("a path"),
            "Folder of your own discovery types.",
            "They run with the agent's capabilities, so leave it to root."),
    TYPES_ON(
            "",
            new Form.Text("names of discovery types, separated by commas"),
            "What runs here although it is off everywhere else (`smart`, `logins` …).",
            "What each says on its page."),
    TYPES_OFF(
            "",
            new Form.Text("names of discovery types, separated by commas"),
            "What never runs here, whatever the collector wants.",
            "Each: the rules that read it say `unknown`."),
    INTERVALS(
            "",
            new Form.Text("`type=seconds`, 1 to 999999, separated by commas"),
            "How long after its end a type runs again, for example `proc_sys=30`; else what each type says.",
            "The CPU time of one run, as often (`muster-agent status` shows it)."),
    MAX_SCRIPTS(
            "2",
            new Form.Count(1, 8, "scripts"),
            "How many run at the same time.",
            "Each more: one thread, and up to 6 MB of heap while it prints."),
    STATE(
            "/var/lib/muster-agent",
            new Form.Text("a path"),
            "Folder of what must outlive a restart: the agent's key, what is not sent yet.",
            "See `SPOOL_MAX_MB`."),
    RUN("/run/muster-agent", new Form.Text("a path"), "Folder of pipes and the control socket; best in memory.", ""),
    SPOOL_MAX_MB(
            "64",
            new Form.Count(1, 10_000, "megabytes"),
            "Disk for what the collector has not taken yet. At the limit nothing more is discovered until it is back.",
            "Twice that on disk while it is rewritten."),
    DIGEST_SECONDS(
            "3600",
            // Up to a day.
            new Form.Count(1, 86_400, "seconds"),
            "How often the agent proves to the collector that it has all it knows.",
            "Shorter: one small packet as often. Longer: something that got lost is noticed later."),
    /** What starts the agent reads it, the agent itself only says when it is wrong. */
    HEAP_MB(
            "24",
            // Below the first it does not start; the second is more than the largest facts can fill.
            new Form.Count(16, 1024, "megabytes"),
            "Java heap at most. Raise it where the log says OutOfMemoryError, as with very long package lists.",
            "That much memory in the worst case."),
    LOG_LEVEL(
            "info",
            new Form.Text("`error`, `warn`, `info`, `debug` or `trace`"),
            "What is logged.",
            "`info` is a line for each change; `debug` and `trace` are for a search for faults only.");

    /** What may stand behind a key. */
    sealed interface Form {
        /** For people: kind, unit and range. */
        String said();

        /** So many of something. */
        record Count(int least, int most, String unit) implements Form {
            @Override
            public String said() {
                return "a number" + (unit.isEmpty() ? "" : " of " + unit) + " from " + least + " to " + most;
            }
        }

        /** Of a shape that its reader knows. */
        record Text(String said) implements Form {}
    }

    private final String defaultValue;
    private final Form form;
    private final String effect;
    private final String cost;

    Setting(String defaultValue, Form form, String effect, String cost) {
        this.defaultValue = defaultValue;
        this.form = form;
        this.effect = effect;
        this.cost = cost;
    }

    String defaultValue() {
        return defaultValue;
    }

    Form form() {
        return form;
    }

    AgentConfig.Described described() {
        return new AgentConfig.Described(name(), option(), form.said(), defaultValue, effect, cost);
    }

    String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static List<String> keys() {
        return Arrays.stream(values()).map(Setting::name).toList();
    }

    static List<String> options() {
        return Arrays.stream(values()).map(Setting::option).toList();
    }

    static Optional<Setting> ofKey(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.name().equals(key))
                .findFirst();
    }

    static Optional<Setting> ofOption(String option) {
        return Arrays.stream(values())
                .filter(setting -> setting.option().equals(option))
                .findFirst();
    }
}
