package dev.muster.collector.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.apply.Input;
import dev.muster.collector.apply.Inputs;
import dev.muster.collector.apply.Outcome;
import dev.muster.collector.evidence.EvidenceException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has every host judged once a day by the rules that read the date, a while after midnight UTC, or at the next start. */
final class DayTurn implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DayTurn.class);

    /** compliance: agents whose clocks are behind have reported yesterday by then. */
    private static final Duration AFTER_MIDNIGHT = Duration.ofMinutes(10);

    private static final long LOOK_EVERY_SECONDS = 60;

    private final Inputs inputs;
    private final InstantSource clock;
    private final Supplier<ObjectNode> scores;
    private final Signing signing;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("day-turn").daemon().unstarted(task));
    private LocalDate judged = LocalDate.MIN;

    /** Signs what stands after a day was judged. */
    @FunctionalInterface
    interface Signing {
        void sign() throws EvidenceException;
    }

    /** @param scores of now */
    DayTurn(Inputs inputs, InstantSource clock, Supplier<ObjectNode> scores, Signing signing) {
        this.signing = signing;
        this.inputs = inputs;
        this.scores = scores;
        this.clock = clock;
    }

    DayTurn start() {
        var _ = executor.scheduleWithFixedDelay(this::look, LOOK_EVERY_SECONDS, LOOK_EVERY_SECONDS, TimeUnit.SECONDS);
        return this;
    }

    private void look() {
        LocalDate day = LocalDate.ofInstant(clock.instant().minus(AFTER_MIDNIGHT), ZoneOffset.UTC);
        if (day.isAfter(judged)) {
            judge(day);
        }
    }

    /** Where the queue is full or the graph away, the next look tries again. */
    private void judge(LocalDate day) {
        inputs.offer(new Input.NewDay(day))
                .ifPresent(taken -> taken.whenCompleteAsync((done, failure) -> judged(day, done, failure), executor));
    }

    private void judged(LocalDate day, Outcome.DayJudged done, Throwable failure) {
        if (failure != null) {
            LOG.warn("event=day-not-judged day={} error=\"{}\"", day, failure.getMessage());
        } else if (done.isWhole()) {
            judged = day;
            LOG.info("event=day-judged day={}", day);
            keepScores(day);
            keepEvidence(day);
        } else {
            judge(day);
        }
    }

    /** A day without its scores is a gap in the trend and nothing worse. */
    private void keepScores(LocalDate day) {
        try {
            inputs.offer(new Input.KeepScores(day, scores.get()));
        } catch (RuntimeException e) {
            LOG.warn("event=scores-not-kept day={} error=\"{}\"", day, e.getMessage());
        }
    }

    /** The chain then goes on tomorrow. */
    private void keepEvidence(LocalDate day) {
        try {
            signing.sign();
        } catch (EvidenceException | RuntimeException e) {
            LOG.warn("event=checkpoint-not-signed day={} error=\"{}\"", day, e.getMessage());
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
