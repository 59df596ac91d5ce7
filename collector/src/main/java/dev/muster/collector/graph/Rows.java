package dev.muster.collector.graph;

import dev.muster.collector.model.Event;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.FindingJson;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Waiver;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a write into the parameters of its statement, and into the name of the one thing that it changes. */
final class Rows {
    private Rows() {}

    /**
     * One row of a statement.
     *
     * @param entity rows of the same entity keep their order, and never share a statement
     */
    record Row(Statement statement, String entity, Map<String, Object> values) {}

    /**
     * Rows as a statement takes them: {@code UNWIND $batch.rows AS row}.
     *
     * <p>Neo4j makes a plan for each size of a list among the parameters (none, 1, to 10, to 100, and so on), and 40 ms pass each time; it
     * does not look into a map. So in a map one plan serves all sizes, and that of no rows, too.
     */
    static Map<String, Object> batch(List<Map<String, Object>> rows) {
        return Map.of("batch", Map.of("rows", rows));
    }

    static List<Row> of(Write write) {
        return switch (write) {
            case Write.PutHost put -> List.of(host(put.host()));
            case Write.BindAgent bind -> List.of(bind(bind));
            case Write.RevokeAgent revoke ->
                List.of(row(
                        Statement.REVOKE_AGENT,
                        revoke.keyId(),
                        Map.of("keyId", revoke.keyId(), "at", time(revoke.validTo()))));
            case Write.PutAgentSeen put ->
                List.of(row(
                        Statement.PUT_AGENT_SEEN,
                        put.host().toString(),
                        Map.of(
                                "host", put.host().toString(),
                                "at", SocketText.of(put.at()),
                                "run", put.agentRun())));
            case Write.PutJudgedOn put ->
                List.of(row(
                        Statement.PUT_JUDGED_ON,
                        put.host().toString(),
                        Map.of("host", put.host().toString(), "day", put.day())));
            case Write.PutScores put ->
                List.of(row(
                        Statement.PUT_SCORES,
                        put.day().toString(),
                        Map.of("day", put.day(), "json", put.scores().toString())));
            case Write.PutNext put -> List.of(next(put));
            case Write.PutSilence put -> List.of(silence(put));
            case Write.PutToken put -> List.of(token(put.token()));
            case Write.PutFacts put -> facts(put);
            case Write.PutRuns put -> List.of(runs(put));
            case Write.PutVerdicts put -> verdicts(put);
            case Write.PutRule put -> List.of(rule(put));
            case Write.OpenFinding open -> List.of(open(open.finding()));
            case Write.CloseFinding close -> List.of(close(close));
            case Write.CloseWaived close -> List.of(closeWaived(close));
            case Write.PutWaiver put -> List.of(waiver(put.standing()));
            case Write.ShowEvidence show -> List.of(evidence(show));
            case Write.AddEvent add -> List.of(event(add.event()));
            case Write.AddOutbox add -> List.of(outbox(add));
            case Write.Summarise add -> List.of(summary(add));
            case Write.SettleOutbox settle ->
                List.of(row(
                        Statement.SETTLE_OUTBOX,
                        settle.id(),
                        Map.of("id", settle.id(), "at", time(settle.at()), "error", settle.error())));
            case Write.Advance advance -> List.of(advance(advance));
            case Write.AddDeadLetter add -> List.of(deadLetter(add));
            case Write.PutRuleSet put -> List.of(ruleSet(put));
            case Write.Show _, Write.Forget _ -> List.of();
        };
    }

    static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static String factsKey(HostId host, InstanceKey key) {
        return host + "/" + key.type() + "/" + key.instance();
    }

    static String appliedKey(HostId host, HostRecord.Stream stream) {
        return host + "/" + stream.spool() + "/" + stream.channel();
    }

    private static Row row(Statement statement, String entity, Map<String, Object> values) {
        return new Row(statement, entity, values);
    }

    private static Row host(HostRecord record) {
        Host host = record.host();
        var properties = new HashMap<String, Object>();
        properties.put("name", host.name());
        properties.put("status", host.status().word());
        properties.put("since", time(host.since()));
        properties.put("seen", time(host.seen()));
        properties.put("roles", record.roles().stream().sorted().toList());
        properties.put("labels", record.labels().stream().sorted().toList());
        properties.put("judgedBy", record.judgedBy());
        properties.put("projectedBy", record.projectedBy());
        properties.put("names", host.attributes().names());
        properties.put("addresses", host.attributes().addresses());
        properties.put("machineIdHash", host.attributes().machineIdHash());
        properties.put("os", host.attributes().os());
        properties.put("agentVersion", host.attributes().agentVersion());
        properties.put("bootId", host.attributes().bootId());
        properties.put("findingsLow", host.findings().low());
        properties.put("findingsMedium", host.findings().medium());
        properties.put("findingsHigh", host.findings().high());
        host.verification().verified().ifPresent(at -> properties.put("verifiedAt", time(at)));
        String id = host.id().toString();
        return row(Statement.PUT_HOST, id, Map.of("id", id, "properties", properties));
    }

    private static Row bind(Write.BindAgent bind) {
        Map<String, Object> values = Map.of(
                "keyId", bind.keyId(),
                "publicKey", bind.publicKey(),
                "host", bind.host().toString(),
                "at", time(bind.validFrom()),
                "replaces", bind.replaces().orElse(""));
        return row(Statement.BIND_AGENT, bind.keyId(), values);
    }

    private static Row next(Write.PutNext put) {
        List<Map<String, String>> next = put.next().entrySet().stream()
                .map(each ->
                        Map.of("ring", each.getKey(), "host", each.getValue().toString()))
                .toList();
        String host = put.host().toString();
        return row(Statement.PUT_NEXT, host, Map.of("host", host, "next", next));
    }

    private static Row silence(Write.PutSilence put) {
        String reporter = put.reporter().toString();
        String host = put.host().toString();
        String entity = reporter + "/" + host;
        return put.state()
                .map(state -> row(
                        Statement.PUT_SILENCE,
                        entity,
                        Map.of("reporter", reporter, "host", host, "state", state.word(), "at", time(put.at()))))
                .orElseGet(() -> row(Statement.DROP_SILENCE, entity, Map.of("reporter", reporter, "host", host)));
    }

    private static Row token(Write.EnrolmentToken token) {
        return row(
                Statement.PUT_TOKEN,
                token.hash(),
                Map.of(
                        "hash",
                        token.hash(),
                        "usesLeft",
                        token.usesLeft(),
                        "expires",
                        time(token.expires()),
                        "created",
                        time(token.created())));
    }

    private static List<Row> facts(Write.PutFacts put) {
        Facts facts = put.report().facts();
        String key = factsKey(put.host(), facts.key());
        var properties = new HashMap<String, @Nullable Object>();
        properties.put("type", facts.key().type());
        properties.put("instance", facts.key().instance());
        properties.put("schema", facts.schema());
        properties.put("status", facts.status().word());
        properties.put("denied", facts.denied());
        properties.put("errors", facts.errors());
        properties.put("truncated", facts.truncated());
        properties.put("hash", facts.hash());
        properties.put("json", facts.data().toString());
        properties.put("jsonHash", put.report().dataHash());
        properties.put(
                "standing", put.report().showsOther() ? put.report().shown().toString() : null);
        properties.put("observedAt", time(facts.observedAt()));
        properties.put("tookMs", facts.took().toMillis());
        properties.put("first", time(put.report().first()));
        properties.put("since", time(put.report().since()));
        properties.put("reported", time(put.reported()));
        properties.put("lastRun", time(put.reported()));
        properties.put("changes", put.report().changes());
        Row now = row(
                Statement.PUT_FACTS, key, Map.of("host", put.host().toString(), "key", key, "properties", properties));
        return put.before()
                .map(change -> List.of(now, change(Statement.ADD_FACTS_CHANGE, key, change)))
                .orElse(List.of(now));
    }

    private static Row runs(Write.PutRuns put) {
        String host = put.host().toString();
        List<Map<String, Object>> runs = put.runs().stream()
                .map(run -> Map.<String, Object>of(
                        "key", factsKey(put.host(), run.key()),
                        "at", time(run.at()),
                        "every", run.every().toSeconds()))
                .toList();
        return row(
                Statement.PUT_RUNS,
                host,
                Map.of(
                        "host",
                        host,
                        "at",
                        time(put.at()),
                        "runs",
                        runs,
                        "grace",
                        GraphReads.LastRun.GRACE.toSeconds(),
                        "missable",
                        GraphReads.LastRun.MISSABLE));
    }

    private static List<Row> verdicts(Write.PutVerdicts put) {
        String key = put.host() + "/" + put.type();
        Map<String, Object> properties = Map.of(
                "type",
                put.type(),
                "json",
                put.verdicts().json().toString(),
                "at",
                time(put.verdicts().at()),
                "changes",
                put.verdicts().changes());
        Row now = row(
                Statement.PUT_VERDICTS,
                key,
                Map.of("host", put.host().toString(), "key", key, "properties", properties));
        return put.before()
                .map(change -> List.of(now, change(Statement.ADD_VERDICTS_CHANGE, key, change)))
                .orElse(List.of(now));
    }

    private static Row change(Statement statement, String key, Write.Change change) {
        Map<String, Object> properties = Map.of(
                "at",
                time(change.at()),
                "seq",
                change.seq(),
                "patch",
                change.patch(),
                "hash",
                change.hash(),
                "observedAt",
                time(change.observedAt()));
        return row(statement, key, Map.of("key", key, "change", properties));
    }

    private static Row rule(Write.PutRule put) {
        Rule rule = put.rule();
        Map<String, Object> properties = Map.of(
                "title", rule.title(),
                "type", rule.type(),
                "category", rule.category(),
                "severity", rule.severity().word(),
                "check", rule.check(),
                "why", rule.why(),
                "fix", rule.fix(),
                "refs", rule.refs(),
                "profile", rule.profile());
        return row(
                Statement.PUT_RULE,
                rule.id(),
                Map.of("id", rule.id(), "ruleSet", put.ruleSet(), "properties", properties));
    }

    private static String openKey(HostId host, String rule, InstanceKey instance) {
        return host + "/" + rule + "/" + instance.instance();
    }

    private static Row open(Finding finding) {
        String key = openKey(finding.host(), finding.rule().id(), finding.instance());
        Map<String, Object> properties = Map.of(
                "type", finding.instance().type(),
                "instance", finding.instance().instance(),
                "severity", finding.rule().severity().word(),
                "category", finding.rule().category(),
                "opened", time(finding.opened()),
                "evidence", FindingJson.write(finding.evidence()).toString());
        return row(
                Statement.OPEN_FINDING,
                key,
                Map.of(
                        "host",
                        finding.host().toString(),
                        "rule",
                        finding.rule().id(),
                        "key",
                        key,
                        "properties",
                        properties));
    }

    private static Row close(Write.CloseFinding close) {
        String key = close.host() + "/" + close.finding().rule() + "/"
                + close.finding().instance();
        return row(Statement.CLOSE_FINDING, key, Map.of("key", key, "at", time(close.closed())));
    }

    private static Row closeWaived(Write.CloseWaived close) {
        String key = close.host() + "/" + close.finding().rule() + "/"
                + close.finding().instance();
        return row(
                Statement.CLOSE_WAIVED, key, Map.of("key", key, "at", time(close.closed()), "waiver", close.waiver()));
    }

    private static Row waiver(StandingWaiver standing) {
        Waiver waiver = standing.waiver();
        var properties = new HashMap<String, @Nullable Object>();
        properties.put("rule", waiver.rule());
        properties.put("host", waiver.scope().host().orElse(null));
        properties.put("role", waiver.scope().role().orElse(null));
        properties.put("label", waiver.scope().label().orElse(null));
        properties.put("reason", waiver.reason());
        properties.put("owner", waiver.owner());
        properties.put("created", time(waiver.created()));
        properties.put("until", time(waiver.until()));
        properties.put("ended", waiver.ended().map(end -> time(end.at())).orElse(null));
        properties.put("how", waiver.ended().map(Waiver.End::how).orElse(null));
        properties.put("settledThrough", standing.settledThrough());
        properties.put("warned", standing.warned());
        return row(Statement.PUT_WAIVER, waiver.id(), Map.of("id", waiver.id(), "properties", properties));
    }

    private static Row evidence(Write.ShowEvidence show) {
        String key = openKey(show.host(), show.rule(), show.instance());
        return row(
                Statement.SHOW_EVIDENCE,
                key,
                Map.of(
                        "key",
                        key,
                        "evidence",
                        FindingJson.write(show.evidence()).toString()));
    }

    private static Row event(Event event) {
        var values = new HashMap<String, Object>();
        values.put("host", event.host().map(HostId::toString).orElse(""));
        values.put(
                "properties",
                Map.of(
                        "seq", event.seq(),
                        "at", time(event.at()),
                        "type", event.type().word(),
                        "host", event.host().map(HostId::toString).orElse(""),
                        "hostName", event.hostName(),
                        "summary", event.summary(),
                        "json", event.detail().toString()));
        return row(Statement.ADD_EVENT, Long.toString(event.seq()), values);
    }

    private static Row outbox(Write.AddOutbox add) {
        return row(
                Statement.ADD_OUTBOX, add.id(), outbox(add.id(), add.route(), add.events(), add.created(), add.due()));
    }

    private static Row summary(Write.Summarise add) {
        var values = new HashMap<>(outbox(add.id(), add.route(), add.events(), add.created(), add.due()));
        values.put("mergeKey", add.route() + "/" + add.host());
        return row(Statement.SUMMARISE, "summary/" + add.host(), values);
    }

    private static Map<String, Object> outbox(
            String id, String route, List<Long> events, Instant created, Instant due) {
        return Map.of("id", id, "route", route, "events", events, "created", time(created), "due", time(due));
    }

    private static Row advance(Write.Advance advance) {
        String key = appliedKey(advance.host(), advance.stream());
        return row(
                Statement.ADVANCE,
                key,
                Map.of(
                        "key",
                        key,
                        "host",
                        advance.host().toString(),
                        "spool",
                        advance.stream().spool(),
                        "channel",
                        advance.stream().channel(),
                        "from",
                        advance.from(),
                        "to",
                        advance.to()));
    }

    private static Row deadLetter(Write.AddDeadLetter add) {
        GraphReads.DeadLetter letter = add.letter();
        String id =
                appliedKey(letter.host(), new HostRecord.Stream(letter.spool(), letter.channel())) + "/" + letter.seq();
        var properties = new HashMap<String, Object>();
        properties.put("at", time(letter.at()));
        properties.put("host", letter.host().toString());
        properties.put("spool", letter.spool());
        properties.put("channel", letter.channel());
        properties.put("seq", letter.seq());
        properties.put("recordType", letter.recordType());
        properties.put("size", letter.size());
        properties.put("error", letter.error());
        properties.put("body", add.body());
        return row(Statement.ADD_DEAD_LETTER, id, Map.of("id", id, "properties", properties));
    }

    private static Row ruleSet(Write.PutRuleSet put) {
        Write.RuleSetProgress progress = put.progress();
        boolean inForce = progress.state() == Write.RuleSetProgress.State.IN_FORCE;
        Map<String, Object> properties = Map.of(
                "since", time(put.since()),
                "hosts", progress.hosts(),
                "opened", progress.opened(),
                "cleared", progress.cleared());
        return row(
                Statement.PUT_RULE_SET,
                put.hash(),
                Map.of("hash", put.hash(), "properties", properties, "inForce", inForce));
    }
}
