package dev.muster.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.wire.Frame;
import dev.muster.protocol.wire.SpoolId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ControlFramesTest {
    private final ControlFrames control = new ControlFrames();

    @Test
    void sendsTheNewestValueOnly() {
        control.put(new Frame.Applied(1, 5));
        control.put(new Frame.Applied(1, 9));
        control.put(new Frame.Applied(0, 2));

        assertThat(drain()).containsExactly(new Frame.Applied(0, 2), new Frame.Applied(1, 9));
        assertThat(control.anyDue()).isFalse();
    }

    @Test
    void sendsALostValueAgainUnlessANewerOneWasSent() {
        control.put(new Frame.Window(0, 100));
        drain();
        control.lost(new Frame.Window(0, 100));
        assertThat(drain()).containsExactly(new Frame.Window(0, 100));

        control.put(new Frame.Window(0, 200));
        drain();
        control.lost(new Frame.Window(0, 100));
        assertThat(drain()).isEmpty();
    }

    @Test
    void forgetsAnAcknowledgedValue() {
        var resume = new Frame.Resume(1, new SpoolId(1, 2), 3);
        control.put(resume);
        drain();
        control.acked(resume);
        control.lost(resume);

        assertThat(control.anyDue()).isFalse();
    }

    @Test
    void keepsANewerValueWhenAnOlderOneIsAcknowledged() {
        control.put(new Frame.Applied(1, 1));
        drain();
        control.put(new Frame.Applied(1, 2));
        control.acked(new Frame.Applied(1, 1));

        assertThat(drain()).containsExactly(new Frame.Applied(1, 2));
    }

    @Test
    void doesNotRepeatALostPing() {
        control.put(new Frame.Ping());
        drain();
        control.lost(new Frame.Ping());

        assertThat(control.anyDue()).isFalse();
    }

    private List<Frame> drain() {
        var frames = new ArrayList<Frame>();
        for (Frame next = control.next(); next != null; next = control.next()) {
            control.sent(next);
            frames.add(next);
        }
        return frames;
    }
}
