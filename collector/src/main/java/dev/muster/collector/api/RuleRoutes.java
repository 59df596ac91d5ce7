package dev.muster.collector.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.GraphReads;
import dev.muster.collector.graph.GraphReads.StandingVerdict;
import dev.muster.collector.model.Finding;
import dev.muster.collector.model.FindingJson;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.Judgement;
import dev.muster.collector.model.Marks;
import dev.muster.collector.model.Rule;
import dev.muster.collector.model.Verdict;
import dev.muster.collector.rules.LoadResult;
import dev.muster.collector.rules.RuleSet;
import dev.muster.collector.rules.Rulebook;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The routes that show the rules in force, and what others would say of the hosts. */
final class RuleRoutes {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** A trial compiles, and reads facts of every host. */
    private static final int TRIALS_AT_ONCE = 1;

    /** Before the command line gives up; some milliseconds a host and type that the rules read. */
    private static final Duration LONGEST_TRIAL = Duration.ofSeconds(45);

    /** Each finding is some kilobytes. Implementation choice. */
    private static final int MAX_SHOWN = 1_000;

    private final GraphReads reads;
    private final Rulebook rules;
    private final InstantSource clock;
    private final Semaphore trials = new Semaphore(TRIALS_AT_ONCE);

    RuleRoutes(GraphReads reads, Rulebook rules, InstantSource clock) {
        this.reads = reads;
        this.rules = rules;
        this.clock = clock;
    }

    void configure(RoutesConfig routes) {
        routes.get("/api/v1/rules", this::list);
        routes.get("/api/v1/rules/{id}", this::show);
        routes.post("/api/v1/rules/dry-run", this::dryRun);
    }

    private void list(Context context) throws IOException {
        String type = Optional.ofNullable(context.queryParam("type")).orElse("");
        List<Rule> wanted = rules.set().rules().stream()
                .filter(rule -> type.isEmpty() || rule.type().equals(type))
                .toList();
        ArrayNode problems = JSON.arrayNode();
        rules.loaded().problems().forEach(problem -> problems.add(problem.toString()));
        Body.list(
                context,
                "rules",
                wanted,
                FindingJson::write,
                Map.of("hash", JSON.textNode(rules.set().hash()), "problems", problems));
    }

    private void show(Context context) throws IOException {
        String id = context.pathParam("id");
        Rule rule = rules.rule(id)
                .orElseThrow(() -> Problem.notFound(
                        "There is no rule \"" + Parameters.shown(id) + "\" in force.",
                        Routes.meant(
                                        id,
                                        rules.set().rules().stream()
                                                .map(Rule::id)
                                                .toList())
                                + "\"muster rules list\" has all."));
        Body.write(context, FindingJson.write(rule));
    }

    private void dryRun(Context context) throws IOException {
        ObjectNode body = Body.read(context, List.of("name", "text", "as_of"));
        if (!body.path("text").isTextual()) {
            throw Problem.badRequest(
                    "The body has no text \"text\".", "{\"name\": \"sshd.yaml\", \"text\": \"- id: …\"}");
        }
        Optional<Instant> asOf = Optional.of(body.path("as_of").asText(""))
                .filter(text -> !text.isEmpty())
                .map(text -> Parameters.past("as_of", text, clock.instant()));
        if (!trials.tryAcquire()) {
            throw Problem.busy("There is a trial of rules running.");
        }
        try {
            LoadResult trial = rules.trial(
                    body.path("name").asText("rules.yaml"), body.path("text").asText());
            Body.write(context, judged(trial, asOf));
        } finally {
            trials.release();
        }
    }

    /** What would become of every host's verdicts; nothing does. */
    private ObjectNode judged(LoadResult trial, Optional<Instant> asOf) {
        ObjectNode answer = JSON.objectNode().put("rules", trial.set().rules().size());
        ArrayNode problems = answer.putArray("problems");
        trial.problems().forEach(problem -> problems.add(problem.toString()));
        Instant at = asOf.orElseGet(clock::instant);
        Map<String, Integer> counts = new HashMap<>();
        ArrayNode opens = answer.putArray("opens");
        ArrayNode clears = answer.putArray("clears");
        Map<?, Marks> marks = reads.marks();
        List<Host> hosts = reads.hosts().stream()
                .filter(host -> host.status() != HostStatus.RETIRED)
                .toList();
        int judged = 0;
        Instant last = clock.instant().plus(LONGEST_TRIAL);
        for (Host host : hosts) {
            if (clock.instant().isAfter(last)) {
                answer.put(
                        "cut",
                        "after " + LONGEST_TRIAL.toSeconds() + " s: " + judged + " of " + hosts.size()
                                + " hosts were judged");
                break;
            }
            judged++;
            var view = new StoredHost(
                    reads, host, Optional.ofNullable(marks.get(host.id())).orElse(Marks.NONE), asOf);
            Map<String, Verdict> standing = standing(host, asOf);
            RuleSet set = trial.set();
            for (Judgement judgement : set.judge(view, set.types(), LocalDate.ofInstant(at, ZoneOffset.UTC))) {
                counts.merge(judgement.verdict().word(), 1, Integer::sum);
                Verdict before = standing.getOrDefault(key(judgement), Verdict.UNKNOWN);
                boolean fails = judgement.verdict() == Verdict.FAIL;
                boolean holds = judgement.verdict() == Verdict.PASS || judgement.verdict() == Verdict.NA;
                if (fails && before != Verdict.FAIL && opens.size() < MAX_SHOWN) {
                    opens.add(Answers.finding(finding(host, judgement, at)));
                } else if (holds && before == Verdict.FAIL && clears.size() < MAX_SHOWN) {
                    clears.addObject()
                            .put("host_name", host.name())
                            .put("rule", judgement.rule().id())
                            .put("verdict", judgement.verdict().word());
                }
            }
        }
        answer.put("hosts", judged).put("as_of", at.toString());
        ObjectNode verdicts = answer.putObject("verdicts");
        for (Verdict verdict : Verdict.values()) {
            verdicts.put(verdict.word(), counts.getOrDefault(verdict.word(), 0));
        }
        return answer;
    }

    /** As of another time only what was open then is known to fail. */
    private Map<String, Verdict> standing(Host host, Optional<Instant> asOf) {
        Map<String, Verdict> standing = new HashMap<>();
        if (asOf.isPresent()) {
            var filter = new GraphReads.FindingFilter(
                    Optional.of(host.id()),
                    Optional.empty(),
                    GraphReads.FindingFilter.State.ANY,
                    GraphReads.FindingFilter.MAX_LIMIT);
            reads.findingsAsOf(filter, asOf.get())
                    .forEach(finding -> standing.put(
                            finding.rule().id() + ":" + finding.instance().instance(), Verdict.FAIL));
            return standing;
        }
        for (StandingVerdict verdict : reads.verdicts(host.id())) {
            standing.put(verdict.rule() + ":" + verdict.instance().instance(), verdict.verdict());
        }
        return standing;
    }

    private static String key(Judgement judgement) {
        return judgement.rule().id() + ":" + judgement.instance().instance();
    }

    private static Finding finding(Host host, Judgement judgement, Instant at) {
        return new Finding(
                host.id(),
                host.name(),
                judgement.rule(),
                judgement.instance(),
                judgement.evidence(),
                at,
                Optional.empty());
    }
}
