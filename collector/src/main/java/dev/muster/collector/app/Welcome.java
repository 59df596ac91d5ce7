package dev.muster.collector.app;

import dev.muster.collector.api.HttpApi;
import dev.muster.protocol.noise.StaticKeys;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** What a collector says once it runs: where it listens, who it is, what to do next, and what is not configured yet. */
final class Welcome {
    private Welcome() {}

    static String text(Path home, CollectorConfig config, StaticKeys keys, InetSocketAddress agents, HttpApi api) {
        String mail = config.mail()
                .map(m -> "to " + String.join(", ", m.addresses().recipients()) + " by "
                        + m.server().host() + ":" + m.server().port())
                .orElse("not configured: mails wait in the outbox. Set mail.host, mail.from and mail.to in"
                        + " /etc/muster/collector.yaml, or where that is not there in "
                        + home.resolve("collector.yaml"));
        return """
                Muster collector is ready.
                  agents       UDP %s
                  key          %s
                  fingerprint  %s
                  api          %s
                  certificate  SHA-256 %s
                  mail         %s
                  state        %s
                A server joins with: muster enroll token""".formatted(
                        Collector.shown(agents),
                        keys.publicKey().toBase64(),
                        keys.publicKey().fingerprint(),
                        api.url(),
                        api.certificateFingerprint(),
                        mail,
                        home);
    }
}
