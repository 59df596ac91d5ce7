package dev.muster.collector.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(TestGraph.LOCK)
final class SchemaTest {
    @Test
    void aConstraintAndAnIndexThatAreGoneAreMadeAgain() {
        try (TestGraph test = TestGraph.empty()) {
            List<String> all = names(test);
            assertThat(all).contains("muster_Host_id_unique", "muster_Host_status_index");
            test.run("DROP CONSTRAINT muster_Host_id_unique", Map.of());
            test.run("DROP INDEX muster_Host_status_index", Map.of());
            assertThat(names(test)).hasSize(all.size() - 2);

            Schema.install(test.graph().driver(), test.graph().projections().schema());
            assertThat(names(test)).isEqualTo(all);
        }
    }

    private static List<String> names(TestGraph test) {
        return test.run("SHOW INDEXES YIELD name RETURN name ORDER BY name", Map.of());
    }
}
