package dev.muster.collector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Who may use whom in the collector. A package appears here before it gets content. */
final class ArchitectureTest {
    private static final String ROOT = "dev.muster.collector";

    /** Each package and the collector's packages that it may use. {@code app} puts all of them together. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("model", List.of()),
            Map.entry("rules", List.of("model")),
            Map.entry("membership", List.of("model")),
            Map.entry("routes", List.of("model")),
            Map.entry("wishes", List.of("model")),
            Map.entry("graph", List.of("model")),
            Map.entry("apply", List.of("model", "rules", "membership", "routes", "graph")),
            Map.entry("link", List.of("model", "apply")),
            Map.entry("settings", List.of()),
            Map.entry("delivery", List.of("model", "settings")),
            Map.entry("evidence", List.of("model", "rules", "graph")),
            Map.entry("api", List.of("model", "apply", "graph", "rules", "evidence")),
            Map.entry("web", List.of("model", "api")),
            Map.entry("install", List.of()),
            // Rules are linted and tested, and evidence is verified, where no collector runs.
            Map.entry("cli", List.of("model", "rules", "evidence", "install")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void eachPackageUsesOnlyWhatTheTableSays() {
        MAY_USE.forEach((name, allowed) -> {
            String[] forbidden = Stream.concat(MAY_USE.keySet().stream(), Stream.of("app"))
                    .filter(other -> !other.equals(name) && !allowed.contains(other))
                    .map(ArchitectureTest::in)
                    .toArray(String[]::new);
            check(noClasses()
                    .that()
                    .resideInAPackage(in(name))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(forbidden));
        });
    }

    @Test
    void everyPackageStandsInTheTable() {
        assertThat(CLASSES.stream()
                        .map(type -> topPackage(type.getPackageName()))
                        .filter(name -> !name.equals("app")))
                .allSatisfy(name -> assertThat(MAY_USE).containsKey(name));
    }

    @Test
    void librariesStayWhereTheyBelong() {
        onlyIn("org.neo4j..", "graph");
        onlyIn("jakarta.mail..", "delivery");
        // What an agent hashed is hashed again by the same code.
        onlyIn("dev.muster.protocol..", "link", "app", "evidence");
        onlyIn("dev.cel..", "rules");
        onlyIn("io.javalin..", "api", "web");
        onlyIn("picocli..", "cli", "app");
    }

    @Test
    void onlyTheProgramItselfHasClocksSleepAndRandomness() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(in("app"))
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "reads a clock, sleeps or draws",
                        call -> isForbidden(
                                call.getTargetOwner().getName(),
                                call.getTarget().getName(),
                                call.getTarget().getRawParameterTypes().size()))));
        check(noClasses()
                .that()
                .resideOutsideOfPackage(in("app"))
                .should()
                .callConstructorWhere(DescribedPredicate.describe(
                        "makes randomness", call -> call.getTargetOwner().isAssignableTo(java.util.Random.class))));
    }

    private static boolean isForbidden(String owner, String method, int parameters) {
        return switch (owner) {
            case "java.time.Instant",
                    "java.time.LocalDate",
                    "java.time.LocalDateTime",
                    "java.time.OffsetDateTime",
                    "java.time.ZonedDateTime" -> method.equals("now");
            case "java.lang.System" -> method.equals("nanoTime") || method.equals("currentTimeMillis");
            case "java.time.Clock", "java.time.InstantSource" -> method.startsWith("system");
            case "java.lang.Thread" -> method.equals("sleep");
            case "java.lang.Math" -> method.equals("random");
            case "java.util.UUID" -> method.equals("randomUUID");
            case "java.util.concurrent.ThreadLocalRandom" -> method.equals("current");
            case "java.util.Date" -> method.equals("<init>") && parameters == 0;
            default -> false;
        };
    }

    @Test
    void packagesMakeNoCycles() {
        check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles());
    }

    @Test
    void everyPackageIsNullMarked() {
        check(classes()
                .should()
                .resideInAnyPackage(CLASSES.stream()
                        .map(JavaClass::getPackage)
                        .distinct()
                        .filter(found -> found.isAnnotatedWith(NullMarked.class))
                        .map(found -> found.getName())
                        .toArray(String[]::new)));
    }

    private static void onlyIn(String library, String... packages) {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(
                        Arrays.stream(packages).map(ArchitectureTest::in).toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }

    private static String in(String name) {
        return ROOT + "." + name + "..";
    }

    private static String topPackage(String name) {
        String below = name.substring(ROOT.length() + 1);
        int dot = below.indexOf('.');
        return dot < 0 ? below : below.substring(0, dot);
    }
}
