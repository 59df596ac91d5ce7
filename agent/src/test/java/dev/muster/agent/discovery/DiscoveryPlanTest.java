package dev.muster.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.discovery.PlannedInstance.FirstRun;
import dev.muster.agent.discovery.PlannedInstance.Pace;
import dev.muster.protocol.message.Desired;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class DiscoveryPlanTest {
    private static final Set<String> UBUNTU = Platforms.of("NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=\"debian\"\n");
    private static final DiscoveryPlan.Local NOTHING_SAID = new DiscoveryPlan.Local(Set.of(), Set.of(), Map.of());

    private final Map<String, DiscoveryType> types = new TreeMap<>();

    @Test
    void runsEveryTypeThatFitsOnceAsDeclared() {
        type("os", "linux");
        type("dpkg", "debian");
        type("zypper", "suse");
        type("anywhere");
        DiscoveryPlan plan = plan(NOTHING_SAID);
        assertThat(keys(plan)).containsExactly("anywhere", "dpkg", "os");
        assertThat(plan.instances().getFirst())
                .isEqualTo(PlannedInstance.of(plan.instances().getFirst().type(), FirstRun.SOON));
        assertThat(plan.refusals()).isEmpty();
    }

    @Test
    void aTypeWithoutAScriptIsNotRun() {
        types.put("lldp", declared("lldp", List.of("linux"), Optional.empty()));
        assertThat(plan(NOTHING_SAID).instances()).isEmpty();
        assertThat(plan(NOTHING_SAID, on("lldp", "eth0")).refusals()).containsExactly("lldp/eth0: it has no script");
    }

    @Test
    void theCollectorSwitchesOffAndOnSetsIntervalsAndParametersAndAddsInstances() {
        type("os", "linux");
        type("sums", "linux");
        DiscoveryPlan plan = plan(
                NOTHING_SAID,
                wish("os", "", Desired.Run.OFF, Optional.empty(), Map.of()),
                wish("sums", "", Desired.Run.ON, Optional.of(Duration.ofMinutes(5)), Map.of("depth", "3")),
                wish("sums", "/opt/app", Desired.Run.ON, Optional.empty(), Map.of("depth", "1")));
        assertThat(keys(plan)).containsExactly("sums", "sums//opt/app");
        assertThat(plan.instances().getFirst().interval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(plan.instances().getFirst().pace())
                .as("the collector cannot make it cost more than its share")
                .isEqualTo(Pace.FRUGAL);
        assertThat(plan.instances().getLast().parameters()).isEqualTo(Map.of("depth", "1"));
        assertThat(plan.refusals()).isEmpty();
    }

    @Test
    void nothingOfATypeThatIsSwitchedOffRuns() {
        type("sums", "linux");
        DiscoveryPlan plan =
                plan(NOTHING_SAID, on("sums", "a"), wish("sums", "", Desired.Run.OFF, Optional.empty(), Map.of()));
        assertThat(plan.instances()).isEmpty();
        assertThat(plan.refusals()).containsExactly("sums/a: its type is switched off");
    }

    @Test
    void theAdministratorOfTheHostHasTheLastWord() {
        type("os", "linux");
        type("sums", "linux");
        var local = new DiscoveryPlan.Local(Set.of("os"), Set.of("os"), Map.of("sums", Duration.ofSeconds(7)));
        DiscoveryPlan plan = plan(
                local, on("os", ""), wish("sums", "", Desired.Run.ON, Optional.of(Duration.ofSeconds(1)), Map.of()));
        assertThat(keys(plan)).containsExactly("sums");
        assertThat(plan.instances().getFirst().interval()).isEqualTo(Duration.ofSeconds(7));
        assertThat(plan.instances().getFirst().pace()).isEqualTo(Pace.AS_TOLD);
        assertThat(plan.refusals()).containsExactly("os: it is switched off on this host");
    }

    @Test
    void aTypeThatRunsOnRequestOnlyWaitsForOne() {
        typeOnRequest("smart");
        assertThat(plan(NOTHING_SAID).instances()).isEmpty();
        assertThat(keys(plan(NOTHING_SAID, on("smart", "")))).containsExactly("smart");
        assertThat(keys(plan(NOTHING_SAID, on("smart", "sda")))).containsExactly("smart/sda");
        var local = new DiscoveryPlan.Local(Set.of("smart"), Set.of(), Map.of());
        assertThat(keys(plan(local))).containsExactly("smart");
    }

    @Test
    void whatIsRefusedIsNamedAndLeavesTheTypeAsDeclared() {
        type("sums", "linux");
        type("zypper", "suse");
        DiscoveryPlan plan = plan(
                NOTHING_SAID,
                wish("sums", "", Desired.Run.ON, Optional.empty(), Map.of("root\u202e", "/")),
                wish("sums", "a", Desired.Run.ON, Optional.of(Duration.ofMillis(1)), Map.of()),
                wish("sums", "b", Desired.Run.ON, Optional.of(Duration.ofDays(999)), Map.of()),
                on("zypper", ""),
                on("nothing", ""));
        assertThat(keys(plan)).containsExactly("sums");
        assertThat(plan.instances().getFirst().parameters()).isEmpty();
        assertThat(plan.refusals())
                .hasSize(5)
                .contains(
                        "sums: it has no parameter root?",
                        "sums/a: an interval is from 1 second to 31 days",
                        "zypper: it is for suse",
                        "nothing: there is no such type here");
        assertThat(plan.refusals())
                .allMatch(line -> line.length() < 200 && line.chars().noneMatch(c -> c < ' '));
    }

    @Test
    void holdsABoundedNumberOfInstances() {
        type("sums", "linux");
        List<Desired.Instance> wishes = new ArrayList<>();
        for (int i = 0; i < DiscoveryPlan.MAX_INSTANCES + 5; i++) {
            wishes.add(on("sums", "i" + i));
        }
        DiscoveryPlan plan = plan(NOTHING_SAID, wishes.toArray(Desired.Instance[]::new));
        assertThat(plan.instances()).hasSize(DiscoveryPlan.MAX_INSTANCES);
        assertThat(plan.refusals()).hasSize(6);
    }

    @Test
    void whatWasKnownBeforeTakesItsTime() {
        type("os", "linux");
        type("sums", "linux");
        DiscoveryPlan plan = DiscoveryPlan.of(types, UBUNTU, NOTHING_SAID, List.of(), InstanceKey.of("os")::equals);
        assertThat(plan.instances())
                .extracting(PlannedInstance::firstRun)
                .containsExactly(FirstRun.SPREAD, FirstRun.SOON);
    }

    @Test
    void platformsAreTheKernelAndTheWordsOfOsRelease() {
        assertThat(UBUNTU).containsExactly("debian", "linux", "ubuntu");
        assertThat(Platforms.of("ID='rocky'\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=9\nID=\n"))
                .containsExactly("centos", "fedora", "linux", "rhel", "rocky");
        assertThat(Platforms.of("")).containsExactly("linux");
    }

    private DiscoveryPlan plan(DiscoveryPlan.Local local, Desired.Instance... wishes) {
        return DiscoveryPlan.of(types, UBUNTU, local, List.of(wishes), _ -> false);
    }

    private void type(String name, String... platforms) {
        types.put(name, declared(name, List.of(platforms), Optional.of(Path.of("/scripts/" + name + "/discover"))));
    }

    private void typeOnRequest(String name) {
        types.put(
                name,
                declared(
                        name,
                        List.of("linux"),
                        DiscoveryType.Activation.ON_REQUEST,
                        Optional.of(Path.of("/scripts/" + name + "/discover"))));
    }

    private static DiscoveryType declared(String name, List<String> platforms, Optional<Path> script) {
        return declared(name, platforms, DiscoveryType.Activation.BY_DEFAULT, script);
    }

    private static DiscoveryType declared(
            String name, List<String> platforms, DiscoveryType.Activation activation, Optional<Path> script) {
        return new DiscoveryType(
                name,
                "",
                1,
                platforms,
                activation,
                Duration.ofMinutes(1),
                Duration.ofSeconds(30),
                List.of("CAP_SYS_PTRACE"),
                Map.of("depth", new Parameter.WholeNumber(0, 9, 2)),
                List.of(),
                List.of(),
                script);
    }

    private static Desired.Instance on(String type, String instance) {
        return wish(type, instance, Desired.Run.ON, Optional.empty(), Map.of());
    }

    private static Desired.Instance wish(
            String type,
            String instance,
            Desired.Run run,
            Optional<Duration> interval,
            Map<String, String> parameters) {
        return new Desired.Instance(type, instance, run, interval, new TreeMap<>(parameters));
    }

    private static List<String> keys(DiscoveryPlan plan) {
        return plan.instances().stream().map(each -> each.key().toString()).toList();
    }
}
