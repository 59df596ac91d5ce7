package dev.muster.agent.spool;

/** The two streams of durable records; each has its own sequence numbers. */
public enum SpoolChannel {
    /** Control: goodbye, keys, reports on peers. Pre-empts results on the network and may use the spool's reserve. */
    CONTROL(0),
    /** Results: facts and services. */
    RESULTS(1);

    private final int number;

    SpoolChannel(int number) {
        this.number = number;
    }

    /** The channel's number on the wire. */
    public int number() {
        return number;
    }

    static boolean isNumber(int number) {
        return number == CONTROL.number || number == RESULTS.number;
    }

    /** Of a number for which {@link #isNumber} holds. */
    static SpoolChannel ofNumber(int number) {
        return number == CONTROL.number ? CONTROL : RESULTS;
    }
}
