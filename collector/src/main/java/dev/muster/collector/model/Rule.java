package dev.muster.collector.model;

import java.util.List;

/**
 * A best practice as people read it; its compiled condition stays with the rule engine.
 *
 * @param id stable, unique, never reused
 * @param type the discovery type whose facts it reads first, and in whose folder it lives
 * @param check the condition, in CEL
 * @param fix what to do about a failure
 * @param refs ids in published guides
 */
public record Rule(
        String id,
        String title,
        String type,
        String category,
        Severity severity,
        String check,
        String why,
        String fix,
        List<String> refs,
        String profile) {
    public Rule {
        refs = List.copyOf(refs);
    }
}
