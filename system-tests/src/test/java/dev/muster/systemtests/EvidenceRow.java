package dev.muster.systemtests;

import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A rule that can be made to fail.
 *
 * @param breaks a shell's lines that make it fail
 * @param truth a shell's line that prints what is so then
 * @param shown what the finding shows of it
 * @param plain the tool's words and the finding's, so that they can be compared
 */
record EvidenceRow(String type, String rule, String breaks, String truth, Shown shown, UnaryOperator<String> plain) {
    /** By type the tool that not every system has. Rules on the audit daemon ask dpkg for its package. */
    private static final Map<String, String> TOOLS = Map.ofEntries(
            Map.entry("auditd_conf", "dpkg-query"),
            Map.entry("auditd_fileattrs", "dpkg-query"),
            Map.entry("certificates", "openssl"),
            Map.entry("firewall", "iptables"),
            Map.entry("listening", "python3"),
            Map.entry("packages", "dpkg-query"),
            Map.entry("services", "systemctl"),
            Map.entry("sshd", "sshd"),
            Map.entry("sshkeys", "sshd"),
            Map.entry("sudoers", "cvtsudoers"),
            Map.entry("tcpdiscovery", "python3"));

    static EvidenceRow fact(String type, String rule, String breaks, String truth, String path) {
        return new EvidenceRow(type, rule, breaks, truth, new Shown.Fact(path), UnaryOperator.identity());
    }

    /** What offends is compared. */
    static EvidenceRow offending(String type, String rule, String breaks, String truth) {
        return new EvidenceRow(type, rule, breaks, truth, new Shown.Element(), UnaryOperator.identity());
    }

    EvidenceRow with(UnaryOperator<String> otherPlain) {
        return new EvidenceRow(type, rule, breaks, truth, shown, otherPlain);
    }

    /** Whether the tool is here that tells the truth. */
    boolean applies() {
        return Tools.has(TOOLS.getOrDefault(type, "sh"));
    }

    @Override
    public String toString() {
        return type + " " + rule;
    }
}
