package dev.muster.collector.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Why a verdict is what it is. Mail, command line, API and page all show this same record.
 *
 * @param reads each fact that the condition read, in the order of the condition
 * @param wanted the condition, as a person reads it
 * @param offending for a quantifier the elements that offend, at most 20
 * @param offendingTotal how many elements offend in all
 * @param factsHash the hash of the facts that were judged
 */
public record Evidence(List<Read> reads, String wanted, List<String> offending, int offendingTotal, String factsHash) {
    public static final int MAX_OFFENDING = 20;

    public Evidence {
        reads = List.copyOf(reads);
        offending = List.copyOf(offending);
    }

    /**
     * One fact that a condition read.
     *
     * @param path the type and the path within its data, for example {@code proc_sys["net.ipv4.ip_forward"]}
     * @param value what stood there; a missing node where nothing did
     */
    public record Read(String path, JsonNode value) {}
}
