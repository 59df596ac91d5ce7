package dev.muster.protocol;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What the module's packages may use. */
final class ArchitectureTest {
    private static final String ROOT = "dev.muster.protocol";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void onlyUdpKnowsSockets() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..udp..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.nio.channels..")
                .check(CLASSES);
    }

    @Test
    void onlyNoiseKnowsCurvesAndCiphers() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..noise..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bouncycastle..", "javax.crypto..")
                .check(CLASSES);
    }

    @Test
    void packagesLookOneWay() {
        allow("noise");
        allow("replay");
        allow("wire");
        allow("transport");
        allow("stream", "wire");
        allow("session", "noise", "replay", "wire", "stream", "transport");
        allow("udp", "transport");
    }

    private static void allow(String name, String... others) {
        String[] allowed = new String[others.length + 1];
        allowed[0] = ROOT + "." + name + "..";
        for (int i = 0; i < others.length; i++) {
            allowed[i + 1] = ROOT + "." + others[i] + "..";
        }
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + name + "..")
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(allowed))))
                .check(CLASSES);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        List<String> unmarked = CLASSES.getPackage(ROOT).getSubpackagesInTree().stream()
                .filter(p -> !p.getClasses().isEmpty())
                .filter(p -> !p.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .toList();
        assertThat(unmarked).isEmpty();
        assertThat(CLASSES.getPackage(ROOT).getSubpackagesInTree()).hasSizeGreaterThan(5);
    }

    @Test
    void timeAndChanceAreHandedIn() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..udp..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, Random.class, SecureRandom.class, ThreadLocalRandom.class)
                .check(CLASSES);
    }

    @Test
    void exceptionsAreFinal() {
        classes()
                .that()
                .areAssignableTo(Exception.class)
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(CLASSES);
    }
}
