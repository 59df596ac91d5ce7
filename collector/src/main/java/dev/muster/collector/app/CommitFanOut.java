package dev.muster.collector.app;

import dev.muster.collector.model.CommitListener;
import dev.muster.collector.model.Event;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tells several listeners of each commit. Whoever is added later has missed what came before, and looks for itself at its start. */
final class CommitFanOut implements CommitListener {
    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();

    void add(CommitListener listener) {
        listeners.add(listener);
    }

    @Override
    public void committed(List<Event> events, OutboxChange outbox) {
        listeners.forEach(each -> each.committed(events, outbox));
    }
}
