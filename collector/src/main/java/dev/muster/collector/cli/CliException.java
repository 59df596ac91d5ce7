package dev.muster.collector.cli;

/** The command cannot be done. Printed on standard error as what happened, where, and what to do. */
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The collector said no, or what was asked for does not exist. */
    static final int REFUSED = 1;

    /** The command was not written as it must be; picocli's own code for that. */
    static final int USAGE = 2;

    /** EX_UNAVAILABLE of sysexits.h: there is no collector to ask, or it cannot answer now. */
    static final int NOT_REACHABLE = 69;

    /** EX_OSERR of sysexits.h: this machine has not enough memory. */
    static final int NO_MEMORY = 71;

    private final int exitCode;
    private final String where;
    private final String remedy;

    /** Where {@code where} or {@code remedy} is empty, its line is left out. */
    CliException(int exitCode, String what, String where, String remedy) {
        super(what);
        this.exitCode = exitCode;
        this.where = where;
        this.remedy = remedy;
    }

    static CliException usage(String what, String remedy) {
        return new CliException(USAGE, what, "", remedy);
    }

    int exitCode() {
        return exitCode;
    }

    /** All lines, escaped for a terminal. */
    String forPeople() {
        StringBuilder text = new StringBuilder("muster: ").append(Text.escape(String.valueOf(getMessage())));
        if (!where.isEmpty()) {
            text.append("\n  where: ").append(Text.escape(where));
        }
        if (!remedy.isEmpty()) {
            text.append("\n  do:    ").append(Text.escape(remedy));
        }
        return text.toString();
    }
}
