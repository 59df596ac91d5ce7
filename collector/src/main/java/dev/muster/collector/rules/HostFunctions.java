package dev.muster.collector.rules;

import static dev.muster.collector.rules.HostFunction.Kind.BOOL;
import static dev.muster.collector.rules.HostFunction.Kind.INT;
import static dev.muster.collector.rules.HostFunction.Kind.TEXT;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.collector.model.Facts;
import dev.muster.collector.model.FactsStatus;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Every function that conditions may call, and what it answers. */
final class HostFunctions {
    /** Raised whenever a function answers differently, because verdicts may then change without a rule changing. */
    static final int VERSION = 1;

    /** Those whose answer may change with the date alone. */
    static final Set<String> READING_TODAY = Set.of("daysSince");

    private static final String OS = "os";
    private static final Pattern OCTAL = Pattern.compile("[0-7]{1,6}");

    private HostFunctions() {}

    static List<HostFunction> shipped() {
        return List.of(
                new HostFunction("hasRole", List.of(TEXT), BOOL, Set.of(), HostFunctions::hasRole),
                new HostFunction("osFamily", List.of(TEXT), BOOL, Set.of(OS), HostFunctions::osFamily),
                new HostFunction("verGe", List.of(TEXT, TEXT), BOOL, Set.of(), HostFunctions::verGe),
                new HostFunction("daysSince", List.of(TEXT), INT, Set.of(), HostFunctions::daysSince),
                new HostFunction("modeWithin", List.of(TEXT, TEXT), BOOL, Set.of(), HostFunctions::modeWithin),
                new HostFunction("maskCovers", List.of(TEXT, TEXT), BOOL, Set.of(), HostFunctions::maskCovers),
                undiscovered("pkg", List.of(TEXT), "packages"),
                undiscovered("cmd", List.of(TEXT), "commands"),
                undiscovered("svcActive", List.of(TEXT), "services"),
                undiscovered("fileExists", List.of(TEXT), "fileattrs"),
                undiscovered("isContainer", List.of(), "virtualisation"),
                undiscovered("containerHost", List.of(), "services"));
    }

    /** A function whose facts no discovery type reports. */
    private static HostFunction undiscovered(String name, List<HostFunction.Kind> parameters, String type) {
        String reason = name + "() answers from " + type + ", which is not discovered";
        return new HostFunction(name, parameters, BOOL, Set.of(type), (_, _) -> new Answer.None(reason));
    }

    private static Answer hasRole(Scene scene, List<Object> arguments) {
        return new Answer.Value(scene.roles().contains(text(arguments, 0)));
    }

    /** A family ({@code rhel}) or one distribution's id ({@code rocky}). */
    private static Answer osFamily(Scene scene, List<Object> arguments) {
        var os = scene.facts(OS).filter(HostFunctions::isPresent);
        if (os.isEmpty() || !os.get().data().has("family")) {
            return new Answer.None("osFamily() answers from os, which has not reported it");
        }
        JsonNode data = os.get().data();
        String wanted = text(arguments, 0);
        return new Answer.Value(wanted.equals(data.path("family").asText())
                || wanted.equals(data.path("id").asText()));
    }

    private static boolean isPresent(Facts facts) {
        return facts.status() == FactsStatus.OK || facts.status() == FactsStatus.PARTIAL;
    }

    private static Answer verGe(Scene scene, List<Object> arguments) {
        return new Answer.Value(Versions.compare(text(arguments, 0), text(arguments, 1)) >= 0);
    }

    /** Whole days from a day, or a time in UTC, until today; negative for the future. */
    private static Answer daysSince(Scene scene, List<Object> arguments) {
        String date = text(arguments, 0);
        try {
            LocalDate day = date.contains("T")
                    ? OffsetDateTime.parse(date)
                            .withOffsetSameInstant(ZoneOffset.UTC)
                            .toLocalDate()
                    : LocalDate.parse(date);
            return new Answer.Value(ChronoUnit.DAYS.between(day, scene.today()));
        } catch (DateTimeException _) {
            return new Answer.Fault("daysSince() was given what is no date");
        }
    }

    /** Whether a file's mode grants nothing that the other mode does not. */
    private static Answer modeWithin(Scene scene, List<Object> arguments) {
        return octal(arguments, "modeWithin", (mode, most) -> (mode & ~most) == 0);
    }

    /** Whether a umask takes away all that the other umask does. */
    private static Answer maskCovers(Scene scene, List<Object> arguments) {
        return octal(arguments, "maskCovers", (mask, least) -> (least & ~mask) == 0);
    }

    private interface Bits {
        boolean test(int first, int second);
    }

    private static Answer octal(List<Object> arguments, String name, Bits test) {
        for (int i = 0; i < 2; i++) {
            if (!OCTAL.matcher(text(arguments, i)).matches()) {
                return new Answer.Fault(name + "() was given what is not octal");
            }
        }
        return new Answer.Value(
                test.test(Integer.parseInt(text(arguments, 0), 8), Integer.parseInt(text(arguments, 1), 8)));
    }

    private static String text(List<Object> arguments, int index) {
        return (String) arguments.get(index);
    }
}
