package dev.muster.collector.delivery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A sender that answers as it is told, and remembers what it was given. */
final class ScriptedSender implements MailSender {
    /** One hand-over. */
    record Sent(RenderedMail mail, Set<String> recipients) {}

    final List<Sent> sent = new ArrayList<>();
    private Function<Sent, Outcome> script = sent -> new Answered(sent.recipients(), Map.of(), Map.of());

    void then(Function<Sent, Outcome> script) {
        this.script = script;
    }

    /** Takes the mail for all recipients but this one. */
    static Outcome deferring(Sent sent, String recipient) {
        return sent.recipients().contains(recipient)
                ? new Answered(without(sent, recipient), Map.of(), Map.of(recipient, "450 later"))
                : new Answered(sent.recipients(), Map.of(), Map.of());
    }

    static Outcome refusing(Sent sent, String recipient) {
        return sent.recipients().contains(recipient)
                ? new Answered(without(sent, recipient), Map.of(recipient, "550 no such user"), Map.of())
                : new Answered(sent.recipients(), Map.of(), Map.of());
    }

    private static Set<String> without(Sent sent, String recipient) {
        var others = new LinkedHashMap<String, String>();
        sent.recipients().stream().filter(r -> !r.equals(recipient)).forEach(r -> others.put(r, ""));
        return Set.copyOf(others.keySet());
    }

    List<String> subjects() {
        return sent.stream().map(s -> s.mail().subject()).toList();
    }

    @Override
    public Outcome send(RenderedMail mail, Set<String> recipients) {
        var now = new Sent(mail, recipients);
        sent.add(now);
        return script.apply(now);
    }

    @Override
    public void rest() {}

    @Override
    public void cut() {}
}
