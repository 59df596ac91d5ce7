package dev.muster.systemtests;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.systemtests.AgentProcess.Commit;
import dev.muster.systemtests.HostTree.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What one type said of one host at each moment, as the test knows it: the naive model of a history. A state that nobody waited for may
 * never have been seen; one that the agent had in its spool may have been replaced there by the next.
 */
final class Timeline {
    private final String type;
    private final List<Moment> moments = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();

    private sealed interface Fate {
        /** The collector showed it. */
        record Applied() implements Fate {}

        /** The agent's spool had it as this one of its commits, from 0. */
        record Spooled(int commit) implements Fate {}

        record Unknown() implements Fate {}
    }

    private record Moment(State state, Fate fate) {}

    /** What the collector must say as of a time. */
    record Mark(Instant at, State state) {}

    Timeline(String type, State first) {
        this.type = type;
        moments.add(new Moment(first, new Fate.Applied()));
    }

    /** Returns whether that is news. */
    boolean add(State state) {
        if (last().equals(state)) {
            return false;
        }
        return moments.add(new Moment(state, new Fate.Unknown()));
    }

    State last() {
        return moments.getLast().state();
    }

    /** The collector has the last state now. */
    void applied(Instant now) {
        moments.set(moments.size() - 1, new Moment(last(), new Fate.Applied()));
        marks.add(new Mark(now, last()));
    }

    boolean isApplied() {
        return moments.getLast().fate() instanceof Fate.Applied;
    }

    List<Mark> marks() {
        return List.copyOf(marks);
    }

    /** What the agent put into its spool last is what is here now. */
    void spooled(List<Commit> commits) {
        if (moments.getLast().fate() instanceof Fate.Unknown) {
            int commit = lastOfType(commits);
            moments.set(moments.size() - 1, new Moment(last(), new Fate.Spooled(commit)));
        }
    }

    /**
     * Whether a history can be what the collector has of this: each state that must have come did, in order, and nothing else.
     *
     * @param history facts, oldest first
     * @param commits of the agent, all
     */
    boolean explains(List<JsonNode> history, List<Commit> commits) {
        Set<Integer> standing = new TreeSet<>(Set.of(0));
        for (Moment moment : moments) {
            Set<Integer> next = new TreeSet<>();
            for (int i : standing) {
                if (!mustBeSeen(moment, commits) || moment.state().isOf(history.get(i))) {
                    next.add(i);
                }
                IntStream.range(i + 1, history.size())
                        .takeWhile(j -> moment.state().isOf(history.get(j)))
                        .forEach(next::add);
            }
            standing = next;
        }
        return standing.contains(history.size() - 1);
    }

    long mustBeSeen(List<Commit> commits) {
        return moments.stream().filter(moment -> mustBeSeen(moment, commits)).count();
    }

    String told(List<Commit> commits) {
        var text = new StringBuilder();
        moments.forEach(moment -> text.append(mustBeSeen(moment, commits) ? "\n  must " : "\n  may  ")
                .append(moment.state())
                .append(' ')
                .append(moment.fate()));
        return text.toString();
    }

    /** Where the process ended before the next commit of the type, that one may have been made and not logged: then nobody can say. */
    private boolean mustBeSeen(Moment moment, List<Commit> commits) {
        return switch (moment.fate()) {
            case Fate.Applied _ -> true;
            case Fate.Unknown _ -> false;
            case Fate.Spooled(int commit) -> {
                int life = commits.get(commit).life();
                yield commits.subList(commit + 1, commits.size()).stream()
                        .filter(later -> later.type().equals(type))
                        .findFirst()
                        .filter(later -> later.life() == life && !later.supersedes())
                        .isPresent();
            }
        };
    }

    private int lastOfType(List<Commit> commits) {
        return IntStream.range(0, commits.size())
                .filter(i -> commits.get(i).type().equals(type))
                .max()
                .orElseThrow();
    }
}
