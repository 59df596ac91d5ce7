package dev.muster.collector.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.rules.LoadResult;
import dev.muster.collector.rules.MemoCounters;

/** What `status` says of the rules. A broken rule is left out, not the set, and named here. */
final class RulesStatus {
    private RulesStatus() {}

    static ObjectNode of(LoadResult loaded) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("rules", loaded.set().rules().size());
        node.put("hash", loaded.set().hash());
        MemoCounters memo = loaded.set().memo();
        node.putObject("memo")
                .put("hits", memo.hits())
                .put("misses", memo.misses())
                .put("kept", memo.kept());
        ArrayNode problems = node.putArray("problems");
        loaded.problems().forEach(problem -> problems.add(problem.toString()));
        return node;
    }
}
