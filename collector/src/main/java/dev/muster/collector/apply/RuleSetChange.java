package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.Ledger;
import dev.muster.collector.graph.Write;
import dev.muster.collector.graph.Write.RuleSetProgress;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.HostId;
import java.util.List;
import java.util.Optional;

/**
 * Takes another rule set into force: judges every host anew, some hosts a commit, and tells of it once at the end. Each host knows which
 * rule set judged it, so a restart in between goes on where it stopped.
 */
final class RuleSetChange {
    /** As many as a registration's commit holds. */
    private static final int HOSTS_A_COMMIT = 5;

    private final Ledger ledger;
    private final Commits commits;
    private final Judging judging;

    RuleSetChange(Ledger ledger, Commits commits, Judging judging) {
        this.ledger = ledger;
        this.commits = commits;
        this.judging = judging;
    }

    void run() {
        String hash = judging.ruleSet();
        String old = ledger.ruleSet();
        if (old.equals(hash)) {
            return;
        }
        RuleSetProgress progress = ledger.progress(hash);
        List<HostId> hosts = ledger.notJudgedBy(hash, HOSTS_A_COMMIT);
        while (!hosts.isEmpty()) {
            progress = judge(hosts, progress);
            hosts = ledger.notJudgedBy(hash, HOSTS_A_COMMIT);
        }
        enforce(old, progress);
    }

    private RuleSetProgress judge(List<HostId> hosts, RuleSetProgress before) {
        var counted = new RuleSetProgress[] {before};
        commits.commit(draft -> {
            long opened = before.opened();
            long cleared = before.cleared();
            for (HostId host : hosts) {
                Judging.Changed changed = judging.judgeAll(draft, host);
                opened += changed.opened();
                cleared += changed.cleared();
            }
            var after =
                    new RuleSetProgress(before.hosts() + hosts.size(), opened, cleared, RuleSetProgress.State.JUDGING);
            draft.write(new Write.PutRuleSet(judging.ruleSet(), draft.at(), after));
            return () -> counted[0] = after;
        });
        return counted[0];
    }

    private void enforce(String old, RuleSetProgress progress) {
        commits.commit(draft -> {
            var done = new RuleSetProgress(
                    progress.hosts(), progress.opened(), progress.cleared(), RuleSetProgress.State.IN_FORCE);
            draft.write(new Write.PutRuleSet(judging.ruleSet(), draft.at(), done));
            if (progress.hosts() > 0) {
                tell(draft, old, progress);
            }
            return () -> {};
        });
    }

    private void tell(Draft draft, String old, RuleSetProgress progress) {
        ObjectNode detail = JsonNodeFactory.instance
                .objectNode()
                .put("ruleSet", judging.ruleSet())
                .put("before", old)
                .put("hosts", progress.hosts())
                .put("opened", progress.opened())
                .put("cleared", progress.cleared());
        String summary = "another rule set judged " + progress.hosts() + " hosts: " + progress.opened()
                + " findings opened, " + progress.cleared() + " closed";
        draft.event(EventType.RULES_CHANGED, Optional.empty(), "", summary, detail);
    }
}
