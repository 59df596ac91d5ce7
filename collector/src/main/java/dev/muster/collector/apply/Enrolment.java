package dev.muster.collector.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.apply.PendingKeys.News;
import dev.muster.collector.graph.HostRecord;
import dev.muster.collector.graph.Write;
import dev.muster.collector.graph.Write.EnrolmentToken;
import dev.muster.collector.model.EnrolmentPolicy;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostAttributes;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.KnownAgent;
import dev.muster.collector.model.PendingAgent;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Decides which keys speak for which hosts. */
final class Enrolment {
    private static final String REVOKED =
            "this key was revoked; where the host shall come back, remove state/agent.key there to make a new one";

    /** 160 bits: nobody guesses one, and it still fits a command line. */
    private static final int TOKEN_BYTES = 20;

    private final EnrolmentPolicy policy;
    private final Function<String, Optional<EnrolmentToken>> tokens;
    private final SecureRandom random;

    Enrolment(EnrolmentPolicy policy, Function<String, Optional<EnrolmentToken>> tokens, SecureRandom random) {
        this.policy = policy;
        this.tokens = tokens;
        this.random = random;
    }

    Outcome.TokenCreated createToken(Draft draft, Input.CreateToken command) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        draft.put(new EnrolmentToken(hash(text), Math.max(1, command.uses()), command.expires(), draft.at()));
        return new Outcome.TokenCreated(text);
    }

    Outcome.Enrolment enrol(Draft draft, Input.Enrol enrol, String ruleSet) {
        Optional<KnownAgent> known = draft.roster().agent(enrol.keyId());
        if (known.isPresent()) {
            return trusted(known.get());
        }
        if (draft.roster().isRevoked(enrol.keyId())) {
            return new Outcome.Enrolment.Refused(REVOKED);
        }
        if (enrol.token().isEmpty()) {
            return switch (policy) {
                case APPROVE -> waiting(draft, enrol);
                case TOKEN_ONLY -> new Outcome.Enrolment.Refused("this collector lets hosts in with a token only");
                case ACCEPT -> bindNew(draft, enrol.publicKey(), enrol.keyId(), enrol.attributes(), ruleSet);
            };
        }
        String hash = hash(enrol.token().get());
        Optional<EnrolmentToken> token = draft.token(hash).or(() -> tokens.apply(hash));
        Optional<String> objection = objection(draft, token);
        if (objection.isPresent()) {
            return new Outcome.Enrolment.Refused(objection.get());
        }
        EnrolmentToken good = token.orElseThrow();
        draft.put(new EnrolmentToken(hash, good.usesLeft() - 1, good.expires(), good.created()));
        return bindNew(draft, enrol.publicKey(), enrol.keyId(), enrol.attributes(), ruleSet);
    }

    Outcome.Enrolment approve(Draft draft, Input.Approve approve, String ruleSet) {
        Optional<KnownAgent> known = draft.roster().agent(approve.keyId());
        if (known.isPresent()) {
            return trusted(known.get());
        }
        if (draft.roster().isRevoked(approve.keyId())) {
            return new Outcome.Enrolment.Refused(REVOKED);
        }
        Optional<PendingAgent> waiting = draft.roster().pending().find(approve.keyId());
        if (waiting.isEmpty()) {
            return new Outcome.Enrolment.Refused(
                    "no agent with this key waits any more; it asks again when it connects");
        }
        PendingAgent agent = waiting.get();
        if (approve.as().isEmpty()) {
            return bindNew(draft, agent.publicKey(), agent.keyId(), agent.attributes(), ruleSet);
        }
        HostRecord host = draft.host(approve.as().get());
        if (host.host().status() == HostStatus.RETIRED) {
            return new Outcome.Enrolment.Refused(host.host().name() + " is retired");
        }
        draft.roster().agentsOf(host.host().id()).forEach(old -> revoke(draft, old));
        draft.put(Hosts.described(host, agent.attributes()));
        return bind(draft, agent.publicKey(), agent.keyId(), host);
    }

    Outcome.Command revoke(Draft draft, Input.Revoke command) {
        Optional<KnownAgent> agent = draft.roster().agent(command.keyId());
        if (agent.isEmpty()) {
            return new Outcome.Command.Refused("this key speaks for no host");
        }
        revoke(draft, agent.get());
        return new Outcome.Command.Done(agent.get().host(), agent.get().hostName());
    }

    private static void revoke(Draft draft, KnownAgent agent) {
        // A key that was never used lives by the word of this one.
        draft.roster().successorsOf(agent.keyId()).forEach(draft::revoke);
        draft.revoke(agent);
        ObjectNode detail = JsonNodeFactory.instance.objectNode().put("keyId", agent.keyId());
        draft.event(
                EventType.AGENT_REVOKED,
                draft.host(agent.host()).host(),
                "is no longer spoken for by key " + agent.keyId(),
                detail);
    }

    private static String splitting(String host) {
        return "One of the two is a copy of the other, its agent's key included, so the key was revoked. On both: stop the"
                + " agent, remove state/agent.key, start it; it then asks with a key of its own (\"muster agents\" shows"
                + " both). Then \"muster agents approve KEY --as " + host + "\" for the one that is this host, and"
                + " \"muster agents approve KEY\" for the other. Images to copy from should hold neither"
                + " state/agent.key nor /etc/machine-id.";
    }

    /** Both keys speak for the host until the next one is used. Answers why not; empty where it is done, or was before. */
    static Optional<String> next(Draft draft, Input.KeyNext next) {
        Optional<KnownAgent> known = draft.roster().agent(next.keyId());
        if (known.isPresent()) {
            return known.get().host().equals(next.host())
                    ? Optional.empty()
                    : Optional.of("the next key speaks for another host");
        }
        Optional<KnownAgent> present = draft.roster().agent(next.presentKeyId());
        if (present.isEmpty() || !present.get().host().equals(next.host())) {
            return Optional.of("the present key speaks for this host no more");
        }
        boolean isFree = !draft.roster().isRevoked(next.keyId())
                && draft.roster().pending().find(next.keyId()).isEmpty();
        if (!isFree) {
            return Optional.of("the next key was revoked, or waits for approval");
        }
        draft.roster().successorsOf(next.presentKeyId()).forEach(draft::revoke);
        draft.succeed(
                new KnownAgent(
                        next.keyId(),
                        next.publicKey(),
                        next.host(),
                        present.get().hostName()),
                next.presentKeyId());
        return Optional.empty();
    }

    /** The first session of a next key ends the one before. */
    static void spoke(Draft draft, String keyId) {
        Optional<KnownAgent> before = draft.rosterAfter().predecessorOf(keyId);
        if (before.isEmpty()) {
            return;
        }
        KnownAgent old = before.get();
        draft.revoke(old);
        ObjectNode detail =
                JsonNodeFactory.instance.objectNode().put("keyId", keyId).put("before", old.keyId());
        draft.event(
                EventType.AGENT_KEY_CHANGED,
                draft.host(old.host()).host(),
                "has a new key " + keyId + "; the one before is revoked",
                detail);
    }

    /** Nobody can say which of the two is the host, and either may hold the key of the other: it is worth nothing any more. */
    Outcome.Command cloned(Draft draft, Input.Cloned cloned) {
        Optional<KnownAgent> agent = draft.roster().agent(cloned.keyId());
        if (agent.isEmpty()) {
            return new Outcome.Command.Refused("this key speaks for no host");
        }
        draft.roster().successorsOf(cloned.keyId()).forEach(draft::revoke);
        draft.revoke(agent.get());
        Host host = draft.host(agent.get().host()).host();
        String addresses = cloned.uses().stream().map(Input.Cloned.Use::address).collect(Collectors.joining(" and "));
        ObjectNode detail = JsonNodeFactory.instance.objectNode().put("keyId", cloned.keyId());
        for (Input.Cloned.Use use : cloned.uses()) {
            detail.withArray("machines")
                    .addObject()
                    .put("address", use.address())
                    .put("machineIdHash", Draft.oneLine(use.machineIdHash()))
                    .put("bootId", Draft.oneLine(use.bootId()));
        }
        detail.put(EventType.WHAT_TO_DO, splitting(host.name()));
        draft.mail(draft.event(
                EventType.HOST_CLONE,
                host,
                "is two machines: " + addresses + " use one key. Both were shut out",
                detail));
        return new Outcome.Command.Done(host.id(), host.name());
    }

    Outcome.Command rename(Draft draft, Input.Rename command) {
        HostRecord host = draft.host(command.host());
        String before = host.host().name();
        if (!Hosts.isName(command.name())) {
            return new Outcome.Command.Refused(
                    "a name has letters, digits, dots, hyphens and underscores, at most 253, and begins with a letter or digit");
        }
        if (draft.roster().isTaken(command.name())) {
            return new Outcome.Command.Refused("there is a host " + command.name() + " already");
        }
        HostRecord renamed = named(draft, host, command.name());
        ObjectNode detail = JsonNodeFactory.instance.objectNode().put("from", before);
        draft.heard(command.host(), "");
        draft.event(EventType.HOST_RENAMED, renamed.host(), "was " + before + " until now", detail);
        return new Outcome.Command.Done(command.host(), command.name());
    }

    private static HostRecord named(Draft draft, HostRecord host, String name) {
        HostRecord renamed = Hosts.named(host, name);
        draft.roster().rename(host.host().id(), host.host().name(), name);
        draft.put(renamed);
        return renamed;
    }

    /** Ends a host: nobody speaks for it, nothing is open on it, nothing is judged. What it was stays. */
    Outcome.Command retire(Draft draft, Input.Retire command) {
        HostRecord host = draft.host(command.host());
        String name = host.host().name();
        if (host.host().status() == HostStatus.RETIRED) {
            return new Outcome.Command.Refused(name + " is retired already");
        }
        draft.roster().agentsOf(command.host()).forEach(draft::revoke);
        draft.showNone(host);
        int open = host.open().size();
        host.open().forEach((finding, opened) -> {
            draft.write(new Write.CloseFinding(command.host(), finding, draft.at()));
            draft.put(Hosts.counted(draft.host(command.host()), opened.severity(), -1)
                    .without(finding));
        });
        HostRecord retired = Hosts.turned(draft.host(command.host()), HostStatus.RETIRED, draft.at());
        HostRecord renamed = named(draft, retired, Hosts.uniqueName(name + "-retired", draft.roster()));
        ObjectNode detail = JsonNodeFactory.instance
                .objectNode()
                .put("keptAs", renamed.host().name())
                .put("closedFindings", open);
        draft.event(EventType.HOST_RETIRED, Optional.of(command.host()), name, name + " was retired", detail);
        return new Outcome.Command.Done(command.host(), renamed.host().name());
    }

    private static Outcome.Enrolment.Trusted trusted(KnownAgent agent) {
        return new Outcome.Enrolment.Trusted(agent.host(), agent.hostName());
    }

    private Outcome.Enrolment waiting(Draft draft, Input.Enrol enrol) {
        var agent = new PendingAgent(
                enrol.keyId(), enrol.publicKey(), enrol.attributes(), enrol.address(), draft.at(), draft.at());
        if (draft.roster().pending().ask(agent) == News.NEW) {
            String name = Draft.oneLine(
                    enrol.attributes().names().isEmpty()
                            ? "?"
                            : enrol.attributes().names().getFirst());
            ObjectNode detail = JsonNodeFactory.instance.objectNode();
            detail.put("keyId", enrol.keyId())
                    .put("name", name)
                    .put("nameIsKnown", draft.roster().isTaken(name));
            draft.event(
                    EventType.HOST_PENDING,
                    Optional.empty(),
                    name,
                    name + " asks to be approved: key " + enrol.keyId() + " from " + enrol.address(),
                    detail);
        }
        return new Outcome.Enrolment.Pending();
    }

    private static Optional<String> objection(Draft draft, Optional<EnrolmentToken> token) {
        if (token.isEmpty()) {
            return Optional.of("the token is unknown");
        }
        if (!draft.at().isBefore(token.get().expires())) {
            return Optional.of("the token has expired");
        }
        return token.get().usesLeft() < 1 ? Optional.of("the token is spent") : Optional.empty();
    }

    private Outcome.Enrolment bindNew(
            Draft draft, String publicKey, String keyId, HostAttributes attributes, String ruleSet) {
        HostId id = Hosts.newId(draft.at(), random);
        String name = Hosts.uniqueName(Hosts.wantedName(attributes), draft.roster());
        HostRecord host =
                Hosts.fresh(id, name, attributes, draft.at()).judgedBy(ruleSet).projectedBy(draft.declarations());
        draft.put(host);
        Outcome.Enrolment outcome = bind(draft, publicKey, keyId, host);
        ObjectNode detail = JsonNodeFactory.instance.objectNode().put("keyId", keyId);
        draft.event(EventType.HOST_NEW, host.host(), "is new", detail);
        return outcome;
    }

    private Outcome.Enrolment bind(Draft draft, String publicKey, String keyId, HostRecord host) {
        var agent =
                new KnownAgent(keyId, publicKey, host.host().id(), host.host().name());
        draft.bind(agent);
        return trusted(agent);
    }

    private static String hash(String token) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
