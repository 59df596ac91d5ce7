package dev.muster.collector.apply;

import dev.muster.collector.graph.Ledger;
import dev.muster.collector.graph.Ledger.StoredMember;
import dev.muster.collector.membership.Member;
import dev.muster.collector.membership.Members;
import dev.muster.collector.model.Host;
import dev.muster.collector.model.HostId;
import dev.muster.collector.model.HostStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The committed members: read at the start, told to those who watch and to the agents. Owned by the apply worker. */
final class Membership {
    private final Watching watching;
    private Members members = Members.none();
    private Set<HostId> untold = Set.of();
    private List<HostId> mislinked = List.of();

    Membership(Watching watching) {
        this.watching = watching;
    }

    /** Forgets what is in memory and reads what is committed. */
    void load(Ledger ledger) {
        List<StoredMember> stored = ledger.members();
        Set<HostId> before = ids();
        members = Members.of(stored.stream().map(Membership::member).toList(), ledger.silences());
        mislinked = stored.stream()
                .filter(each -> !members.next(each.host().id()).equals(each.next()))
                .map(each -> each.host().id())
                .toList();
        untold = ids();
        untold.addAll(before);
    }

    Members committed() {
        return members;
    }

    void committed(Draft draft) {
        members = draft.membersNow();
    }

    /** A graph of a version that knew no rings, or another order in them. */
    void relink(Draft draft) {
        if (!mislinked.isEmpty()) {
            draft.members().relink(mislinked);
            mislinked = List.of();
        }
    }

    /** Tells what the commit changed, and everything after a start. */
    void tell(Set<HostId> concerned) {
        Set<HostId> all = new HashSet<>(concerned);
        all.addAll(untold);
        if (all.isEmpty()) {
            return;
        }
        untold = Set.of();
        for (HostId host : all) {
            boolean isKnown = members.get(host).isPresent();
            if (!isKnown) {
                watching.orders().wishes(host, List.of());
            }
            // Who is in no ring now gets its neighbours when it is back.
            if (isKnown && members.isMember(host)) {
                watching.orders().neighbours(host, members.told(host));
            }
        }
        watching.lookout().committed(members, Set.copyOf(all));
    }

    /** Tells agents what they are to discover, where the commit may have changed that. Of the others it is told when they come. */
    void tellWishes(Draft draft) {
        draft.heard().forEach((host, types) -> {
            boolean mayDiffer = types.stream()
                    .anyMatch(type -> type.isEmpty() || watching.wishes().followFrom(type));
            if (mayDiffer && members.get(host).isPresent()) {
                watching.orders().wishes(host, watching.wishes().of(draft.host(host)));
            }
        });
    }

    private Set<HostId> ids() {
        var ids = new HashSet<HostId>();
        members.all().forEach(member -> ids.add(member.id()));
        return ids;
    }

    private static Member member(StoredMember stored) {
        Host host = stored.host();
        return new Member(
                host.id(),
                host.name(),
                host.status(),
                stored.publicKey(),
                stored.agentAt(),
                host.attributes().addresses(),
                stored.agentRun());
    }

    /** The member that a host is after a change of it. */
    static void follow(Draft draft, Host host) {
        Optional<Member> known = draft.membersNow().get(host.id());
        if (known.isEmpty()) {
            return;
        }
        if (host.status() == HostStatus.RETIRED) {
            draft.members().remove(host.id());
            return;
        }
        Member member = known.get();
        if (member.status() != host.status() || !Objects.equals(member.name(), host.name())) {
            draft.members().put(member.with(host.status()).named(host.name()));
        }
    }

    /** A key speaks for the host from now on, or, where it is empty, none does. */
    static void key(Draft draft, Host host, Optional<String> publicKey) {
        Member member = draft.membersNow()
                .get(host.id())
                .orElseGet(() -> new Member(
                        host.id(),
                        host.name(),
                        host.status(),
                        Optional.empty(),
                        Optional.empty(),
                        host.attributes().addresses(),
                        OptionalLong.empty()));
        draft.members().put(member.withKey(publicKey));
    }
}
