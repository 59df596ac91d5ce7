package dev.muster.systemtests;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real SMTP server that keeps what it gets. */
final class Mailbox implements AutoCloseable {
    /** A mail as its reader sees it; a missing header is empty. */
    record Mail(String subject, String id, String inReplyTo, String text) {}

    private final GreenMail server;

    Mailbox() {
        this(0);
    }

    Mailbox(int port) {
        this("127.0.0.1", port);
    }

    /** @param address of this machine */
    Mailbox(String address, int port) {
        server = new GreenMail(new ServerSetup(port, address, ServerSetup.PROTOCOL_SMTP));
        server.start();
    }

    int port() {
        return server.getSmtp().getPort();
    }

    /** All mails so far, one after the other. */
    String asText() {
        return mails().stream()
                .map(mail -> "Subject: " + mail.subject() + "\n\n" + mail.text() + "\n")
                .collect(Collectors.joining());
    }

    /** The collector's configuration that sends here, first reports after two seconds, nothing gathered into digests. */
    String config() {
        return config(port());
    }

    /** The same, of a server that is not there yet. */
    static String config(int port) {
        return """
                settle: 2s
                mail:
                  host: 127.0.0.1
                  port: %d
                  security: none
                  from: muster@example.org
                  to: ops@example.org
                  digest-mails: 10000
                  send-timeout: 10s
                """.formatted(port);
    }

    /** Everything so far, in the order in which it came. */
    List<Mail> mails() {
        return Stream.of(server.getReceivedMessages()).map(Mailbox::read).toList();
    }

    @Override
    public void close() {
        server.stop();
    }

    private static Mail read(MimeMessage message) {
        try {
            return new Mail(
                    String.valueOf(message.getSubject()),
                    message.getMessageID(),
                    message.getHeader("In-Reply-To") == null ? "" : message.getHeader("In-Reply-To", ""),
                    text(message));
        } catch (MessagingException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The first part that is plain text. */
    private static String text(Part part) throws MessagingException, IOException {
        if (part.isMimeType("text/plain")) {
            return (String) part.getContent();
        }
        if (part.getContent() instanceof MimeMultipart parts) {
            for (int i = 0; i < parts.getCount(); i++) {
                String found = text(parts.getBodyPart(i));
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return "";
    }
}
