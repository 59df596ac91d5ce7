package dev.muster.collector.install;

/** One host's agent could not be installed, or a package file is of no use. The message may hold text of the other side: bounded, not escaped. */
public final class InstallException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final String remedy;

    InstallException(Reason reason, String detail, String remedy) {
        super(detail);
        this.reason = reason;
        this.remedy = remedy;
    }

    /** The collector cannot help now. */
    public static InstallException collector(String what, String remedy) {
        return new InstallException(Reason.COLLECTOR, what, remedy);
    }

    /** What kind of trouble it is; its word is for programs. */
    public enum Reason {
        SSH_MISSING("ssh-missing"),
        UNKNOWN_NAME("unknown-name"),
        HOST_DOWN("host-down"),
        HOST_KEY_UNKNOWN("host-key-unknown"),
        HOST_KEY_CHANGED("host-key-changed"),
        AUTHENTICATION("authentication-refused"),
        SSH_FAILED("ssh-failed"),
        CONNECTION_LOST("connection-lost"),
        TOO_SLOW("too-slow"),
        NO_ROOT("no-root"),
        SUDO_PASSWORD("sudo-needs-password"),
        SUDO_REFUSED("sudo-refused"),
        NO_PACKAGE("no-package-fits"),
        WRONG_PACKAGE("wrong-package"),
        NO_SPACE("no-space"),
        LOCKED("package-manager-locked"),
        PACKAGE_MANAGER("package-manager-failed"),
        ENROL("enrol-failed"),
        OTHER_COLLECTOR("other-collector"),
        NOT_STARTED("not-started"),
        STRAY_AGENT("stray-agent"),
        OTHER_AGENT("other-agent"),
        NOT_HEARD("not-heard"),
        PENDING("pending"),
        REFUSED("refused"),
        NO_FACTS("no-facts"),
        COLLECTOR("collector"),
        INTERRUPTED("interrupted");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public Reason reason() {
        return reason;
    }

    /** What to do about it; empty where the message says it. */
    public String remedy() {
        return remedy;
    }
}
