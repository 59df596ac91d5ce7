package dev.muster.collector.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.Neighbour;
import dev.muster.collector.model.Silence;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MembersTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void everybodyIsWatchedByTheOneBeforeAndTheOneAfter(long seed) {
        var random = new Random(seed);
        Members members = Members.none();
        var model = new TreeSet<Integer>();
        for (int i = 0; i < 300; i++) {
            int number = random.nextInt(40);
            boolean join = random.nextBoolean();
            Members next = members.copy();
            next.put(Site.member(number, join ? HostStatus.UP : HostStatus.DOWN));
            boolean changes = join ? model.add(number) : model.remove(number);
            if (changes && model.size() > 3) {
                assertThat(moved(members, next)).hasSize(join ? 3 : 2).isSubsetOf(next.concerned());
            }
            members = next;
            for (int each : model) {
                assertThat(members.neighbours(Site.id(each))).isEqualTo(around(each, model));
            }
        }
    }

    /** Those that are in the ring and have other neighbours than before. */
    private static Set<HostId> moved(Members before, Members after) {
        var moved = new HashSet<HostId>();
        for (HostId host : after.watched()) {
            if (!before.neighbours(host).equals(after.neighbours(host))) {
                moved.add(host);
            }
        }
        return moved;
    }

    private static Set<HostId> around(int number, NavigableSet<Integer> ring) {
        var around = new HashSet<HostId>();
        Integer higher = ring.higher(number);
        Integer lower = ring.lower(number);
        around.add(Site.id(higher == null ? ring.first() : higher));
        around.add(Site.id(lower == null ? ring.last() : lower));
        around.remove(Site.id(number));
        return around;
    }

    @ParameterizedTest
    @CsvSource({"1,true", "2,true", "3,false", "9,false"})
    void whoHasFewerThanTwoNeighboursIsWatchedByTheCollector(int hosts, boolean watched) {
        Members members = of(hosts);
        assertThat(members.isWatchedByCollector(Site.id(0))).isEqualTo(watched);
        assertThat(members.told(Site.id(0)).contains(new Neighbour.Collector())).isEqualTo(watched);
        assertThat(members.told(Site.id(0))).hasSize(Math.min(hosts, 2));
    }

    @Test
    void aRingOfEdgesLeadsThroughEverybody() {
        Members members = of(5);
        HostId at = Site.id(0);
        var seen = new HashSet<HostId>();
        while (seen.add(at)) {
            assertThat(members.next(at)).containsOnlyKeys("all");
            at = members.next(at).values().iterator().next();
        }
        assertThat(seen).hasSize(5);
        assertThat(of(1).next(Site.id(0))).isEmpty();
    }

    @Test
    void onlyTheEdgesThatChangeAreStored() {
        Members members = of(5).copy();
        members.put(Site.member(2, HostStatus.DOWN));
        Map<HostId, Map<String, HostId>> links = members.relinked();
        assertThat(links.get(Site.id(1))).containsValue(Site.id(3));
        assertThat(links.get(Site.id(2))).isEmpty();
        assertThat(links).doesNotContainKeys(Site.id(0), Site.id(4));
    }

    @Test
    void onlyANeighbourCanSayThatAHostIsSilent() {
        Members members = of(5);
        members.silence(Site.id(2), Site.id(0), Silence.State.REPORTED);
        assertThat(members.silences(Site.id(0))).isEmpty();
        members.silence(Site.id(1), Site.id(0), Silence.State.REPORTED);
        assertThat(members.silences(Site.id(0))).containsOnlyKeys(Site.id(1));
    }

    @Test
    void whatWasSaidEndsWhenTheTwoAreNoNeighboursAnyMore() {
        Members members = of(5);
        members.silence(Site.id(1), Site.id(0), Silence.State.REPORTED);
        members.silence(Site.id(0), Site.id(1), Silence.State.REPORTED);
        Members next = members.copy();
        next.put(Site.member(0, HostStatus.DOWN));
        assertThat(next.silences(Site.id(0))).isEmpty();
        assertThat(next.silences(Site.id(1))).isEmpty();
        assertThat(next.changedSilences())
                .hasSize(2)
                .allSatisfy((pair, state) -> assertThat(state).isEmpty());
        assertThat(members.silences(Site.id(0))).hasSize(1);
    }

    @Test
    void aBrokenWayMakesTheCollectorWatchBothUntilItHeals() {
        Members members = of(5);
        members.silence(Site.id(1), Site.id(0), Silence.State.REPORTED);
        assertThat(members.isWatchedByCollector(Site.id(0))).isFalse();
        members.silence(Site.id(1), Site.id(0), Silence.State.PATH_PROBLEM);
        assertThat(members.isWatchedByCollector(Site.id(0))).isTrue();
        assertThat(members.isWatchedByCollector(Site.id(1))).isTrue();
        assertThat(members.isWatchedByCollector(Site.id(2))).isFalse();
        members.heard(Site.id(1), Site.id(0));
        assertThat(members.isWatchedByCollector(Site.id(0))).isFalse();
    }

    @Test
    void neighboursLearnWhereAHostIsSeenAndThenWhereItSaysItIs() {
        Members members = of(3).copy();
        members.put(member(
                0,
                "10.9.9.9",
                List.of(
                        "192.0.2.7",
                        "127.0.0.1",
                        "::1",
                        "fe80::1",
                        "224.0.0.1",
                        "2001:db8::7",
                        "10.9.9.9",
                        "no address",
                        "fe80::1%eth0")));
        assertThat(members.concerned()).contains(Site.id(1), Site.id(2));
        assertThat(agents(members.told(Site.id(1))))
                .contains(new Neighbour.Agent(
                        "key-0",
                        List.of(
                                new InetSocketAddress("10.9.9.9", 4711),
                                new InetSocketAddress("192.0.2.7", 4711),
                                new InetSocketAddress("2001:db8::7", 4711))));
    }

    @Test
    void onlyAHostOnTheCollectorsMachineIsGivenItsLoopback() {
        Members members = of(3);
        members.put(member(0, "127.0.0.1", List.of()));
        assertThat(agents(members.told(Site.id(1))))
                .noneMatch(agent -> agent.publicKey().equals("key-0"));
        assertThat(members.isWatchedByCollector(Site.id(1))).isTrue();
        members.put(member(1, "127.0.0.1", List.of()));
        assertThat(agents(members.told(Site.id(1))))
                .anyMatch(agent -> agent.publicKey().equals("key-0"));
    }

    @Test
    void aHostWithoutAKeyOrAPlaceIsInNoRing() {
        Members members = of(4);
        members.put(Site.member(3, HostStatus.UP).withKey(Optional.empty()));
        assertThat(members.watched()).hasSize(3);
        members.remove(Site.id(2));
        assertThat(members.watched()).hasSize(2);
        assertThat(members.get(Site.id(2))).isEmpty();
    }

    private static List<Neighbour.Agent> agents(List<Neighbour> told) {
        return told.stream()
                .filter(Neighbour.Agent.class::isInstance)
                .map(Neighbour.Agent.class::cast)
                .toList();
    }

    private static Member member(int number, String seen, List<String> says) {
        return new Member(
                Site.id(number),
                "host-" + number,
                HostStatus.UP,
                Optional.of("key-" + number),
                Optional.of(new InetSocketAddress(seen, 4711)),
                says,
                OptionalLong.empty());
    }

    private static Members of(int hosts) {
        Members members = Members.none();
        IntStream.range(0, hosts).forEach(number -> members.put(Site.member(number, HostStatus.UP)));
        return members;
    }
}
