package dev.muster.collector.delivery;

import static dev.muster.collector.delivery.Samples.openedRow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.muster.collector.delivery.DeliveryStatus.State;
import dev.muster.collector.delivery.MailConfig.Security;
import dev.muster.collector.delivery.MailConfig.Server;
import dev.muster.collector.model.MemoryOutbox;
import dev.muster.collector.model.MemoryOutbox.Fate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The worker in its thread, against servers on real sockets. */
@Timeout(60)
final class DeliveryWorkerSmtpTest {
    private static final String ANN = "ann@example.org";
    private static final String BOB = "bob@example.org";

    private final TestClock clock = new TestClock();
    private final MemoryOutbox outbox = new MemoryOutbox();
    private final Alarm alarm = Alarm.of(clock);

    DeliveryWorkerSmtpTest() {
        clock.forward(Duration.ofSeconds(10));
    }

    private DeliveryWorker worker(int port, String... recipients) {
        var server = new Server("127.0.0.1", port, Security.NONE, Optional.empty());
        MailConfig config = DeliveryWorkerTest.config(server, recipients);
        return new DeliveryWorker("w", Optional.of(config), outbox, clock, alarm);
    }

    private void awaitFate(String row, Fate fate) {
        await().atMost(Duration.ofSeconds(20)).until(() -> outbox.entry(row).fate() == fate);
    }

    private static String messageId(String mail) {
        return mail.lines()
                .filter(line -> line.startsWith("Message-ID:"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void survivesAServerThatIsDownThenUpThenRestarted() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
        server.start();
        int port = server.getSmtp().getPort();
        server.stop();
        DeliveryWorker worker = worker(port, ANN);
        outbox.add(openedRow(1));
        worker.start();
        try {
            await().until(() -> worker.status().state() == State.SERVER_FAILING);
            assertThat(outbox.entry("row-1").error().orElseThrow()).isNotEmpty();

            GreenMail up = new GreenMail(new ServerSetup(port, "127.0.0.1", "smtp"));
            up.start();
            clock.forward(Duration.ofMinutes(5));
            worker.wake();
            awaitFate("row-1", Fate.DELIVERED);
            assertThat(up.getReceivedMessages()).hasSize(1);
            up.stop();

            GreenMail again = new GreenMail(new ServerSetup(port, "127.0.0.1", "smtp"));
            again.start();
            outbox.add(openedRow(2));
            worker.wake();
            awaitFate("row-2", Fate.DELIVERED);
            assertThat(again.getReceivedMessages()).hasSize(1);
            again.stop();
        } finally {
            worker.stop(Duration.ofSeconds(5));
        }
        assertThat(worker.status().state()).isEqualTo(State.STOPPED);
        assertThat(worker.status().sent()).isEqualTo(2);
    }

    @Test
    void aSecondCopyAfterACrashHasTheSameMessageId() throws Exception {
        try (var server = new SmtpStub(line -> line.equals(".") ? SmtpStub.THEN_HANG_UP + "250 queued" : null)) {
            outbox.add(openedRow(1));
            outbox.failSettlements(1);
            worker(server.port(), ANN).pass();
            // The first worker dies here, its commit never made. Its claim lapses.
            clock.forward(Duration.ofMinutes(8));
            worker(server.port(), ANN).pass();

            assertThat(server.mails).hasSize(2);
            assertThat(messageId(server.mails.get(1))).isEqualTo(messageId(server.mails.get(0)));
            assertThat(outbox.entry("row-1").fate()).isEqualTo(Fate.DELIVERED);
        }
    }

    @Test
    void oneRefusedRecipientDoesNotKeepTheMailFromTheOther() throws Exception {
        try (var server = new SmtpStub(line -> line.startsWith("RCPT TO:<bob") ? "550 5.1.1 no bob here" : null)) {
            outbox.add(openedRow(1));
            worker(server.port(), ANN, BOB).pass();

            assertThat(server.mails).hasSize(1);
            assertThat(outbox.entry("row-1").fate()).isEqualTo(Fate.REFUSED);
            assertThat(outbox.entry("row-1").error().orElseThrow())
                    .contains("bob@example.org", "550 5.1.1 no bob here", "1 other recipient took it");
        }
    }

    @Test
    void aGreylistedRecipientGetsOneCopyAndTheOtherNoSecond() throws Exception {
        var asked = new AtomicInteger();
        try (var server = new SmtpStub(
                line -> line.startsWith("RCPT TO:<bob") && asked.getAndIncrement() == 0 ? "451 4.7.1 later" : null)) {
            outbox.add(openedRow(1));
            DeliveryWorker worker = worker(server.port(), ANN, BOB);
            worker.pass();
            assertThat(outbox.entry("row-1").fate()).isEqualTo(Fate.PENDING);
            clock.forward(Duration.ofMinutes(1));
            worker.pass();

            assertThat(outbox.entry("row-1").fate()).isEqualTo(Fate.DELIVERED);
            List<String> rcpt = server.commands.stream()
                    .filter(line -> line.startsWith("RCPT"))
                    .toList();
            assertThat(rcpt).filteredOn(line -> line.contains(ANN)).hasSize(1);
            assertThat(rcpt).filteredOn(line -> line.contains(BOB)).hasSize(2);
        }
    }

    @Test
    void stopCutsAServerThatHangsAndKeepsTheRow() throws Exception {
        try (var server = new SmtpStub(line -> line.startsWith("MAIL") ? SmtpStub.HANG : null)) {
            outbox.add(openedRow(1));
            DeliveryWorker worker = worker(server.port(), ANN);
            worker.start();
            await().until(() -> server.commands.stream().anyMatch(line -> line.startsWith("MAIL")));

            worker.stop(Duration.ofMillis(100));

            assertThat(worker.status().state()).isEqualTo(State.STOPPED);
            assertThat(outbox.pending()).containsExactly("row-1");
            // The next worker need not wait: the row is due and unclaimed.
            assertThat(outbox.nextDue()).isBeforeOrEqualTo(clock.instant());
        }
    }

    @Test
    void stopLetsTheMailInHandFinish() throws Exception {
        var atDot = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        try (var server = new SmtpStub(line -> {
            if (line.equals(".")) {
                atDot.countDown();
                await().until(() -> goOn.getCount() == 0);
            }
            return null;
        })) {
            outbox.add(openedRow(1));
            outbox.add(openedRow(2));
            DeliveryWorker worker = worker(server.port(), ANN);
            worker.start();
            atDot.await();
            Thread stopper = Thread.ofVirtual().start(() -> {
                try {
                    worker.stop(Duration.ofSeconds(20));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            goOn.countDown();
            stopper.join();

            assertThat(outbox.entry("row-1").fate()).isEqualTo(Fate.DELIVERED);
            assertThat(worker.status().state()).isEqualTo(State.STOPPED);
        }
    }

    @Test
    void stopBeforeStartDoesNothing() throws Exception {
        worker(1, ANN).stop(Duration.ofSeconds(1));
    }
}
