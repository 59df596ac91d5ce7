package dev.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.app.AgentMain;
import dev.muster.collector.app.CollectorMain;
import dev.muster.collector.cli.Muster;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class ManualPageTest {
    @Test
    void namesEachCommandAndOptionThatHelpNames() {
        for (CommandLine command :
                List.of(new CommandLine(AgentMain.class), new CommandLine(CollectorMain.class), Muster.commands())) {
            String page = new ManualPage(command, 8, Map.of()).text("1.0");
            assertNamed(page, command);
        }
    }

    private static void assertNamed(String page, CommandLine command) {
        command.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .forEach(option -> assertThat(page).contains(ManualPage.escaped(option.longestName())));
        command.getSubcommands().forEach((name, sub) -> {
            assertThat(page).contains(ManualPage.escaped(name));
            assertNamed(page, sub);
        });
    }

    @Test
    void noTextBecomesARequest() {
        assertThat(ManualPage.escaped(".so /etc/passwd")).isEqualTo("\\&.so /etc/passwd");
        assertThat(ManualPage.escaped("'x")).isEqualTo("\\&'x");
        assertThat(ManualPage.escaped("a\n.so b")).isEqualTo("a .so b");
        assertThat(ManualPage.escaped("--a \\fB")).isEqualTo("\\-\\-a \\efB");
    }

    @Test
    void sectionsThatTheCommandDoesNotKnowFollow() {
        String page = new ManualPage(Muster.commands(), 1, Map.of("FILES", List.of("/etc/x\twhat it is"))).text("1.0");
        assertThat(page).startsWith(".TH \"MUSTER\" 1").contains(".SH FILES\n.TP\n.B /etc/x\nwhat it is\n");
    }
}
