package dev.muster.collector.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.collector.delivery.EventLogConfig.Facility;
import dev.muster.collector.delivery.EventLogConfig.Output;
import dev.muster.collector.delivery.EventLogConfig.Protocol;
import dev.muster.collector.delivery.EventLogConfig.Receiver;
import dev.muster.collector.settings.SettingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
final class EventLogTest {
    private static EventLogConfig read(String json) throws JsonProcessingException {
        return EventLogConfig.read(new ObjectMapper().readTree(json.replace('\'', '"')));
    }

    private static EventLog syslog(Protocol protocol, int port) {
        var receiver = new Receiver(protocol, "127.0.0.1", port);
        return EventLog.open(
                new EventLogConfig(Output.NONE, Optional.of(receiver), Facility.DAEMON),
                "mon-1",
                new ByteArrayOutputStream());
    }

    @Test
    void goesToStandardOutputUnlessToldOtherwise() throws Exception {
        assertThat(read("{}")).isEqualTo(new EventLogConfig(Output.STDOUT, Optional.empty(), Facility.DAEMON));
        assertThat(read("{'output':'none'}").output()).isEqualTo(Output.NONE);
    }

    @Test
    void readsEveryKey() throws Exception {
        assertThat(read("{'output':'stdout','syslog':'tcp://[::1]:6514','facility':'local3'}"))
                .isEqualTo(new EventLogConfig(
                        Output.STDOUT, Optional.of(new Receiver(Protocol.TCP, "[::1]", 6514)), Facility.LOCAL3));
        assertThat(read("{'syslog':'udp://logs.example.org'}").syslog())
                .contains(new Receiver(Protocol.UDP, "logs.example.org", 514));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"udp:/x", "http://h:1", "udp://h:0", "udp://h:70000", "udp://h/x", "udp://u@h", "tcp://", "h"})
    void refusesAnAddressThatIsNone(String address) {
        assertThatThrownBy(() -> read("{'syslog':'" + address + "'}"))
                .isInstanceOf(SettingException.class)
                .hasMessage("event-log.syslog: expected udp://host:port or tcp://host:port");
    }

    @Test
    void saysThatALocalSocketCannotBeUsed() {
        assertThatThrownBy(() -> read("{'syslog':'/dev/log'}"))
                .hasMessageContaining("a local socket cannot be used; let syslog listen on udp://127.0.0.1:514");
    }

    @Test
    void writesALineAnEventToStandardOutput() {
        var out = new ByteArrayOutputStream();
        try (var log =
                EventLog.open(new EventLogConfig(Output.STDOUT, Optional.empty(), Facility.DAEMON), "mon-1", out)) {
            log.log(Samples.opened());
            log.log(Samples.cleared());
        }

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains(" finding-opened "),
                        line -> assertThat(line).contains(" finding-cleared "));
    }

    @Test
    void sendsADatagramAnEvent() throws Exception {
        try (var receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var log = syslog(Protocol.UDP, receiver.getLocalPort())) {
            receiver.setSoTimeout(10_000);
            log.log(Samples.opened());
            var packet = new DatagramPacket(new byte[4_096], 4_096);
            receiver.receive(packet);

            assertThat(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8))
                    .startsWith("<29>1 ")
                    .endsWith("something happened on web-3");
        }
    }

    @Test
    void countsOctetsOnTcpAndConnectsAgain() throws Exception {
        try (var receiver = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var log = syslog(Protocol.TCP, receiver.getLocalPort())) {
            log.log(Samples.opened());
            try (Socket first = receiver.accept()) {
                assertThat(frame(first)).contains(" finding-opened ");
                first.setSoLinger(true, 0);
            }
            // The reset is noticed by a later line, if not by the next one.
            receiver.setSoTimeout(50);
            String seen = await().until(() -> next(receiver, log), line -> !line.isEmpty());
            assertThat(seen).contains(" finding-cleared ");
        }
    }

    private static String next(ServerSocket receiver, EventLog log) throws IOException {
        log.log(Samples.cleared());
        try (Socket again = receiver.accept()) {
            return frame(again);
        } catch (SocketTimeoutException e) {
            return "";
        }
    }

    private static String frame(Socket from) throws IOException {
        int length = 0;
        for (int digit = from.getInputStream().read();
                digit != ' ';
                digit = from.getInputStream().read()) {
            length = length * 10 + digit - '0';
        }
        return new String(from.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
    }

    @Test
    void aPlaceThatHangsBlocksNobodyAndItsLinesAreCounted() throws Exception {
        var hangs = new CountDownLatch(1);
        var wrote = new ByteArrayOutputStream();
        LineSink stuck = new LineSink() {
            @Override
            public void write(byte[] line) throws IOException {
                try {
                    hangs.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }

            @Override
            public void close() {
                hangs.countDown();
            }
        };
        var log = new EventLog(new SyslogLine(Facility.DAEMON, "mon-1"), List.of(stuck, new LineSinks.Stream(wrote)));
        for (int i = 1; i <= 3; i++) {
            log.log(Samples.opened());
            int written = i;
            await().until(() -> wrote.toString(StandardCharsets.UTF_8).lines().count() == written);
        }
        // One line is in the stuck writer's hands, a queue of them waits, the rest has no place.
        for (int i = 3; i < 1 + EventLog.QUEUE_LINES + 100; i++) {
            log.log(Samples.opened());
        }

        assertThat(log.dropped()).isGreaterThanOrEqualTo(100);
        hangs.countDown();
        log.close();
    }

    @Test
    void countsLinesThatNobodyTakes() throws Exception {
        int port;
        try (var gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        try (var log = syslog(Protocol.TCP, port)) {
            log.log(Samples.opened());
            await().until(() -> log.dropped() == 1);
        }
    }
}
