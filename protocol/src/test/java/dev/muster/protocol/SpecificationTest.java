package dev.muster.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.message.CollectorKeys;
import dev.muster.protocol.message.Desired;
import dev.muster.protocol.message.Digest;
import dev.muster.protocol.message.FactsList;
import dev.muster.protocol.message.FactsReport;
import dev.muster.protocol.message.Goodbye;
import dev.muster.protocol.message.Hello;
import dev.muster.protocol.message.KeyNext;
import dev.muster.protocol.message.PeerReport;
import dev.muster.protocol.message.Peers;
import dev.muster.protocol.message.Status;
import dev.muster.protocol.message.Want;
import dev.muster.protocol.session.Drop;
import dev.muster.protocol.stream.RecordType;
import dev.muster.protocol.stream.StreamRecord;
import dev.muster.protocol.wire.CloseReason;
import dev.muster.protocol.wire.FrameCodec;
import dev.muster.protocol.wire.Packets;
import dev.muster.protocol.wire.ProtocolViolation;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds {@code docs/wire-protocol.md} and the code together: who changes one has to change the other. */
final class SpecificationTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "wire-protocol.md");
    private static final String PACKAGE = "dev.muster.protocol.";
    private static final Pattern TITLE_BYTES = Pattern.compile("(\\d+) bytes");
    private static final HexFormat HEX = HexFormat.of();

    /** A table: the last line of text before it that is not empty, its header, its rows. */
    private record Table(String before, List<String> header, List<List<String>> rows) {}

    /** Every kind of body, decoded and encoded again. */
    private static final Map<String, UnaryOperator<byte[]>> BODIES = Map.ofEntries(
            Map.entry("HELLO", body -> Hello.decode(body).encode()),
            Map.entry("STATUS", body -> Status.decode(body).encode()),
            Map.entry("FACTS", body -> FactsReport.decode(body).encode()),
            Map.entry("DIGEST", body -> Digest.decode(body).encode()),
            Map.entry("WANT", body -> Want.decode(body).encode()),
            Map.entry("LIST", body -> FactsList.decode(body).encode()),
            Map.entry("DESIRED", body -> Desired.decode(body).encode()),
            Map.entry("PEERS", body -> Peers.decode(body).encode()),
            Map.entry("PEER_REPORT", body -> PeerReport.decode(body).encode()),
            Map.entry("GOODBYE", body -> Goodbye.decode(body).encode()),
            Map.entry("KEY_NEXT", body -> KeyNext.decode(body).encode()),
            Map.entry("COLLECTOR_KEYS", body -> CollectorKeys.decode(body).encode()));

    /** It has a number and no body yet. */
    private static final Set<String> WITHOUT_BODY = Set.of("SERVICE");

    @Test
    void showsTheGoldenFrames() throws IOException, ProtocolViolation {
        Map<String, String> shown = hexBlock("golden-frames");
        assertThat(shown).isEqualTo(golden("frames.txt"));
        for (String frame : shown.values()) {
            byte[] bytes = HEX.parseHex(frame);
            assertThat(FrameCodec.encode(FrameCodec.decode(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void showsTheGoldenPackets() throws IOException {
        assertThat(hexBlock("golden-packets")).isEqualTo(golden("packets.txt"));
    }

    /** The tables name all that the code has: what is added there without golden bytes fails here. */
    @Test
    void hasGoldenBytesOfEveryPacketFrameAndRecord() throws IOException {
        assertThat(golden("packets.txt").keySet().stream().map(name -> name.replaceFirst("_.*", "")))
                .containsAll(numbers("type", "packet", 16).keySet());
        assertThat(hexBlock("golden-frames")).containsKeys(names("type", "frame"));
        Set<String> written = new HashSet<>(bodies().keySet());
        written.addAll(hexBlock("golden-records").keySet());
        written.addAll(WITHOUT_BODY);
        assertThat(written).containsExactlyInAnyOrder(names("no", "record"));
    }

    private static String[] names(String first, String second) throws IOException {
        return numbers(first, second, 16).keySet().toArray(String[]::new);
    }

    @Test
    void showsRecordsAsTheyAreWritten() throws IOException, ReflectiveOperationException {
        byte[] goodbye = Objects.requireNonNull(bodies().get("GOODBYE")).getBytes(UTF_8);
        assertThat(hexBlock("golden-records"))
                .isEqualTo(Map.of(
                        "NOP", HEX.formatHex(record(new StreamRecord(5, RecordType.NOP, new byte[0]))),
                        "GOODBYE", HEX.formatHex(record(new StreamRecord(7, RecordType.GOODBYE, goodbye)))));
    }

    @Test
    void showsBodiesAsTheyAreWritten() throws IOException {
        Map<String, String> shown = bodies();
        assertThat(shown).containsOnlyKeys(BODIES.keySet());
        shown.forEach((name, body) -> assertThat(
                        Objects.requireNonNull(BODIES.get(name)).apply(body.getBytes(UTF_8)))
                .asString(UTF_8)
                .isEqualTo(body));
    }

    @Test
    void numbersPackets() throws IOException, ReflectiveOperationException {
        Map<String, Integer> inCode = constants(Packets.class);
        Map<String, Integer> numbered = numbers("type", "packet", 16);
        List.of("VERSION", "SUITE", "MAX_BYTES", "HEADER_BYTES", "MIN_DATA_BYTES")
                .forEach(inCode::remove);
        assertThat(numbered).isEqualTo(inCode);
    }

    @Test
    void numbersFrames() throws IOException, ReflectiveOperationException {
        Map<String, Integer> inCode = constants(FrameCodec.class);
        inCode.remove("MIN_PLAINTEXT_BYTES");
        inCode.put("EXTENSION", Objects.requireNonNull(inCode.remove("FIRST_EXTENSION")));
        assertThat(numbers("type", "frame", 16)).isEqualTo(inCode);
    }

    @Test
    void saysWhichFramesAskForAnAcknowledgement() throws IOException, ProtocolViolation {
        Map<String, String> shown = hexBlock("golden-frames");
        for (List<String> row : table("type", "frame").rows()) {
            byte[] frame = HEX.parseHex(Objects.requireNonNull(shown.get(row.get(1)), row.get(1)));
            assertThat(FrameCodec.decode(frame).getFirst().ackEliciting())
                    .as(row.get(1))
                    .isEqualTo(row.get(3).equals("yes"));
        }
    }

    @Test
    void numbersReasonsOfClose() throws IOException, ReflectiveOperationException {
        assertThat(numbers("reason", "name", 10)).isEqualTo(constants(CloseReason.class));
    }

    @Test
    void numbersRecordsAndSaysWhichAreDurable() throws IOException, ReflectiveOperationException {
        assertThat(numbers("no", "record", 10)).isEqualTo(constants(RecordType.class));
        for (List<String> row : table("no", "record").rows()) {
            assertThat(RecordType.durable(Integer.parseInt(row.getFirst())))
                    .as(row.get(1))
                    .isEqualTo(row.get(4).equals("yes"));
        }
    }

    @Test
    void namesEveryCounterOfWhatIsDropped() throws IOException {
        Set<String> named = table("input", "reaction").rows().stream()
                .map(row -> row.get(2))
                .filter(counter -> !counter.isEmpty())
                .map(SpecificationTest::code)
                .collect(Collectors.toSet());
        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Drop.values()).map(Drop::name).toList());
    }

    /** One field behind the other, up to the length in the title. */
    @Test
    void laysFieldsOutWithoutAGap() throws IOException {
        List<Table> layouts = tables().stream()
                .filter(table -> table.header().subList(0, 2).equals(List.of("at", "bytes")))
                .toList();
        assertThat(layouts).hasSize(8);
        for (Table layout : layouts) {
            int at = 0;
            for (List<String> row : layout.rows()) {
                assertThat(Integer.parseInt(row.getFirst()))
                        .as("%s: %s", layout.before(), row.get(2))
                        .isEqualTo(at);
                at += Integer.parseInt(row.get(1));
            }
            assertThat(at).as(layout.before()).isEqualTo(length(layout));
        }
    }

    static Stream<List<String>> constantsShown() throws IOException {
        return table("name in code", "value").rows().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("constantsShown")
    void hasTheConstantsOfTheCode(List<String> row) throws ReflectiveOperationException {
        String name = code(row.getFirst());
        int dot = name.lastIndexOf('.');
        Field field = Class.forName(PACKAGE + name.substring(0, dot)).getDeclaredField(name.substring(dot + 1));
        assertThat(value(field)).isEqualTo(amount(row.get(1)));
    }

    /** Those of records are told by the text: 20 bytes of header. */
    private static int length(Table layout) throws IOException {
        Matcher title = TITLE_BYTES.matcher(layout.before());
        if (title.find()) {
            return Integer.parseInt(title.group(1));
        }
        assertThat(layout.rows().getFirst().get(2)).as(layout.before()).isEqualTo("seq");
        assertThat(text()).contains("A record header has 20 bytes.");
        return 20;
    }

    /** In the unit that the constant's name says: nanoseconds, bytes, or none. */
    private static double value(Field constant) throws IllegalAccessException {
        assertThat(Modifier.isStatic(constant.getModifiers())).isTrue();
        constant.setAccessible(true);
        return switch (constant.get(null)) {
            case Duration time -> time.toNanos();
            case Number number -> number.doubleValue();
            case null, default -> throw new AssertionError(constant + " is no number");
        };
    }

    private static double amount(String shown) {
        String[] parts = shown.replace(",", "").split(" ", -1);
        double unit = parts.length == 1
                ? 1
                : switch (parts[1]) {
                    case "B" -> 1;
                    case "KiB" -> 1 << 10;
                    case "MiB" -> 1 << 20;
                    case "ms" -> 1e6;
                    case "s" -> 1e9;
                    case "h" -> 3_600e9;
                    default -> throw new AssertionError("unknown unit in " + shown);
                };
        if (parts[0].startsWith("2^")) {
            return Math.scalb(unit, Integer.parseInt(parts[0].substring(2)));
        }
        return Double.parseDouble(parts[0]) * unit;
    }

    private static Map<String, Integer> constants(Class<?> of) throws IllegalAccessException {
        var all = new TreeMap<String, Integer>();
        for (Field field : of.getDeclaredFields()) {
            if (field.getType() == int.class && Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
                field.setAccessible(true);
                all.put(field.getName(), field.getInt(null));
            }
        }
        return all;
    }

    private static byte[] record(StreamRecord record) throws ReflectiveOperationException {
        Method encode = Class.forName(PACKAGE + "stream.RecordCodec").getDeclaredMethod("encode", StreamRecord.class);
        encode.setAccessible(true);
        return (byte[]) encode.invoke(null, record);
    }

    private static Map<String, Integer> numbers(String first, String second, int radix) throws IOException {
        var all = new TreeMap<String, Integer>();
        for (List<String> row : table(first, second).rows()) {
            all.put(row.get(1), Integer.parseInt(row.getFirst(), radix));
        }
        return all;
    }

    private static Table table(String first, String second) throws IOException {
        List<Table> found = tables().stream()
                .filter(table -> table.header().subList(0, 2).equals(List.of(first, second)))
                .toList();
        assertThat(found).as("tables with columns %s and %s", first, second).hasSize(1);
        return found.getFirst();
    }

    private static List<Table> tables() throws IOException {
        var tables = new ArrayList<Table>();
        String before = "";
        List<List<String>> rows = new ArrayList<>();
        boolean fenced = false;
        for (String line : (text() + "\n").lines().toList()) {
            fenced ^= line.startsWith("```");
            if (!fenced && line.startsWith("|")) {
                rows.add(cells(line));
                continue;
            }
            if (!rows.isEmpty()) {
                tables.add(new Table(before, rows.getFirst(), List.copyOf(rows.subList(2, rows.size()))));
                rows = new ArrayList<>();
            }
            if (!fenced && (TITLE_BYTES.matcher(line).find() || line.startsWith("#"))) {
                before = line;
            }
        }
        return tables;
    }

    private static List<String> cells(String line) {
        String[] cells = line.split("(?<!\\\\)\\|", -1);
        return Arrays.stream(cells, 1, cells.length - 1).map(String::strip).toList();
    }

    private static String code(String quoted) {
        assertThat(quoted).matches("`[^`]+`");
        return quoted.substring(1, quoted.length() - 1);
    }

    private static Map<String, String> bodies() throws IOException {
        return block("golden-bodies")
                .map(line -> line.split(" ", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    }

    /** A name, then its bytes, which may go on in lines that begin with a space. */
    private static Map<String, String> hexBlock(String name) throws IOException {
        return hex(block(name));
    }

    private static Map<String, String> hex(Stream<String> lines) {
        var all = new LinkedHashMap<String, String>();
        String current = "";
        for (String line : lines.toList()) {
            String bytes = line;
            if (!line.startsWith(" ")) {
                String[] parts = line.split("\\s+", 2);
                current = parts[0];
                bytes = parts.length == 1 ? "" : parts[1];
            }
            all.merge(current, bytes.replace(" ", ""), String::concat);
        }
        return all;
    }

    private static Stream<String> block(String name) throws IOException {
        List<String> lines = text().lines().toList();
        int start = lines.indexOf("```text " + name);
        assertThat(start).as(name).isNotNegative();
        return lines.stream().skip(start + 1L).takeWhile(line -> !line.equals("```"));
    }

    private static Map<String, String> golden(String file) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(SpecificationTest.class.getResourceAsStream("/golden/" + file), file)) {
            return hex(new String(in.readAllBytes(), UTF_8).lines().filter(line -> !line.startsWith("#")));
        }
    }

    private static String text() throws IOException {
        return Files.readString(DOCUMENT);
    }
}
