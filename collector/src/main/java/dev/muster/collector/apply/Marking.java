package dev.muster.collector.apply;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.collector.graph.HostRecord;
import dev.muster.collector.model.EventType;
import dev.muster.collector.model.HostStatus;
import dev.muster.collector.model.Marks;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Gives hosts roles and labels, and judges them again: rules, parameters and waivers may ask for these. */
final class Marking {
    private final Judging judging;

    Marking(Judging judging) {
        this.judging = judging;
    }

    Outcome.Command mark(Draft draft, Input.Mark command) {
        HostRecord host = draft.host(command.host());
        if (host.host().status() == HostStatus.RETIRED) {
            return new Outcome.Command.Refused(host.host().name() + " is retired");
        }
        Optional<String> wrong = wrong(command);
        if (wrong.isPresent()) {
            return new Outcome.Command.Refused(wrong.get());
        }
        Set<String> roles = Marks.changed(
                host.roles(), command.roles().add(), command.roles().remove());
        Set<String> labels = Marks.changed(
                host.labels(), command.labels().add(), command.labels().remove());
        if (Math.max(roles.size(), labels.size()) > Marks.MAX_OF_A_KIND) {
            return new Outcome.Command.Refused("a host has at most " + Marks.MAX_OF_A_KIND + " roles and labels");
        }
        var marks = new Marks(roles, labels);
        if (!marks.equals(host.marks())) {
            draft.put(host.with(marks));
            tell(draft, host, roles, labels);
            judging.judgeAgain(draft, command.host());
        }
        return new Outcome.Command.Done(command.host(), host.host().name());
    }

    private static Optional<String> wrong(Input.Mark command) {
        return Stream.concat(
                        command.roles().add().stream().filter(role -> !Marks.isRole(role)),
                        command.labels().add().stream().filter(label -> !Marks.isLabel(label)))
                .findFirst()
                .map(text -> "\"" + Draft.oneLine(text) + "\" is no role or label: letters, digits, . _ - and /,"
                        + " a label may go on with =value");
    }

    private static void tell(Draft draft, HostRecord host, Set<String> roles, Set<String> labels) {
        ObjectNode detail = JsonNodeFactory.instance.objectNode();
        texts(detail.putArray("roles"), roles);
        texts(detail.putArray("labels"), labels);
        texts(detail.putArray("rolesBefore"), host.roles());
        texts(detail.putArray("labelsBefore"), host.labels());
        String summary = "has roles " + roles + " and labels " + labels;
        draft.event(EventType.HOST_MARKED, host.host(), summary, detail);
    }

    private static void texts(ArrayNode array, Set<String> texts) {
        texts.stream().sorted().forEach(array::add);
    }
}
