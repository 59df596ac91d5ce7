package dev.muster.protocol.stream;

/** Which side opened the association: an agent is always the initiator towards its collector. */
public enum Role {
    INITIATOR,
    RESPONDER
}
