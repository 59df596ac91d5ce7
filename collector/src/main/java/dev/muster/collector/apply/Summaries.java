package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.collector.graph.HostRecord;
import dev.muster.collector.graph.HostRecord.Stream;
import dev.muster.collector.graph.Write;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.InstanceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares what agents say they have handed over with what is held. Facts of which the agent knows nothing any more are marked so: their
 * hash is empty, and no summary covers them.
 */
final class Summaries {
    private static final String WENT_BACK =
            "had its agent's state set back to an older copy: everything is sent again, and nothing is applied twice";

    private final FactsIntake facts;

    Summaries(FactsIntake facts) {
        this.facts = facts;
    }

    Outcome.Compared compare(Draft draft, Input.SummedUp said) {
        if (!isComparable(draft, said.host(), new Stream(said.spool(), said.channel()), said.seq())) {
            return Outcome.Compared.NOT_COMPARABLE;
        }
        HostRecord host = draft.host(said.host());
        Map<InstanceKey, String> held = hashes(host);
        boolean same = said.digest().covers(held);
        HostRecord seen = Hosts.seen(host, draft.at());
        // Where there is nothing yet, nothing is verified.
        draft.put(same && !held.isEmpty() ? Hosts.verified(seen, draft.at()) : seen);
        draft.write(new Write.PutRuns(said.host(), draft.at(), runs(draft, said)));
        if (said.wentBack() == Input.SummedUp.WentBack.AGENT) {
            draft.mail(draft.event(
                    EventType.HOST_STATE_WENT_BACK,
                    host.host(),
                    WENT_BACK,
                    JsonNodeFactory.instance.objectNode().put("spool", said.spool())));
        }
        return same ? Outcome.Compared.SAME : Outcome.Compared.DIFFERENT;
    }

    Outcome.Missing compare(Draft draft, Input.Listed said) {
        if (!isComparable(draft, said.host(), new Stream(said.spool(), said.channel()), said.seq())) {
            return new Outcome.Missing(List.of());
        }
        Map<InstanceKey, String> held = hashes(draft.host(said.host()));
        held.keySet().stream()
                .filter(key -> !said.hashes().containsKey(key))
                .sorted()
                .forEach(key -> facts.noLongerDiscovered(draft, said.host(), key));
        List<InstanceKey> missing = new ArrayList<>();
        said.hashes().forEach((key, hash) -> {
            Optional<String> own = Optional.ofNullable(held.get(key));
            if (hash.isPresent() && !hash.equals(own)) {
                missing.add(key);
            }
        });
        missing.sort(null);
        return new Outcome.Missing(missing);
    }

    private static boolean isComparable(Draft draft, HostId id, Stream stream, long seq) {
        HostRecord host = draft.host(id);
        return host.host().status() != HostStatus.RETIRED && host.applied(stream) == seq;
    }

    private static Map<InstanceKey, String> hashes(HostRecord host) {
        Map<InstanceKey, String> hashes = new HashMap<>();
        host.reports().forEach((key, report) -> {
            if (!report.facts().hash().isEmpty()) {
                hashes.put(key, report.facts().hash());
            }
        });
        return hashes;
    }

    private static List<Write.Ran> runs(Draft draft, Input.SummedUp said) {
        Map<InstanceKey, HostRecord.Report> known = draft.host(said.host()).reports();
        return said.runs().stream()
                .filter(run -> known.containsKey(run.key()))
                .map(run -> new Write.Ran(run.key(), draft.at().minus(run.age()), run.every()))
                .toList();
    }
}
