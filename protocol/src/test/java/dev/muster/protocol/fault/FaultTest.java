package dev.muster.protocol.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.session.Schedule;
import dev.muster.protocol.stream.Crowd;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule broken on purpose is noticed: by this seed, as a breach of this property. */
final class FaultTest {
    /** A method that is replaced, and how that shows. */
    enum Fault {
        SKIP_THE_REPLAY_CHECK("replay.ReplayWindow", "fresh", Schedule.class, 2, "each heartbeat counts once"),
        ACK_UNRETAINED_DATA("stream.ReceiveSide", "retain", Crowd.class, 33, "progress"),
        SWITCH_SESSION_BEFORE_CONFIRMATION("session.HandshakeAnswerer", "respond", Schedule.class, 7, "unproven"),
        ANSWER_WITHOUT_MAC1("session.InitMac", "verify", Schedule.class, 1, "nobody answers a stranger"),
        REUSE_A_COUNTER("session.SecureSession", "seal", Schedule.class, 1, "no nonce twice"),
        UNBOUNDED_REASSEMBLY("stream.ReceiveStream", "waitsForGrant", Crowd.class, 1, "bounded memory"),
        RESET_WITHOUT_TOKEN("session.InitiatorEndpoint", "reset", Schedule.class, 1, "RESET for one that stands"),
        STREAM_STATE_LOST_ON_REKEY("stream.ReliableChannels", "sessionReplaced", Schedule.class, 11, "progress"),
        MOVE_WITHOUT_PROOF("session.Paths", "heard", Schedule.class, 2, "unproven"),
        NEVER_SEND_AGAIN("stream.SendSide", "requeue", Schedule.class, 1, "progress");

        private static final String ROOT = "dev.muster.protocol.";

        private final String type;
        private final String method;
        private final Class<?> scenario;
        private final long seed;
        private final String property;

        Fault(String type, String method, Class<?> scenario, long seed, String property) {
            this.type = ROOT + type;
            this.method = method;
            this.scenario = scenario;
            this.seed = seed;
            this.property = property;
        }

        /** The test class of the same package that holds the broken methods. */
        private String substitute() {
            String folder = type.substring(0, type.lastIndexOf('.') + 1);
            String name = folder.substring(ROOT.length(), folder.length() - 1);
            return folder + Character.toUpperCase(name.charAt(0)) + name.substring(1) + "Faults";
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void breakingARuleBreaksAProperty(Fault fault) throws Exception {
        assertThat(breach(fault, fault.seed))
                .hasValueSatisfying(
                        what -> assertThat(what).as("seed %d", fault.seed).contains(fault.property));
    }

    /** Runs the scenario in a world of its own. */
    static Optional<String> breach(Fault fault, long seed) throws Exception {
        var world = new FaultyClasses(fault.type, fault.method, fault.substitute());
        Class<?> scenario = world.loadClass(fault.scenario.getName());
        Method run = Stream.of(scenario.getDeclaredMethods())
                .filter(each -> each.getName().equals("run") && each.getParameterTypes().length > 0)
                .findFirst()
                .orElseThrow();
        Object[] arguments = run.isVarArgs()
                ? new Object[] {seed, Array.newInstance(run.getParameterTypes()[1].getComponentType(), 0)}
                : new Object[] {seed};
        try {
            run.invoke(null, arguments);
            return Optional.empty();
        } catch (InvocationTargetException e) {
            return Optional.of(String.valueOf(e.getCause()));
        }
    }

    static Stream<Object[]> lapses() {
        return Stream.of(
                new Object[] {Schedule.Lapse.APPLIED_BEFORE_COMMIT, 1L, "comes after the commit"},
                new Object[] {Schedule.Lapse.AGENT_IGNORES_RESUME, 1L, "once and in order"});
    }

    /** The same for the programs around the endpoints. */
    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("lapses")
    void aLapseOfAProgramBreaksAProperty(Schedule.Lapse lapse, long seed, String property) {
        assertThatThrownBy(() -> Schedule.run(seed, lapse))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(property);
    }
}
