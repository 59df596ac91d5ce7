package dev.muster.collector.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.apply.Judge;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.rules.LoadResult;
import dev.muster.collector.rules.Problem;
import dev.muster.collector.rules.RuleLoader;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rules that this collector ships, as apply asks them. A broken rule is left out and named in `status`. */
final class RulesInForce implements Judge {
    private static final Logger LOG = LoggerFactory.getLogger(RulesInForce.class);

    private final LoadResult loaded;

    private RulesInForce(LoadResult loaded) {
        this.loaded = loaded;
    }

    static RulesInForce load() {
        LoadResult loaded = RuleLoader.shipped();
        for (Problem problem : loaded.problems()) {
            LOG.error("event=rule-left-out problem=\"{}\"", problem);
        }
        return new RulesInForce(loaded);
    }

    @Override
    public String hash() {
        return loaded.set().hash();
    }

    @Override
    public Set<String> types() {
        return loaded.set().types();
    }

    @Override
    public List<Judgement> judge(FactsView facts, Set<String> changed, LocalDate today) {
        return loaded.set().judge(facts, changed, today);
    }

    ObjectNode status() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("rules", loaded.set().rules().size());
        node.put("hash", loaded.set().hash());
        ArrayNode problems = node.putArray("problems");
        loaded.problems().forEach(problem -> problems.add(problem.toString()));
        return node;
    }
}
