package dev.muster.collector.model;

/** What becomes of an agent whose key nobody knows. The words are those of the configuration. */
public enum EnrolmentPolicy {
    /** It waits until an administrator approves its key, unless it brings a token. */
    APPROVE,
    /** It is refused, unless it brings a token. */
    TOKEN_ONLY,
    /** It is let in. For networks in which every machine is trusted. */
    ACCEPT
}
