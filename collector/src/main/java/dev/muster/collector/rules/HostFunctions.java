package dev.muster.collector.rules;

import static dev.muster.collector.rules.HostFunction.Kind.BOOL;
import static dev.muster.collector.rules.HostFunction.Kind.FILES;
import static dev.muster.collector.rules.HostFunction.Kind.INT;
import static dev.muster.collector.rules.HostFunction.Kind.TEXT;

import dev.muster.collector.rules.HostFunction.Beside;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Every function that conditions may call, and what it answers. */
final class HostFunctions {
    /** Raised whenever a function answers differently, because verdicts may then change without a rule changing. */
    static final int VERSION = 2;

    private static final Pattern OCTAL = Pattern.compile("[0-7]{1,6}");

    private HostFunctions() {}

    static List<HostFunction> shipped() {
        return List.of(
                HostFunction.of("hasRole", List.of(TEXT), BOOL, HostFunctions::hasRole)
                        .reading(Beside.ROLES),
                HostFunction.of("hasParam", List.of(TEXT), BOOL, HostFunctions::hasParam)
                        .reading(Beside.PARAMETERS),
                HostFunction.of("daysSince", List.of(TEXT), INT, HostFunctions::daysSince)
                        .reading(Beside.TODAY),
                HostFunction.of("modeWithin", List.of(TEXT, TEXT), BOOL, HostFunctions::modeWithin),
                HostFunction.of("maskCovers", List.of(TEXT, TEXT), BOOL, HostFunctions::maskCovers),
                HostFunction.of("verGe", List.of(TEXT, TEXT), BOOL, HostFunctions::verGe),
                HostFunction.of("verGe", List.of(TEXT, TEXT, TEXT), BOOL, HostFunctions::verGeInOrder),
                HostFunction.of("eol", List.of(TEXT, TEXT), TEXT, HostFunctions::eol),
                HostFunction.of("pkg", List.of(TEXT), BOOL, Packages::isInstalled)
                        .reading(Packages.TYPE),
                HostFunction.of("pkgVersion", List.of(TEXT), TEXT, Packages::version)
                        .reading(Packages.TYPE),
                HostFunction.of("pkgVerGe", List.of(TEXT, TEXT), BOOL, Packages::isAtLeast)
                        .reading(Packages.TYPE),
                HostFunction.of("fileExists", List.of(TEXT), BOOL, FileFacts::exists)
                        .reading(FileFacts.TYPE)
                        .aboutPath(UnaryOperator.identity()),
                HostFunction.of(FileFacts.FILES, List.of(TEXT), FILES, FileFacts::matching)
                        .reading(FileFacts.TYPE)
                        .aboutPath(UnaryOperator.identity()),
                HostFunction.of("dirHasContent", List.of(TEXT), BOOL, FileFacts::hasContent)
                        .reading(FileFacts.TYPE)
                        .aboutPath(FileFacts::contentGlob),
                HostFunction.of("cmd", List.of(TEXT), BOOL, SystemFacts::cmd).reading(SystemFacts.COMMANDS),
                HostFunction.of("svcActive", List.of(TEXT), BOOL, SystemFacts::svcActive)
                        .reading(SystemFacts.SERVICES, "active"),
                HostFunction.of("svcEnabled", List.of(TEXT), BOOL, SystemFacts::svcEnabled)
                        .reading(SystemFacts.SERVICES, "enabled"),
                HostFunction.of("containerHost", List.of(), BOOL, SystemFacts::containerHost)
                        .reading(SystemFacts.SERVICES, "active"),
                HostFunction.of("osFamily", List.of(TEXT), BOOL, SystemFacts::osFamily)
                        .reading(SystemFacts.OS, "family", "id"),
                HostFunction.of("isContainer", List.of(), BOOL, SystemFacts::isContainer)
                        .reading(SystemFacts.VIRTUALISATION, "container_kind"),
                HostFunction.of("isVirtual", List.of(), BOOL, SystemFacts::isVirtual)
                        .reading(SystemFacts.VIRTUALISATION, "kind"),
                HostFunction.of("hasPhysicalDisks", List.of(), BOOL, SystemFacts::hasPhysicalDisks)
                        .reading(SystemFacts.BLOCKDEVS, "disks"),
                HostFunction.of("hasMdRaid", List.of(), BOOL, SystemFacts::hasMdRaid)
                        .reading(SystemFacts.MDADM, "arrays"),
                HostFunction.of("hasBootloader", List.of(), BOOL, SystemFacts::hasBootloader)
                        .reading(SystemFacts.BOOTLOADER, "kind"));
    }

    private static Answer hasRole(Scene scene, List<Object> arguments) {
        return new Answer.Value(scene.roles().contains(text(arguments, 0)));
    }

    /** Whether a parameter has a value, by default or by an administrator. */
    private static Answer hasParam(Scene scene, List<Object> arguments) {
        return new Answer.Value(scene.parameters().containsKey(text(arguments, 0)));
    }

    private static Answer verGe(Scene scene, List<Object> arguments) {
        return new Answer.Value(VersionOrder.DPKG.compare(text(arguments, 0), text(arguments, 1)) >= 0);
    }

    private static Answer verGeInOrder(Scene scene, List<Object> arguments) {
        return VersionOrder.of(text(arguments, 2))
                .<Answer>map(order -> new Answer.Value(order.compare(text(arguments, 0), text(arguments, 1)) >= 0))
                .orElseGet(() -> new Answer.Fault("verGe() knows the orders dpkg, rpm and apk"));
    }

    /** The day on which support ends, for an id and a version as os-release has them. */
    private static Answer eol(Scene scene, List<Object> arguments) {
        String id = text(arguments, 0);
        String version = text(arguments, 1);
        return EndOfLife.of(id, version)
                .<Answer>map(day -> new Answer.Value(day.toString()))
                .orElseGet(
                        () -> new Answer.None("eol() does not know when support of " + id + " " + version + " ends"));
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

    static String text(List<Object> arguments, int index) {
        return (String) arguments.get(index);
    }
}
