package dev.muster.systemtests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What differs between two reports of one host, worked out naively in the form that the API's changes have. */
final class Differences {
    /** What of a report has a history. */
    private static final List<String> MEMBERS = List.of("data", "schema", "status");

    private Differences() {}

    static List<JsonNode> between(JsonNode before, JsonNode after) {
        List<JsonNode> found = new ArrayList<>();
        for (String member : MEMBERS) {
            compare("/" + member, before.path(member), after.path(member), found);
        }
        return found;
    }

    private static void compare(String path, JsonNode before, JsonNode after, List<JsonNode> found) {
        if (before.isObject() && after.isObject()) {
            var names = new TreeSet<String>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                String below = path + "/" + name.replace("~", "~0").replace("/", "~1");
                compare(below, before.path(name), after.path(name), found);
            }
        } else if (!before.equals(after)) {
            ObjectNode one = JsonNodeFactory.instance.objectNode().put("path", path);
            if (!(before instanceof MissingNode)) {
                one.set("before", before);
            }
            if (!(after instanceof MissingNode)) {
                one.set("after", after);
            }
            found.add(one);
        }
    }
}
