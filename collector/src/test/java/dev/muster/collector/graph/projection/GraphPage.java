package dev.muster.collector.graph.projection;

import dev.muster.collector.graph.projection.NodeKind.Lookup;
import dev.muster.collector.graph.projection.NodeKind.Owner;
import dev.muster.collector.graph.projection.NodeKind.Property;
import java.util.ArrayList;
import java.util.List;

/** The page docs/graph.md, from the declarations. */
final class GraphPage {
    private static final String HEAD = """
            # The graph

            <!-- Generated from the declarations. Write it anew with:
                 mvn -pl collector -am test -Dtest=GraphPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dmuster.write-docs=true -->

            Ask it with `muster query "MATCH …"` or over the [API](api.md); both only read.

            **It shows the present.** When new facts come, the collector computes from the old and the new ones what they become, and in the
            transaction that stores the facts it removes and adds only what differs. So a node or edge is there exactly while some host's
            facts make it; `since` says when that began. The one exception is an edge that *lingers*: after its end it stays for a while, with
            `until`. What was before is in the history of the facts: `muster changes`, and `--as-of`.

            Only runs that learned something change the graph. Of a partial run, what it names as denied or cut stays as it was. One
            report makes at most 4,000 of anything; more of it is in the facts only. Text above 1,000 characters is cut, with a hash of the
            whole at its end.

            A node is **the host's own**, and then its `key` begins with the host's id, or **of all**: one node for every host whose facts
            make it, gone with the last of them.

            **Versions.** `sortKey` of a PackageVersion orders as the package manager does, so that an index finds what is below a version. Compare keys
            of one `kind` only:

            ```
            muster query --version-param 'fixed=deb:3.0.15-1~deb12u1' "MATCH (p:PackageVersion {kind: 'deb', name: 'openssl'})
              WHERE p.sortKey < \\$fixed MATCH (h:Host)-[:INSTALLED]->(p) RETURN h.name, p.version"
            ```

            Who is exposed, with the package that its program comes from; and who depends on a host:

            ```
            MATCH (h:Host)-[:RUNS]->(p:Process)-[:LISTENS]->(e:Endpoint {ip: '0.0.0.0'})
            OPTIONAL MATCH (p)-[:EXECUTES]->(:File)-[:FROM]->(v:PackageVersion)
            RETURN h.name, p.executable, e.port, v.name, v.version

            MATCH (:Host {name: $name})-[:RUNS]->(:Process)-[:LISTENS]->(:Endpoint)<-[:CONNECTS]-(:Process)<-[:RUNS]-(h:Host)
            RETURN DISTINCT h.name
            ```

            """;

    private static final String TAIL = """
            ## Declaring more

            What a discovery type becomes stands in its folder, in `graph.yaml`; see [Writing a discovery type](discovery-types.md). Constraints, indexes, the
            statements that write, and this page are generated from these files. When they change, the collector shows every host's facts
            anew at its next start.
            """;

    private final GraphSchema schema;
    private final StringBuilder page = new StringBuilder(HEAD);

    GraphPage(GraphSchema schema) {
        this.schema = schema;
    }

    String text() {
        page.append("## What facts become\n\n");
        schema.nodes().stream().filter(kind -> kind.owner() != Owner.COLLECTOR).forEach(this::node);
        edges(schema.edges().stream()
                .filter(kind -> !kind.declaredBy().isEmpty())
                .toList());
        page.append("## What the collector keeps\n\n");
        schema.nodes().stream().filter(kind -> kind.owner() == Owner.COLLECTOR).forEach(this::node);
        edges(schema.edges().stream()
                .filter(kind -> kind.declaredBy().isEmpty())
                .toList());
        return page.append(TAIL).toString();
    }

    private void node(NodeKind kind) {
        page.append("### ").append(kind.label()).append("\n\n").append(sentence(kind.meaning()));
        switch (kind.owner()) {
            case HOST ->
                page.append(" The host's own; told apart by ")
                        .append(words(kind.key()))
                        .append('.');
            case ALL ->
                page.append(" Of all; told apart by ").append(words(kind.key())).append('.');
            case COLLECTOR -> {}
        }
        if (!kind.declaredBy().isEmpty()) {
            page.append(" Declared by `").append(kind.declaredBy()).append("`.");
        }
        page.append("\n\n| property | type | | meaning |\n|---|---|---|---|\n");
        kind.properties().forEach(this::property);
        page.append('\n');
    }

    private void property(Property property) {
        page.append("| `%s` | %s | %s | %s |\n"
                .formatted(property.name(), property.type(), lookup(property.lookup()), escaped(property.meaning())));
    }

    private static String lookup(Lookup lookup) {
        return switch (lookup) {
            case NONE -> "";
            case INDEXED -> "indexed";
            case UNIQUE -> "unique";
        };
    }

    private void edges(List<EdgeKind> kinds) {
        page.append("| from | edge | to | meaning | declared by |\n|---|---|---|---|---|\n");
        for (EdgeKind kind : kinds) {
            String lingers = kind.doesLinger() ? "; lingers " + kind.lingers().toHours() + " h" : "";
            page.append("| %s | `%s` | %s | %s | %s |\n"
                    .formatted(
                            kind.from().label(),
                            kind.type(),
                            kind.to().label(),
                            escaped(kind.meaning()) + lingers,
                            kind.declaredBy().isEmpty() ? "" : "`" + kind.declaredBy() + "`"));
        }
        page.append('\n');
    }

    private static String words(List<String> names) {
        List<String> quoted = new ArrayList<>();
        names.forEach(name -> quoted.add("`" + name + "`"));
        return String.join(", ", quoted);
    }

    private static String sentence(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|");
    }
}
