package dev.muster.collector.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.InstanceKey;
import dev.muster.collector.model.Judgement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A thousand hosts that one installation made: the same facts, but for what is a host's own, and some that somebody changed. */
final class MemoFleetTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
    private static final Path FOLDER = Path.of("..", "discovery-scripts");
    private static final int HOSTS = 1_000;

    /** What holds names and addresses of the host itself, and is replaced by another text on each. */
    private static final Set<String> OWN =
            Set.of("arpcache", "hardware", "hosts", "listening", "netconfig", "tcpdiscovery");

    private static final Map<String, String> NAMES = Map.of("os", "hostname", "proc_sys", "kernel.hostname");

    private static final Map<String, String> DATA = new TreeMap<>();
    private static RuleSet rules;

    @BeforeAll
    static void load() throws IOException {
        rules = RuleLoader.load(Catalogue.shipped(), RuleSource.shipped(), Set.of("base", "strict", "stig"))
                .set();
        try (Stream<Path> types = Files.list(FOLDER)) {
            for (Path samples : types.map(type -> type.resolve("samples"))
                    .filter(Files::isDirectory)
                    .toList()) {
                add(samples);
            }
        }
    }

    /** Of each type the sample that most rules pass. */
    private static void add(Path samples) throws IOException {
        long most = -1;
        try (Stream<Path> all = Files.list(samples)) {
            for (Path sample : all.sorted().toList()) {
                if (!Files.exists(sample.resolve("facts.json")) || Files.exists(sample.resolve("status"))) {
                    continue;
                }
                long passes = SampleHost.json(sample.resolve("verdicts.json"))
                        .valueStream()
                        .filter(verdict -> verdict.asText().equals("pass"))
                        .count();
                if (passes > most) {
                    most = passes;
                    var data = (ObjectNode) SampleHost.json(sample.resolve("facts.json"));
                    data.remove(List.of("_denied", "_truncated", "_errors"));
                    DATA.put(samples.getName(samples.getNameCount() - 2).toString(), data.toString());
                }
            }
        }
    }

    private static FakeFacts host(int number) {
        var facts = new FakeFacts();
        DATA.forEach((type, data) -> {
            var its = (ObjectNode) FakeFacts.json(
                    OWN.contains(type)
                            ? data.replaceAll("\"(?!127|0\\.|255)(\\d{1,3}\\.){3}\\d{1,3}", address(number))
                            : data);
            if (NAMES.containsKey(type)) {
                its.put(NAMES.get(type), "web-" + number);
            }
            // One in fifty is not as it was made.
            if (type.equals("sshd") && number % 50 == 7 && its.path("effective") instanceof ObjectNode effective) {
                effective.put("permitemptypasswords", "yes");
            }
            facts.ok(type, its.toString());
        });
        return facts;
    }

    private static String address(int number) {
        return "\"10.1." + number / 250 + "." + (number % 250 + 1);
    }

    @Test
    void hostsThatAreAlikeAreJudgedFromTheMemo() {
        List<Judgement> like = List.of();
        List<Judgement> unlike = List.of();
        for (int i = 0; i < HOSTS; i++) {
            var judged = rules.judge(host(i), rules.types(), TODAY);
            if (i == HOSTS - 1) {
                like = judged;
            } else if (i == 957) {
                unlike = judged;
            }
        }

        MemoCounters memo = rules.memo();
        double share = (double) memo.hits() / (memo.hits() + memo.misses());
        System.out.printf(
                "memo: %d types, %d rules, %d hosts: %.1f %% of %d verdicts remembered, %d kept%n",
                DATA.size(), rules.rules().size(), HOSTS, 100 * share, memo.hits() + memo.misses(), memo.kept());
        assertThat(share).isGreaterThanOrEqualTo(0.95);
        assertThat(memo.kept())
                .as("those of the hosts that differ, too")
                .isGreaterThan(rules.rules().size());
        // Remembered or not, the same is said, of the host's own facts.
        assertThat(like).isEqualTo(rules.judgeUnremembered(host(HOSTS - 1), _ -> true, TODAY));
        assertThat(unlike).isEqualTo(rules.judgeUnremembered(host(957), _ -> true, TODAY));
        assertThat(like)
                .filteredOn(one -> isOf(one, "os"))
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.evidence().factsHash())
                        .isEqualTo(host(HOSTS - 1)
                                .facts(InstanceKey.unnamed("os"))
                                .map(Facts::hash)
                                .orElseThrow()));
    }

    private static boolean isOf(Judgement judgement, String type) {
        return rules.readTypes(judgement.rule().id()).equals(Set.of(type));
    }
}
