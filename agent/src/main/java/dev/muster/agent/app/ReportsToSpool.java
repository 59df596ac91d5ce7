package dev.muster.agent.app;

import dev.muster.agent.link.PeerReports;
import dev.muster.agent.spool.Append;
import dev.muster.agent.spool.Spool;
import dev.muster.agent.spool.SpoolChannel;
import dev.muster.protocol.message.PeerReport;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.stream.RecordType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of a neighbour goes to disk first, then to the network: it is known later, too, where the collector was away.
 *
 * @param appended told after each append
 */
record ReportsToSpool(Spool spool, Executor disk, Runnable appended, InstantSource clock) implements PeerReports {
    private static final Logger LOG = LoggerFactory.getLogger(ReportsToSpool.class);

    @Override
    public void silent(PublicKey who, Duration silence) {
        append(new PeerReport(who.id(), PeerReport.State.SILENT, silence, clock.instant()));
    }

    @Override
    public void back(PublicKey who, Duration silence) {
        append(new PeerReport(who.id(), PeerReport.State.BACK, silence, clock.instant()));
    }

    private void append(PeerReport report) {
        disk.execute(() -> {
            switch (spool.append(SpoolChannel.CONTROL, RecordType.PEER_REPORT, "", report.encode())) {
                case Append.Stored _ -> appended.run();
                case Append.Refused refused ->
                    LOG.error(
                            "event=peer-report-lost peer={} state={} reason=\"{}\"",
                            report.peer(),
                            report.state(),
                            refused.text());
            }
        });
    }
}
