package dev.muster.collector.apply;

import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.Judgement;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Holds the worker inside a judgement until the test lets it go. */
final class BlockingJudge implements Judge {
    private final CompletableFuture<Void> entered;
    private final CompletableFuture<Void> letGo;

    BlockingJudge(CompletableFuture<Void> entered, CompletableFuture<Void> letGo) {
        this.entered = entered;
        this.letGo = letGo;
    }

    @Override
    public String hash() {
        return "rules-1";
    }

    @Override
    public Set<String> keys(FactsView host) {
        return ids();
    }

    @Override
    public Set<String> ids() {
        return Set.of();
    }

    @Override
    public Set<String> typesOf(Collection<String> ids) {
        return types();
    }

    @Override
    public Set<String> types() {
        return Set.of("alpha");
    }

    @Override
    public List<Judgement> judge(FactsView facts, Set<String> changed, LocalDate today) {
        entered.complete(null);
        Rig.join(letGo);
        return List.of();
    }

    @Override
    public List<Judgement> judgeNewDay(FactsView facts, LocalDate today) {
        return List.of();
    }
}
