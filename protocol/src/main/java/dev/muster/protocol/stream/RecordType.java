package dev.muster.protocol.stream;

/** Record types on a channel, 16 bits. Numbers are append-only; the receiver stores unknown ones as dead letters. */
public final class RecordType {
    public static final int HELLO = 1;
    public static final int STATUS = 2;
    public static final int FACTS = 3;
    public static final int DIGEST = 4;
    public static final int WANT = 5;
    public static final int LIST = 6;
    public static final int DESIRED = 7;
    public static final int PEERS = 8;
    public static final int PEER_REPORT = 9;
    public static final int SERVICE = 10;
    public static final int GOODBYE = 11;
    public static final int KEY_NEXT = 12;
    public static final int NOP = 13;
    public static final int COLLECTOR_KEYS = 14;

    private RecordType() {}

    /**
     * Whether records of this type are spooled, numbered from 1 and answered by APPLIED. The others carry sequence
     * number 0.
     */
    public static boolean durable(int type) {
        return switch (type) {
            case FACTS, SERVICE, PEER_REPORT, KEY_NEXT, GOODBYE, NOP -> true;
            default -> false;
        };
    }
}
