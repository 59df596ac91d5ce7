package dev.muster.scripts;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.muster.scripts");

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CLASSES).allMatch(type -> type.getPackage().isAnnotatedWith(NullMarked.class));
    }

    @Test
    void compilingReadsNoClockAndNoRandom() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, Instant.class, RandomGenerator.class, Thread.class)
                .check(CLASSES);
    }

    @Test
    void onlyTheCompilerItsExceptionTypesOfFactsOwnershipAndNearestNamesArePublic() {
        classes()
                .that()
                .doNotBelongToAnyOf(
                        CatalogueCompiler.class,
                        CatalogueException.class,
                        FactType.class,
                        Nearest.class,
                        Ownership.class)
                .and()
                .areTopLevelClasses()
                .should()
                .notBePublic()
                .check(CLASSES);
    }
}
