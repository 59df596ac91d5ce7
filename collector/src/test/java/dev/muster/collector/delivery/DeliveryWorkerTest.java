package dev.muster.collector.delivery;

import static dev.muster.collector.delivery.Samples.openedRow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.delivery.DeliveryStatus.State;
import dev.muster.collector.delivery.MailConfig.Addresses;
import dev.muster.collector.delivery.MailConfig.DigestLimit;
import dev.muster.collector.delivery.MailConfig.Security;
import dev.muster.collector.delivery.MailConfig.Server;
import dev.muster.collector.delivery.MailSender.NoService;
import dev.muster.collector.model.MemoryOutbox;
import dev.muster.collector.model.MemoryOutbox.Fate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DeliveryWorkerTest {
    private static final String ANN = "ann@example.org";
    private static final String BOB = "bob@example.org";

    private final TestClock clock = new TestClock();
    private final MemoryOutbox outbox = new MemoryOutbox();
    private final ScriptedSender sender = new ScriptedSender();
    private final DeliveryWorker worker = worker(sender);

    DeliveryWorkerTest() {
        clock.forward(Duration.ofSeconds(10));
    }

    static MailConfig config(Server server, String... recipients) {
        return new MailConfig(
                server,
                Optional.empty(),
                new Addresses("muster@example.org", Optional.empty(), List.of(recipients)),
                new DigestLimit(3, Duration.ofMinutes(10)),
                MailConfig.STANDARD_TIMEOUTS);
    }

    private DeliveryWorker worker(ScriptedSender sender) {
        var server = new Server("127.0.0.1", 25, Security.NONE, Optional.empty());
        return new DeliveryWorker(
                "w", Optional.of(config(server, ANN, BOB)), outbox, clock, Alarm.of(clock), Optional.of(sender));
    }

    private void rows(int from, int to) {
        IntStream.rangeClosed(from, to).forEach(n -> outbox.add(openedRow(n)));
    }

    private void passUntil(Instant end) {
        for (Instant next = worker.pass(); !next.isAfter(end); next = worker.pass()) {
            clock.to(next);
        }
    }

    @Test
    void sendsEachRowAsAMailOfItsOwnOldestFirst() {
        rows(1, 3);

        Instant next = worker.pass();

        assertThat(sender.subjects())
                .satisfiesExactly(
                        s -> assertThat(s).contains("web-1 "),
                        s -> assertThat(s).contains("web-2 "),
                        s -> assertThat(s).contains("web-3 "));
        assertThat(sender.sent).allSatisfy(sent -> assertThat(sent.recipients()).isEqualTo(Set.of(ANN, BOB)));
        assertThat(outbox.pending()).isEmpty();
        assertThat(worker.status().sent()).isEqualTo(3);
        assertThat(next).isAfter(clock.instant());
    }

    @Test
    void gathersWhatExceedsTheLimitIntoDigests() {
        rows(1, 10);

        passUntil(clock.instant().plus(Duration.ofMinutes(5)));

        assertThat(sender.subjects()).hasSize(4).last().asString().startsWith("[muster] digest: 7 events on 7 hosts");
        assertThat(sender.sent.getLast().mail().text())
                .contains("This is a digest: more than 3 mails within 10 minutes were due, so these come as one.");
        assertThat(outbox.pending()).isEmpty();
    }

    @Test
    void pacesDigestsAndReturnsToSingleMails() {
        rows(1, 4);
        Instant start = clock.instant();
        worker.pass();
        assertThat(sender.sent).hasSize(3);
        assertThat(worker.pass()).isEqualTo(start.plus(Duration.ofMinutes(2)));

        clock.forward(Duration.ofMinutes(2));
        worker.pass();
        // One row alone needs no digest, late as it is.
        assertThat(sender.subjects()).last().asString().contains("web-4 out of compliance");

        clock.forward(Duration.ofMinutes(11));
        rows(5, 6);
        worker.pass();
        assertThat(sender.subjects()).hasSize(6).noneMatch(subject -> subject.contains("digest"));
    }

    @Test
    void countsMailsFromBeforeARestart() {
        rows(1, 3);
        worker.pass();
        rows(4, 6);

        var second = new ScriptedSender();
        worker(second).pass();

        assertThat(second.subjects()).singleElement().asString().startsWith("[muster] digest: 3 events");
    }

    @Test
    void waitsForAServerThatIsAwayAndLosesNothing() {
        sender.then(sent -> new NoService("connection refused"));
        rows(1, 2);
        Instant start = clock.instant();

        assertThat(worker.pass()).isEqualTo(start.plusSeconds(5));
        assertThat(worker.pass()).isEqualTo(start.plusSeconds(5));
        assertThat(sender.sent).hasSize(1);
        assertThat(worker.status().state()).isEqualTo(State.SERVER_FAILING);
        assertThat(worker.status().lastError()).contains("connection refused");
        clock.to(start.plusSeconds(5));
        assertThat(worker.pass()).isEqualTo(start.plusSeconds(15));

        sender.then(sent -> ScriptedSender.refusing(sent, "nobody"));
        clock.to(start.plusSeconds(15));
        worker.pass();

        assertThat(outbox.pending()).isEmpty();
        assertThat(sender.subjects().subList(2, 4)).first().asString().contains("web-1 ");
        assertThat(worker.status().state()).isEqualTo(State.WORKING);
    }

    @Test
    void asksADeadServerEveryFiveMinutesAtMost() {
        sender.then(sent -> new NoService("timed out"));
        rows(1, 1);
        for (int i = 0; i < 12; i++) {
            Instant next = worker.pass();
            assertThat(Duration.between(clock.instant(), next)).isLessThanOrEqualTo(Duration.ofMinutes(5));
            clock.to(next);
        }
        assertThat(outbox.pending()).hasSize(1);
    }

    @Test
    void letsOthersPassARowOnWhichTheServerBreaks() {
        rows(1, 2);
        sender.then(sent -> sent.mail().subject().contains("web-1 ")
                ? new NoService("connection reset")
                : ScriptedSender.refusing(sent, "nobody"));

        passUntil(clock.instant().plus(Duration.ofMinutes(5)));

        assertThat(outbox.pending()).containsExactly("row-1");
        assertThat(outbox.entry("row-2").fate()).isEqualTo(Fate.DELIVERED);
    }

    @Test
    void settlesARowThatIsRefusedForGood() {
        rows(1, 1);
        sender.then(sent -> new MailSender.Answered(Set.of(), Map.of(ANN, "550 no", BOB, "554 spam"), Map.of()));

        worker.pass();

        assertThat(outbox.entry("row-1").fate()).isEqualTo(Fate.REFUSED);
        assertThat(outbox.entry("row-1").error().orElseThrow()).contains("550 no", "554 spam");
        assertThat(worker.status().refused()).isEqualTo(1);
    }

    @Test
    void tellsOfOneRefusedRecipientAmongOthers() {
        rows(1, 1);
        sender.then(sent -> ScriptedSender.refusing(sent, BOB));

        worker.pass();

        assertThat(sender.sent).hasSize(1);
        assertThat(outbox.entry("row-1").error())
                .contains("bob@example.org: 550 no such user; 1 other recipient took it");
    }

    @Test
    void triesAgainOnlyForTheRecipientThatWasPutOff() {
        rows(1, 1);
        sender.then(sent -> ScriptedSender.deferring(sent, BOB));
        Instant start = clock.instant();
        worker.pass();
        assertThat(outbox.entry("row-1").due()).isEqualTo(start.plusSeconds(30));

        sender.then(sent -> ScriptedSender.refusing(sent, "nobody"));
        clock.forward(Duration.ofSeconds(30));
        worker.pass();

        assertThat(sender.sent)
                .extracting(ScriptedSender.Sent::recipients)
                .containsExactly(Set.of(ANN, BOB), Set.of(BOB));
        assertThat(sender.sent.get(0).mail().messageId())
                .isEqualTo(sender.sent.get(1).mail().messageId());
        assertThat(outbox.entry("row-1").fate()).isEqualTo(Fate.DELIVERED);
    }

    @Test
    void givesUpAfterSevenDaysAndNotBefore() {
        rows(1, 1);
        Instant created = outbox.entry("row-1").row().created();
        sender.then(sent -> ScriptedSender.deferring(sent, BOB));

        passUntil(created.plus(DeliveryWorker.MAX_AGE).minusSeconds(1));
        assertThat(outbox.entry("row-1").fate()).isEqualTo(Fate.PENDING);
        passUntil(created.plus(DeliveryWorker.MAX_AGE).plus(Duration.ofHours(2)));

        assertThat(outbox.entry("row-1").fate()).isEqualTo(Fate.REFUSED);
        assertThat(outbox.entry("row-1").error().orElseThrow()).startsWith("not delivered within 7 days; at last: ");
    }

    @Test
    void sendsNoSecondCopyWhenOnlyTheGraphIsAway() {
        rows(1, 1);
        outbox.failSettlements(3);

        passUntil(clock.instant().plus(Duration.ofMinutes(30)));

        assertThat(sender.sent).hasSize(1);
        assertThat(outbox.entry("row-1").fate()).isEqualTo(Fate.DELIVERED);
    }

    @Test
    void saysWhenTheOutboxFails() {
        rows(1, 1);
        outbox.failSettlements(1);

        worker.pass();
        assertThat(worker.status().state()).isEqualTo(State.OUTBOX_FAILING);
        assertThat(worker.status().lastError()).contains("the graph is away");
        worker.pass();
        assertThat(worker.status().state()).isEqualTo(State.WORKING);
    }

    @Test
    void resendsUnderTheSameMessageIdAfterACrashBeforeTheCommit() {
        rows(1, 1);
        outbox.failSettlements(1);
        worker.pass();

        // The first worker never came back. The next one does not wait for its claim to lapse.
        var second = new ScriptedSender();
        worker(second).pass();

        assertThat(second.sent)
                .singleElement()
                .satisfies(copy ->
                        assertThat(copy.mail()).isEqualTo(sender.sent.getFirst().mail()));
        assertThat(outbox.pending()).isEmpty();
    }

    @Test
    void leavesRowsOfALiveWorkerAlone() {
        worker.pass();
        rows(1, 1);
        outbox.claim("other", clock.instant(), Duration.ofMinutes(7), 1);

        worker.pass();

        assertThat(sender.sent).isEmpty();
    }

    @Test
    void keepsRowsWhileMailIsNotConfigured() {
        var bare = new DeliveryWorker("w", Optional.empty(), outbox, clock, Alarm.of(clock));
        rows(1, 2);
        bare.pass();
        assertThat(bare.status().state()).isEqualTo(State.NOT_CONFIGURED);
        assertThat(outbox.pending()).hasSize(2);

        clock.forward(Duration.ofMinutes(1));
        worker.pass();
        assertThat(sender.sent).hasSize(2);
    }

    @Test
    void expiresRowsAfterSevenDaysWithoutConfiguration() {
        var bare = new DeliveryWorker("w", Optional.empty(), outbox, clock, Alarm.of(clock));
        rows(1, 2);
        clock.forward(Duration.ofDays(7));

        bare.pass();

        assertThat(outbox.entry("row-2").error()).contains("mail was not configured for 7 days");
        assertThat(outbox.pending()).isEmpty();
    }

    @Test
    void aRowThatCannotBeSentForOurOwnFaultDoesNotStopTheOthers() {
        rows(1, 2);
        sender.then(sent -> {
            if (sent.mail().subject().contains("web-1 ")) {
                throw new IllegalStateException("unforeseen");
            }
            return ScriptedSender.refusing(sent, "nobody");
        });

        worker.pass();

        assertThat(outbox.pending()).containsExactly("row-1");
        assertThat(outbox.entry("row-1").error()).contains("cannot be made a mail: unforeseen");
    }

    @Test
    void looksAgainWhenTheNextRowFallsDueOrAfterAMinute() {
        assertThat(worker.pass()).isEqualTo(clock.instant().plus(DeliveryWorker.LONGEST_REST));
    }
}
