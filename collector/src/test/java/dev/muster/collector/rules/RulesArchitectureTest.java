package dev.muster.collector.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class RulesArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.muster.collector.rules");

    @Test
    void rulesSeeOnlyTheModelAndWhatFactsAreDeclaredToBe() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "dev.muster.collector.rules",
                        "dev.muster.collector.model",
                        "dev.muster.scripts",
                        "com.fasterxml.jackson..",
                        "dev.cel..",
                        "com.google.common..",
                        "com.google.errorprone.annotations..",
                        "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void onlyCelClassesKnowCel() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.Cel[^.]*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.cel..")
                .check(CLASSES);
    }

    @Test
    void judgingReadsNoClockAndNoRandom() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, InstantSource.class, RandomGenerator.class, Thread.class)
                .check(CLASSES);
    }
}
