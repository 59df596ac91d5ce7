package dev.muster.collector.delivery;

import dev.muster.collector.delivery.DeliveryStatus.State;
import dev.muster.collector.delivery.MailSender.Answered;
import dev.muster.collector.delivery.MailSender.NoService;
import dev.muster.collector.delivery.MailSender.Outcome;
import dev.muster.collector.model.Outbox;
import dev.muster.collector.model.Outbox.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the outbox by mail, with one thread. Start it once; {@link #wake} it when rows were written; stop it once.
 *
 * <p>No row is lost: it leaves the outbox only when the server took it, refused it for good, or seven days went by. A
 * second copy is possible only where the collector dies between the server's 250 and the commit that settles the row,
 * and then under the same Message-ID ({@link MailIds}). An answer that got lost on its way is such a case, too.
 *
 * <p>Maintainer's note. Rows are claimed one at a time, so that no claim is held by a row that waits for another one's
 * mail; only a digest claims many. Claims that stand when a worker starts are void: one collector has the graph. A settlement that fails is kept and repeated before anything else is claimed, so a
 * graph that is down for a while makes no second copies. After a failure of the server all rows wait together, and the
 * oldest is tried again; one that was in hand at several failures steps back, since it may be the cause.
 */
public final class DeliveryWorker {
    /** From the row's commit; RFC 5321, 4.5.4.1 gives 4 to 5 days for mail in general; an alert is worth a week. */
    static final Duration MAX_AGE = Duration.ofDays(7);

    /** Implementation choices. How long the worker trusts that it was woken, and that no other worker died. */
    static final Duration LONGEST_REST = Duration.ofMinutes(1);

    private static final Duration OUTBOX_PAUSE = Duration.ofSeconds(5);
    /** What a claim lasts beyond the mail's own time: for settling it on a slow graph. */
    private static final Duration LEASE_MARGIN = Duration.ofMinutes(2);

    private static final int DIGEST_ROWS = 100;
    private static final int STEPS_BACK_AFTER = 3;
    private static final Duration PEEK = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryWorker.class);

    private final String name;
    private final Outbox outbox;
    private final InstantSource clock;
    private final Rounds rounds;
    private final Optional<Mail> mail;
    private final ArrayDeque<Runnable> unsettled = new ArrayDeque<>();
    private volatile DeliveryStatus status;
    private Instant pausedUntil = Instant.MIN;
    private int serverFailures;

    /** What exists only where mail is configured. */
    private record Mail(
            MailSender sender, MailRenderer renderer, SendWindow window, Recipients recipients, Duration lease) {}

    /**
     * A worker that is not started yet.
     *
     * @param name of this worker among all that ever claim from the outbox
     * @param config empty where mail is not configured: rows then wait
     */
    public DeliveryWorker(String name, Optional<MailConfig> config, Outbox outbox, InstantSource clock, Alarm alarm) {
        this(name, config, outbox, clock, alarm, config.map(SmtpSender::new));
    }

    DeliveryWorker(
            String name,
            Optional<MailConfig> config,
            Outbox outbox,
            InstantSource clock,
            Alarm alarm,
            Optional<? extends MailSender> sender) {
        this.name = name;
        this.outbox = outbox;
        this.clock = clock;
        this.rounds = new Rounds("mail", alarm);
        this.mail = config.map(c -> new Mail(
                sender.orElseThrow(),
                new MailRenderer(c.addresses().from(), c.digest()),
                new SendWindow(c.digest(), outbox),
                new Recipients(c.addresses().recipients()),
                c.timeouts().send().plus(LEASE_MARGIN)));
        // The first settlement: no claim of an earlier process holds a row back.
        settleBy(outbox::voidClaims);
        State state = mail.isPresent() ? State.WORKING : State.NOT_CONFIGURED;
        this.status = new DeliveryStatus(state, clock.instant(), Optional.empty(), 0, 0, 0);
    }

    /** Begins to deliver, in a thread of its own. */
    public void start() {
        rounds.start(this::pass, this::end);
    }

    /** Rows were written: do not wait for the next look. From any thread; never blocks. */
    public void wake() {
        rounds.wake();
    }

    /** How it goes; from any thread. */
    public DeliveryStatus status() {
        return status;
    }

    /**
     * Ends the work. The mail in hand may be finished within {@code grace}; after that its connection is cut and its row
     * stays in the outbox. Returns after {@code grace} and five seconds at the latest.
     *
     * @throws InterruptedException when interrupted while waiting
     */
    public void stop(Duration grace) throws InterruptedException {
        rounds.stop(grace, () -> mail.ifPresent(m -> m.sender().cut()));
    }

    private void end() {
        mail.ifPresent(m -> m.sender().rest());
        report(State.STOPPED, Optional.empty());
    }

    /**
     * Delivers what is due.
     *
     * @return when to look again
     */
    Instant pass() {
        try {
            settle();
            return mail.isPresent() ? deliver(mail.get()) : expire();
        } catch (RuntimeException e) {
            // The graph's exceptions are its own; whatever it is, the rows are still in there.
            String error = SmtpSender.words(e);
            LOG.warn("outbox_failed error=\"{}\"", error);
            report(State.OUTBOX_FAILING, Optional.of(error));
            return clock.instant().plus(OUTBOX_PAUSE);
        }
    }

    private void settle() {
        while (!unsettled.isEmpty()) {
            unsettled.getFirst().run();
            unsettled.removeFirst();
        }
    }

    private void settleBy(Runnable settlement) {
        unsettled.addLast(settlement);
    }

    private Instant deliver(Mail mail) {
        while (!rounds.isStopping()) {
            Instant now = clock.instant();
            if (now.isBefore(pausedUntil)) {
                return pausedUntil;
            }
            boolean digest = mail.window().full(now);
            if (digest && now.isBefore(mail.window().nextDigest())) {
                mail.sender().rest();
                return mail.window().nextDigest();
            }
            List<Row> rows = outbox.claim(name, now, mail.lease(), digest ? DIGEST_ROWS : 1);
            if (rows.isEmpty()) {
                mail.sender().rest();
                report(State.WORKING, Optional.empty());
                return nextLook(now);
            }
            mail.recipients().grouped(rows).forEach((to, group) -> send(mail, to, group));
            settle();
        }
        return clock.instant();
    }

    private Instant nextLook(Instant now) {
        Instant latest = now.plus(LONGEST_REST);
        Instant due = outbox.nextDue();
        return due.isBefore(latest) ? due : latest;
    }

    private void send(Mail mail, Set<String> to, List<Row> rows) {
        RenderedMail rendered;
        Outcome outcome;
        try {
            rendered = mail.renderer().render(rows);
            outcome = mail.sender().send(rendered, to);
        } catch (RuntimeException e) {
            // A row that nobody foresaw must not stop the others.
            String error = "cannot be made a mail: " + SmtpSender.words(e);
            LOG.error("mail_impossible rows={} error=\"{}\"", rows.size(), error);
            rows.forEach(row -> again(row, clock.instant().plus(Backoff.ofMail(row.attempts())), error));
            report(status.state(), Optional.of(error));
            return;
        }
        switch (outcome) {
            case Answered answered -> answered(mail, rendered, rows, answered);
            case NoService none -> noService(rendered, rows, none.error());
        }
    }

    private void answered(Mail mail, RenderedMail rendered, List<Row> rows, Answered answer) {
        Instant now = clock.instant();
        serverFailures = 0;
        if (!answer.accepted().isEmpty()) {
            mail.window().sent(now);
        }
        rows.forEach(row -> mail.recipients().answered(row, answer));
        if (!answer.deferred().isEmpty()) {
            String error = listed(answer.deferred());
            LOG.warn("mail_deferred message_id={} rows={} error=\"{}\"", rendered.messageId(), rows.size(), error);
            rows.forEach(row -> again(row, now.plus(Backoff.ofMail(row.attempts())), error));
            report(State.WORKING, Optional.of(error));
            return;
        }
        List<Row> whole = rows.stream()
                .filter(row -> mail.recipients().refused(row).isEmpty())
                .toList();
        if (!whole.isEmpty()) {
            LOG.info("mail_sent message_id={} rows={}", rendered.messageId(), whole.size());
            settleBy(() -> outbox.delivered(whole, now));
            status = count(1, 0, 0);
        }
        for (Row row : rows) {
            Map<String, String> refused = mail.recipients().refused(row);
            if (!refused.isEmpty()) {
                int others = mail.recipients().count() - refused.size();
                refuse(
                        row,
                        now,
                        listed(refused)
                                + (others == 0 ? "" : "; " + Words.count(others, "other recipient") + " took it"));
            }
        }
        mail.recipients().settled(rows);
    }

    private void noService(RenderedMail rendered, List<Row> rows, String error) {
        Instant now = clock.instant();
        pausedUntil = rounds.isStopping() ? now : now.plus(Backoff.ofServer(serverFailures));
        serverFailures++;
        LOG.warn(
                "mail_server_failing message_id={} rows={} retry_at={} error=\"{}\"",
                rendered.messageId(),
                rows.size(),
                pausedUntil,
                error);
        for (Row row : rows) {
            int beyond = row.attempts() - STEPS_BACK_AFTER;
            again(row, beyond < 0 ? pausedUntil : pausedUntil.plus(Backoff.ofMail(beyond)), error);
        }
        report(State.SERVER_FAILING, Optional.of(error));
    }

    private void again(Row row, Instant next, String error) {
        Instant now = clock.instant();
        if (tooOld(row, now)) {
            refuse(row, now, "not delivered within " + Words.span(MAX_AGE) + "; at last: " + error);
            return;
        }
        settleBy(() -> outbox.retry(row, next, error));
        status = count(0, 1, 0);
    }

    private void refuse(Row row, Instant now, String error) {
        LOG.warn("mail_refused row={} error=\"{}\"", SafeText.line(row.id(), 100), error);
        settleBy(() -> outbox.refused(row, now, error));
        mail.ifPresent(m -> m.recipients().settled(List.of(row)));
        status = count(0, 0, 1);
        report(status.state(), Optional.of(error));
    }

    private static boolean tooOld(Row row, Instant now) {
        return !now.isBefore(row.created().plus(MAX_AGE));
    }

    /** Where mail is not configured: rows that waited seven days are given up, so that the outbox stays bounded. */
    private Instant expire() {
        while (!rounds.isStopping()) {
            Instant now = clock.instant();
            // A look without a hold: the claim lapses before anybody could mind.
            List<Row> rows = outbox.claim(name, now, PEEK, 1);
            report(State.NOT_CONFIGURED, Optional.empty());
            if (rows.isEmpty() || !tooOld(rows.getFirst(), now)) {
                return now.plus(LONGEST_REST);
            }
            refuse(rows.getFirst(), now, "mail was not configured for " + Words.span(MAX_AGE));
            settle();
        }
        return clock.instant();
    }

    private static String listed(Map<String, String> said) {
        return said.entrySet().stream()
                .limit(5)
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining("; "));
    }

    private DeliveryStatus count(int sent, int failed, int refused) {
        DeliveryStatus s = status;
        return new DeliveryStatus(
                s.state(), s.since(), s.lastError(), s.sent() + sent, s.failed() + failed, s.refused() + refused);
    }

    /** @param error kept until another one comes */
    private void report(State state, Optional<String> error) {
        DeliveryStatus s = status;
        Instant since = s.state() == state ? s.since() : clock.instant();
        status = new DeliveryStatus(state, since, error.or(s::lastError), s.sent(), s.failed(), s.refused());
    }
}
