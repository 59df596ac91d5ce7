package dev.muster.collector.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.HostRecord;
import dev.muster.collector.graph.Write.EnrolmentToken;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.HostAttributes;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.KnownAgent;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;

/** Decides which keys speak for which hosts. */
final class Enrolment {
    /** 160 bits: nobody guesses one, and it still fits a command line. */
    private static final int TOKEN_BYTES = 20;

    private final Function<String, Optional<EnrolmentToken>> tokens;
    private final SecureRandom random;

    Enrolment(Function<String, Optional<EnrolmentToken>> tokens, SecureRandom random) {
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
            return new Outcome.Enrolment.Refused("this key was revoked; an administrator can approve it again");
        }
        if (enrol.token().isEmpty()) {
            return waiting(draft, enrol);
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
            return new Outcome.Enrolment.Refused("this key was revoked: make a new one on the host");
        }
        if (approve.as().isEmpty()) {
            return bindNew(draft, approve.publicKey(), approve.keyId(), approve.attributes(), ruleSet);
        }
        HostRecord host = draft.host(approve.as().get());
        draft.roster().agentsOf(host.host().id()).forEach(draft::revoke);
        draft.put(Hosts.described(host, approve.attributes()));
        return bind(draft, approve.publicKey(), approve.keyId(), host);
    }

    private static Outcome.Enrolment.Trusted trusted(KnownAgent agent) {
        return new Outcome.Enrolment.Trusted(agent.host(), agent.hostName());
    }

    private Outcome.Enrolment waiting(Draft draft, Input.Enrol enrol) {
        if (draft.roster().await(enrol.keyId())) {
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
                    name + " asks to be approved: key " + enrol.keyId(),
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
        String name = Hosts.uniqueName(attributes, draft.roster());
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
