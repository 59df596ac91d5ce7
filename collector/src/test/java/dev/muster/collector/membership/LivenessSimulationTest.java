package dev.muster.collector.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole sites over simulated time: who dies is found, and nobody else. */
final class LivenessSimulationTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @ParameterizedTest(name = "{0} hosts, seed {1}")
    @CsvSource({"1,1", "2,2", "3,3", "4,4", "20,5", "20,6", "200,7"})
    void aCrashIsKnownWithinEightSeconds(int hosts, long seed) {
        var site = new Site(hosts, seed);
        site.run(MINUTE);
        long died = site.nowNanos;
        site.kill(0);
        site.run(MINUTE);

        assertThat(site.status(0)).as("%s", site.history).isEqualTo(HostStatus.DOWN);
        assertThat(site.downs()).isEqualTo(1);
        assertThat(site.secondsFrom(died, Verdict.Down.class)).isBetween(5.0, 8.0);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13})
    void aHostThatReturnsIsUpAndIsWatchedAgain(long seed) {
        var site = new Site(6, seed);
        site.run(MINUTE);
        site.kill(3);
        site.run(MINUTE);
        site.revive(3);
        site.run(MINUTE);
        assertThat(site.status(3)).isEqualTo(HostStatus.UP);
        site.kill(3);
        site.run(MINUTE);

        assertThat(site.status(3)).as("%s", site.history).isEqualTo(HostStatus.DOWN);
        assertThat(site.members.watched()).hasSize(5);
    }

    @Test
    void anAgentThatDiesAloneIsNoHostThatDied() {
        var site = new Site(5, 21);
        site.run(MINUTE);
        site.agent(2).agentLives = false;
        site.run(MINUTE);

        assertThat(site.status(2)).as("%s", site.history).isEqualTo(HostStatus.AGENT_DIED);
        assertThat(site.downs()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} of {1} hosts in a row, seed {2}")
    @CsvSource({"2,6,31", "5,12,32", "20,60,33", "40,100,34"})
    void aBurstIsKnownWithinHalfAMinute(int dead, int hosts, long seed) {
        var site = new Site(hosts, seed);
        site.run(MINUTE);
        long died = site.nowNanos;
        IntStream.range(1, 1 + dead).forEach(site::kill);
        site.run(MINUTE);

        assertThat(site.downs()).as("%s", site.history).isEqualTo(dead);
        assertThat(site.secondsFrom(died, Verdict.Down.class)).isLessThan(30.0);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {41, 42})
    void hostsThatCannotReachEachOtherAreNotDown(long seed) {
        var site = new Site(5, seed);
        site.network = (from, to) -> from.isEmpty() || to.isEmpty();
        site.run(Duration.ofMinutes(10));

        assertThat(site.downs()).as("%s", site.history).isZero();
        assertThat(site.verdicts.keySet()).anyMatch(Verdict.PathProblem.class::isInstance);
        assertThat(site.members.watched())
                .allSatisfy(host ->
                        assertThat(site.members.isWatchedByCollector(host)).isTrue());

        site.kill(4);
        site.run(MINUTE);
        assertThat(site.status(4)).as("%s", site.history).isEqualTo(HostStatus.DOWN);
        assertThat(site.downs()).isEqualTo(1);
    }

    @Test
    void aBrokenWayBetweenTwoHostsIsToldAndHeals() {
        var site = new Site(6, 51);
        site.run(MINUTE);
        site.network = (from, to) -> !(from.equals(host(1)) && to.equals(host(2)));
        site.run(MINUTE);
        assertThat(site.verdicts.keySet()).containsExactly(new Verdict.PathProblem(host(2), Site.id(1)));
        assertThat(site.members.isWatchedByCollector(Site.id(1))).isTrue();
        assertThat(site.members.isWatchedByCollector(Site.id(2))).isTrue();

        site.network = (from, to) -> true;
        site.run(MINUTE);
        assertThat(site.members.silences(Site.id(1))).isEmpty();
        assertThat(site.members.isWatchedByCollector(Site.id(1))).isFalse();
        assertThat(site.downs()).isZero();
    }

    @Test
    void aHostThatOnlyTheCollectorDoesNotHearIsNotDown() {
        var site = new Site(6, 61);
        site.run(MINUTE);
        site.network = (from, to) -> !(from.equals(host(3)) && to.isEmpty());
        site.run(Duration.ofMinutes(5));

        assertThat(site.downs()).as("%s", site.history).isZero();
        assertThat(site.verdicts).containsKey(new Verdict.PathProblem(Optional.empty(), Site.id(3)));

        site.network = (from, to) -> true;
        site.run(MINUTE);
        assertThat(site.verdicts).containsKey(new Verdict.Reached(Site.id(3)));
    }

    @Test
    void aHostThatDiesWhileOnlyItsNeighboursHearItIsDown() {
        var site = new Site(6, 62);
        site.run(MINUTE);
        site.network = (from, to) -> !(from.equals(host(3)) && to.isEmpty());
        site.run(Duration.ofMinutes(5));
        long died = site.nowNanos;
        site.kill(3);
        site.run(MINUTE);

        assertThat(site.status(3)).as("%s", site.history).isEqualTo(HostStatus.DOWN);
        assertThat(site.secondsFrom(died, Verdict.Down.class)).isLessThan(10.0);
    }

    @Test
    void aCollectorWithoutNetworkBlamesItself() {
        var site = new Site(10, 71);
        site.run(MINUTE);
        site.network = (from, to) -> from.isPresent() && to.isPresent();
        site.run(Duration.ofMinutes(10));

        assertThat(site.downs()).as("%s", site.history).isZero();
        assertThat(site.verdicts.keySet()).anyMatch(Verdict.Isolated.class::isInstance);

        site.network = (from, to) -> true;
        site.run(Duration.ofMinutes(2));
        assertThat(site.verdicts.keySet()).anyMatch(Verdict.Connected.class::isInstance);
        assertThat(site.downs()).isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {81, 82, 83})
    void aCollectorThatWasAwayCallsNobodyDownWhoComesBack(long seed) {
        var site = new Site(12, seed);
        site.run(MINUTE);
        site.restartCollector(Duration.ofMinutes(3));
        site.run(Duration.ofMinutes(5));
        assertThat(site.downs()).as("%s", site.history).isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {84, 85, 86})
    void whoDiedWhileTheCollectorWasAwayIsFoundAfterItsReturn(long seed) {
        var site = new Site(12, seed);
        site.run(MINUTE);
        site.kill(4);
        site.restartCollector(Duration.ofMinutes(3));
        site.run(MINUTE);
        assertThat(site.status(4)).as("%s", site.history).isEqualTo(HostStatus.DOWN);
        assertThat(site.downs()).isEqualTo(1);
    }

    @ParameterizedTest(name = "paused for {0} s")
    @ValueSource(longs = {1, 3, 30, 120})
    void aCollectorThatWasPausedCallsNobodyDown(long seconds) {
        for (int hosts : new int[] {1, 2, 8}) {
            var site = new Site(hosts, 91);
            site.run(MINUTE);
            site.pauseCollector(Duration.ofSeconds(seconds));
            site.run(MINUTE);
            assertThat(site.downs()).as("%s", site.history).isZero();
        }
    }

    @ParameterizedTest(name = "{0} % loss, seed {1}")
    @CsvSource({"5,101", "5,102", "5,103", "20,104"})
    void lossAloneKillsNobodyInAnHour(int percent, long seed) {
        var site = new Site(30, seed);
        site.loss = percent / 100.0;
        site.run(Duration.ofHours(1));
        assertThat(site.downs()).as("%s", site.history).isZero();
    }

    private static Optional<HostId> host(int number) {
        return Optional.of(Site.id(number));
    }
}
