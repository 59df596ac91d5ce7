package dev.muster.collector.link;

import dev.muster.collector.apply.Input;
import dev.muster.collector.apply.Outcome;
import dev.muster.collector.model.HostAttributes;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.KnownAgent;
import dev.muster.protocol.message.Digest;
import dev.muster.protocol.message.FactsList;
import dev.muster.protocol.message.Generation;
import dev.muster.protocol.message.Hello;
import dev.muster.protocol.message.MalformedMessage;
import dev.muster.protocol.message.Status;
import dev.muster.protocol.message.Want;
import dev.muster.protocol.noise.PublicKey;
import dev.muster.protocol.session.Association;
import dev.muster.protocol.session.ChannelListener;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamLimits;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.Frame;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One association: waits for HELLO, learns which host the key speaks for, says where to resume, then hands every durable record on and
 * answers APPLIED after its commit. State belongs to the event loop; the decoder reads {@code host} only after the loop has set it.
 */
final class AgentSession implements ChannelListener {
    private static final Logger LOG = LoggerFactory.getLogger(AgentSession.class);

    private enum State {
        /** Nothing but HELLO is taken. */
        AWAITS_HELLO,
        /** Said HELLO and is not trusted yet. */
        PENDING,
        REFUSED,
        TRUSTED
    }

    private final Association association;
    private final AgentLink link;
    private State state = State.AWAITS_HELLO;
    private @Nullable HostId host;
    private Optional<HostAttributes> attributes = Optional.empty();
    private Input.HelloSeen.LastRun lastRun = Input.HelloSeen.LastRun.UNKNOWN;
    private long clockOffsetMillis;
    private String peersHeld = Generation.NONE;
    private String desiredHeld = Generation.NONE;
    private boolean takesOrders;
    private boolean resumed;
    private boolean overloaded;

    AgentSession(Association association, AgentLink link) {
        this.association = association;
        this.link = link;
        association.recordLimits(Hello.MAX_BODY_BYTES, Hello.MAX_BODY_BYTES);
    }

    @Override
    public void record(int channel, StreamRecord record) {
        if (record.type() == RecordType.HELLO && channel == Frame.CONTROL_CHANNEL) {
            submit(record, () -> hello(record));
            return;
        }
        HostId known = host;
        if (state != State.TRUSTED || known == null) {
            link.count().untrusted.incrementAndGet();
            return;
        }
        link.heard(association);
        if (channel == Frame.RESULT_CHANNEL && record.type() == RecordType.DIGEST) {
            submit(record, () -> summedUp(known, record));
            return;
        }
        if (channel == Frame.RESULT_CHANNEL && record.type() == RecordType.LIST) {
            submit(record, () -> listed(known, record));
            return;
        }
        if (!RecordType.durable(record.type()) || record.seq() == 0) {
            return; // a later version's question
        }
        submit(record, () -> offer(channel, Messages.durable(known, association, channel, record)));
    }

    @Override
    public void deadRecord(int channel, long seq, int type, String error) {
        HostId known = host;
        if (state != State.TRUSTED || known == null || seq == 0) {
            link.count().untrusted.incrementAndGet();
            return;
        }
        var empty = new StreamRecord(seq, type, new byte[0]);
        submit(empty, () -> offer(channel, Messages.undecodable(known, association.spool(), channel, empty, error)));
    }

    @Override
    public void heartbeat(Frame.Heartbeat beat) {
        HostId known = host;
        if (known != null) {
            link.signs().beat(known);
        }
    }

    @Override
    public void writable() {
        giveOrders();
    }

    Association association() {
        return association;
    }

    /** Which host the session speaks for; null while it speaks for none. */
    @Nullable
    HostId host() {
        return host;
    }

    /** Sends what the agent is to do and does not know yet. */
    void giveOrders() {
        HostId known = host;
        if (known == null || !takesOrders) {
            return;
        }
        link.orders().desired(known).ifPresent(order -> {
            if (!order.generation().equals(desiredHeld) && tell(RecordType.DESIRED, order.body())) {
                desiredHeld = order.generation();
            }
        });
        link.orders().peers(known).ifPresent(order -> {
            if (!order.generation().equals(peersHeld) && tell(RecordType.PEERS, order.body())) {
                peersHeld = order.generation();
            }
        });
    }

    /** Takes a neighbour from the agent's list and puts it back, so that the agent looks for it as for a new one. */
    void callAgain(PublicKey neighbour) {
        HostId known = host;
        if (known == null || !takesOrders) {
            return;
        }
        Optional<byte[]> without = link.orders().peersWithout(known, neighbour);
        if (without.isPresent() && tell(RecordType.PEERS, without.get())) {
            peersHeld = Generation.of(without.get());
            giveOrders();
        }
    }

    /** Whether there was room; where there is none, {@link #writable} comes. */
    private boolean tell(int type, byte[] body) {
        return association.offer(Frame.CONTROL_CHANNEL, new StreamRecord(0, type, body));
    }

    /** Whether this session waits for the key to be trusted. */
    boolean waitsAs(String keyId) {
        return state == State.PENDING && association.agent().id().equals(keyId);
    }

    /** Whether this session is one of a host that the key speaks for. */
    boolean speaksAs(String keyId) {
        return state == State.TRUSTED && association.agent().id().equals(keyId);
    }

    /** The key was revoked while the session lived: nothing more is taken from it. */
    void revokedNow() {
        link.leave(this);
        state = State.REFUSED;
        host = null;
        association.recordLimits(Hello.MAX_BODY_BYTES, Hello.MAX_BODY_BYTES);
        say(Status.refused("this key was revoked"));
    }

    /** The key was approved while the session waited. */
    void trustedNow() {
        Optional<KnownAgent> agent = link.trusted().find(association.agent());
        agent.ifPresent(known -> attributes.ifPresent(seen -> trust(known.host(), seen)));
    }

    private void submit(StreamRecord record, Runnable task) {
        if (overloaded) {
            return;
        }
        if (!link.decoder().submit(record.body().length, task)) {
            overload();
        }
    }

    // ---- on the decoder's thread

    private void hello(StreamRecord record) {
        Hello hello;
        try {
            hello = Hello.decode(record.body());
        } catch (MalformedMessage e) {
            link.loop().execute(() -> {
                LOG.warn("event=hello-malformed agent={} error=\"{}\"", association, e.getMessage());
                association.close("HELLO: " + e.getMessage());
            });
            return;
        }
        HostAttributes seen = Messages.attributes(hello);
        Duration offset = Duration.between(hello.clock(), link.clock().instant());
        link.loop().execute(() -> greeted(hello, seen, offset));
    }

    private void summedUp(HostId known, StreamRecord record) {
        try {
            Digest said = Digest.decode(record.body());
            compare(Messages.summedUp(known, association.spool(), said), compared -> {
                if (compared == Outcome.Compared.DIFFERENT) {
                    LOG.info("event=digest-differs agent={} host={} seq={}", association, known, said.seq());
                    tell(RecordType.WANT, new Want.Everything().encode());
                }
            });
        } catch (MalformedMessage e) {
            LOG.warn("event=digest-malformed agent={} error=\"{}\"", association, e.getMessage());
        }
    }

    private void listed(HostId known, StreamRecord record) {
        try {
            FactsList said = FactsList.decode(record.body());
            compare(Messages.listed(known, association.spool(), said), missing -> {
                if (!missing.instances().isEmpty()) {
                    LOG.info(
                            "event=facts-wanted-again agent={} host={} instances={}",
                            association,
                            known,
                            missing.instances().size());
                    tell(RecordType.WANT, Messages.want(missing.instances()).encode());
                }
            });
        } catch (MalformedMessage e) {
            LOG.warn("event=list-malformed agent={} error=\"{}\"", association, e.getMessage());
        }
    }

    /** In order with the records before it; the answer may be lost, for the next summary asks again. */
    private <R extends Outcome> void compare(Input<R> input, Consumer<R> answer) {
        Optional<CompletionStage<R>> outcome = link.inputs().offer(input);
        if (outcome.isEmpty()) {
            link.loop().execute(this::overload);
            return;
        }
        outcome.get().thenAccept(done -> link.loop().execute(() -> answer.accept(done)));
    }

    private void offer(int channel, Input.Durable input) {
        if (input instanceof Input.FactsRecord) {
            link.count().facts.incrementAndGet();
        } else if (input instanceof Input.Undecodable bad) {
            link.count().undecodable.incrementAndGet();
            LOG.warn("event=record-undecodable agent={} seq={} error=\"{}\"", association, bad.seq(), bad.error());
        }
        Optional<CompletionStage<Outcome.Applied>> outcome = link.inputs().offer(input);
        if (outcome.isEmpty()) {
            link.loop().execute(this::overload);
            return;
        }
        outcome.get().whenComplete((applied, failure) -> {
            if (failure == null) {
                link.loop().execute(() -> applied(channel, input.seq(), applied.seq()));
            } else {
                link.loop().execute(() -> association.close("the collector cannot store now"));
            }
        });
    }

    // ---- on the event loop

    private void greeted(Hello hello, HostAttributes seen, Duration offset) {
        peersHeld = hello.peersGeneration();
        desiredHeld = hello.generation();
        takesOrders = false;
        attributes = Optional.of(seen);
        lastRun = Messages.lastRun(hello);
        clockOffsetMillis = offset.toMillis();
        Optional<KnownAgent> agent = link.trusted().find(association.agent());
        if (agent.isPresent()) {
            trust(agent.get().host(), seen);
            return;
        }
        Optional<String> token = hello.token().isEmpty() ? Optional.empty() : Optional.of(hello.token());
        String address = association.address().getAddress().getHostAddress();
        var enrol = new Input.Enrol(
                association.agent().toBase64(), association.agent().id(), seen, address, token);
        var outcome = link.inputs().offer(enrol);
        if (outcome.isEmpty()) {
            overload();
            return;
        }
        outcome.get()
                .whenComplete((enrolment, failure) -> link.loop().execute(() -> {
                    if (failure == null) {
                        enrolled(enrolment, seen);
                    } else {
                        association.close("the collector cannot store now");
                    }
                }));
    }

    private void enrolled(Outcome.Enrolment enrolment, HostAttributes seen) {
        switch (enrolment) {
            case Outcome.Enrolment.Trusted t -> trust(t.host(), seen);
            case Outcome.Enrolment.Pending p -> {
                state = State.PENDING;
                say(Status.pending("an administrator must approve the key "
                        + association.agent().fingerprint()));
            }
            case Outcome.Enrolment.Refused r -> {
                state = State.REFUSED;
                LOG.warn("event=agent-refused agent={} reason=\"{}\"", association, r.reason());
                say(Status.refused(r.reason()));
            }
        }
    }

    /** From here on records are taken; the agent sends none before it hears RESUME. */
    private void trust(HostId known, HostAttributes seen) {
        boolean first = !known.equals(host);
        host = known;
        state = State.TRUSTED;
        link.hello(association, seen);
        if (first) {
            link.join(known, this);
        }
        association.recordLimits(StreamLimits.MAX_BODY_BYTES, StreamRecord.MAX_BODY_BYTES);
        var taken = link.inputs()
                .offer(new Input.HelloSeen(
                        known,
                        seen,
                        association.address(),
                        association.agentRun(),
                        lastRun,
                        association.agent().id()));
        if (taken.isEmpty()) {
            overload();
            return;
        }
        // What it is to do may follow from its being back.
        taken.get().whenComplete((done, failure) -> link.loop().execute(this::takesOrdersNow));
        say(Status.trusted(known.toString(), clockOffsetMillis));
        tell(RecordType.COLLECTOR_KEYS, link.orders().keys());
        if (!resumed) {
            resumed = true;
            resume(known, Frame.CONTROL_CHANNEL);
            resume(known, Frame.RESULT_CHANNEL);
        }
    }

    private void takesOrdersNow() {
        takesOrders = true;
        giveOrders();
    }

    private void resume(HostId known, int channel) {
        var asked = link.inputs()
                .offer(new Input.LastApplied(known, association.spool().toString(), channel));
        if (asked.isEmpty()) {
            overload();
            return;
        }
        asked.get()
                .whenComplete((last, failure) -> link.loop().execute(() -> {
                    if (failure == null) {
                        association.resume(channel, last.seq() + 1);
                    } else {
                        association.close("the collector cannot store now");
                    }
                }));
    }

    private void applied(int channel, long seq, long last) {
        if (last < seq) {
            // Something before it is missing: what was sent cannot be applied in order, so it is asked for again.
            association.close("sequence " + seq + " came after " + last);
            return;
        }
        association.applied(channel, last);
    }

    private void say(Status status) {
        if (!association.offer(Frame.CONTROL_CHANNEL, new StreamRecord(0, RecordType.STATUS, status.encode()))) {
            association.close("no room to say STATUS");
        }
    }

    /** Too much waits: the agent keeps what it has, comes back, and hears from where to send. */
    private void overload() {
        if (!overloaded) {
            overloaded = true;
            link.count().overloads.incrementAndGet();
            LOG.warn("event=link-overloaded agent={}", association);
            association.close("too busy, come back");
        }
    }
}
