package dev.muster.collector.apply;

import dev.muster.collector.apply.InputQueue.Entry;
import dev.muster.collector.graph.Graph;
import dev.muster.collector.graph.GraphException;
import dev.muster.collector.graph.GraphException.Kind;
import dev.muster.collector.graph.Ledger;
import dev.muster.collector.graph.Rehearsal;
import dev.muster.collector.model.AgentTrust;
import dev.muster.collector.model.CommitListener;
import dev.muster.collector.model.FactsView;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.Outbox;
import dev.muster.collector.model.PendingAgent;
import dev.muster.collector.model.PendingAgents;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns inputs into commits, in the order in which they were taken: one thread decides, commits, and then tells everybody. An input that
 * fails alone and for good becomes a dead letter, so that it holds up nothing behind it.
 */
public final class Apply implements Inputs, PendingAgents, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Apply.class);

    private final Graph graph;
    private final InputQueue queue;
    private final Commits commits;
    private final Decisions decisions;
    private final ProjectionChange projectionChange;
    private final RuleSetChange ruleSetChange;
    private final Rehearsal rehearsal;
    private final Thread worker;

    private Apply(Graph graph, Ledger ledger, Judge judge, ApplyConfig config, Surroundings around) {
        this.graph = graph;
        this.queue = new InputQueue(config.queuedInputs(), config.queuedBytes());
        this.commits = new Commits(ledger, graph.projections(), config, around);
        var judging = new Judging(judge, config.settle());
        this.decisions = new Decisions(
                judging,
                new Enrolment(config.enrolment(), ledger::token, around.random()),
                ledger::notJudgedOn,
                ledger::hostsToSettle);
        this.projectionChange = new ProjectionChange(ledger, commits, graph.projections());
        this.ruleSetChange = new RuleSetChange(ledger, commits, judging);
        this.rehearsal = ledger.rehearsal();
        this.worker = Thread.ofPlatform().name("apply").unstarted(this::run);
    }

    /** What apply is given by the program around it. */
    public record Surroundings(
            InstantSource clock, SecureRandom random, AgentTrust trust, CommitListener listener, Watching watching) {}

    /**
     * Reads where the last commit left off, tells {@code trust} whom it may let in, judges all hosts anew where the rule set is another
     * one, then takes inputs.
     *
     * @throws GraphException where the graph cannot be read
     */
    public static Apply start(Graph graph, Judge judge, ApplyConfig config, Surroundings around) {
        return start(graph, graph.ledger(), judge, config, around);
    }

    static Apply start(Graph graph, Ledger ledger, Judge judge, ApplyConfig config, Surroundings around) {
        var apply = new Apply(graph, ledger, judge, config, around);
        apply.commits.load();
        around.trust().known(apply.commits.agents(), apply.commits.revokedKeys());
        apply.commits.tellMembers();
        apply.worker.start();
        return apply;
    }

    @Override
    public <R extends Outcome> Optional<CompletionStage<R>> offer(Input<R> input) {
        return queue.offer(input);
    }

    @Override
    public void whenRoom(Runnable action) {
        queue.whenRoom(action);
    }

    /** A host's facts as of the last commit, for questions such as "what would this rule say"; from any thread. */
    public Optional<FactsView> facts(HostId host) {
        return commits.view(host);
    }

    /** The agents that wait for approval, those that asked least lately first; from any thread. */
    @Override
    public List<PendingAgent> pending() {
        return commits.pending();
    }

    /** False once it has stopped, by {@link #close} or because it failed for good: nothing is committed any more. From any thread. */
    public boolean runs() {
        return worker.isAlive();
    }

    /** What is to be delivered by a route; a refusal goes through the queue, since it makes an event. */
    public Outbox outbox(String route) {
        return new DeliveryOutbox(graph.outbox(route), this);
    }

    /** Applies what was taken, then stops; where the graph is away, refuses it. */
    @Override
    public void close() {
        commits.stop();
        queue.close();
        try {
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            commits.relink();
            projectionChange.run();
            ruleSetChange.run();
            for (List<Entry<?>> batch = next(); !batch.isEmpty(); batch = next()) {
                apply(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("event=apply-stopped error=\"{}\"", e.getMessage(), e);
        } finally {
            refuseTheRest();
        }
    }

    /** What comes goes first: it waits for one statement at most. */
    private List<Entry<?>> next() throws InterruptedException {
        while (!rehearsal.isOver() && queue.isIdle()) {
            try {
                rehearsal.next();
            } catch (RuntimeException e) {
                LOG.warn("event=rehearsal-ended error=\"{}\"", e.getMessage());
            }
        }
        return queue.take();
    }

    private void apply(List<Entry<?>> batch) {
        try {
            commits.commit(draft -> {
                List<Outcome> outcomes = batch.stream()
                        .map(entry -> decisions.decide(draft, entry.input()))
                        .toList();
                return () -> complete(batch, outcomes);
            });
        } catch (GraphException e) {
            if (e.kind() == Kind.CLOSED || (e.kind() == Kind.TRANSIENT && commits.isStopping())) {
                batch.forEach(entry -> entry.fail(new ApplyException("the collector stops", e)));
                throw e;
            }
            applyOneByOne(batch, e);
        } catch (RuntimeException e) {
            applyOneByOne(batch, e);
        }
    }

    private static void complete(List<Entry<?>> batch, List<Outcome> outcomes) {
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).complete(outcomes.get(i));
        }
    }

    private void applyOneByOne(List<Entry<?>> batch, RuntimeException why) {
        if (batch.size() == 1) {
            bury(batch.getFirst(), why);
            return;
        }
        LOG.warn("event=batch-failed inputs={} error=\"{}\"", batch.size(), why.getMessage());
        batch.forEach(entry -> apply(List.of(entry)));
    }

    private void bury(Entry<?> entry, RuntimeException why) {
        String error = why.getClass().getSimpleName() + ": " + why.getMessage();
        if (!(entry.input() instanceof Input.Durable record) || why instanceof ApplyException) {
            entry.fail(new ApplyException("not applied: " + error, why));
            return;
        }
        LOG.error("event=dead-letter host={} channel={} seq={}", record.host(), record.channel(), record.seq(), why);
        try {
            commits.commit(draft -> {
                Outcome outcome = decisions.poison(draft, record, error);
                return () -> entry.complete(outcome);
            });
        } catch (RuntimeException e) {
            entry.fail(new ApplyException("not applied: " + error, e));
            if (e instanceof GraphException failure && failure.kind() == Kind.CLOSED) {
                throw e;
            }
        }
    }

    private void refuseTheRest() {
        queue.close();
        try {
            for (List<Entry<?>> batch = queue.take(); !batch.isEmpty(); batch = queue.take()) {
                batch.forEach(entry -> entry.fail(new ApplyException("the collector stops")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
