package dev.muster.agent;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What the agent's parts may see of each other and of the world. */
class ArchitectureTest {
    private static final JavaClasses AGENT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.muster.agent");

    @Test
    void neverSeesTheCollector() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.muster.collector..")
                .check(AGENT);
    }

    @Test
    void hasNoCycles() {
        slices().matching("dev.muster.agent.(*)..").should().beFreeOfCycles().check(AGENT);
    }

    @Test
    void keepsItsPartsApart() {
        List.of("config", "discovery", "spool", "heartbeat", "capture").forEach(ArchitectureTest::seesNoOther);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.muster.agent.app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.muster.agent.app..")
                .check(AGENT);
    }

    @Test
    void takesTimeAndChanceFromOutside() {
        var rule = noClasses()
                .that()
                .resideOutsideOfPackage("dev.muster.agent.app..")
                .should();
        rule.callMethod(System.class, "currentTimeMillis").check(AGENT);
        rule.callMethod(System.class, "nanoTime").check(AGENT);
        rule.callMethod(Thread.class, "sleep", long.class).check(AGENT);
        rule.callMethod(Instant.class, "now").check(AGENT);
        rule.callMethod(InstantSource.class, "system").check(AGENT);
        rule.callMethod(Math.class, "random").check(AGENT);
        rule.dependOnClassesThat()
                .belongToAnyOf(Clock.class, Random.class, ThreadLocalRandom.class)
                .check(AGENT);
        rule.callConstructor(SecureRandom.class).check(AGENT);
    }

    @Test
    void usesNoHeavyLibrary() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.muster.agent.app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "com.fasterxml.jackson.databind..",
                        "ch.qos.logback..",
                        "java.util.logging..",
                        "org.bouncycastle..")
                .check(AGENT);
    }

    @Test
    void marksEveryPackageAsFreeOfNull() {
        assertThat(AGENT).isNotEmpty();
        AGENT.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .forEach(part -> assertThat(part.isAnnotatedWith(NullMarked.class))
                        .as(part.getName())
                        .isTrue());
    }

    private static void seesNoOther(String part) {
        noClasses()
                .that()
                .resideInAPackage("dev.muster.agent." + part + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.muster.agent..")
                        .and(resideOutsideOfPackage("dev.muster.agent." + part + "..")))
                .allowEmptyShould(true)
                .check(AGENT);
    }
}
