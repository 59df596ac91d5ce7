package dev.muster.collector.delivery;

import dev.muster.collector.delivery.MailConfig.Addresses;
import jakarta.activation.DataHandler;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.nio.charset.StandardCharsets;
import java.util.Date;

/** Makes the MIME message: mixed (alternative (text, HTML), JSON). Every recipient is shown, whoever is still to get it. */
final class MimeComposer {
    private static final String UTF_8 = "UTF-8";

    private MimeComposer() {}

    static MimeMessage compose(Session session, Addresses addresses, RenderedMail mail) throws MessagingException {
        var message = new WithId(session, mail.messageId());
        message.setFrom(new InternetAddress(addresses.from()));
        if (addresses.replyTo().isPresent()) {
            message.setReplyTo(InternetAddress.parse(addresses.replyTo().get()));
        }
        for (String recipient : addresses.recipients()) {
            message.addRecipient(RecipientType.TO, new InternetAddress(recipient));
        }
        message.setSubject(mail.subject(), UTF_8);
        message.setSentDate(Date.from(mail.date()));
        // RFC 3834: asks machines not to answer.
        message.setHeader("Auto-Submitted", "auto-generated");
        if (mail.inReplyTo().isPresent()) {
            message.setHeader("In-Reply-To", mail.inReplyTo().get());
            message.setHeader("References", mail.inReplyTo().get());
        }
        message.setContent(body(mail));
        message.saveChanges();
        return message;
    }

    private static MimeMultipart body(RenderedMail mail) throws MessagingException {
        var text = new MimeBodyPart();
        text.setText(mail.text(), UTF_8, "plain");
        var html = new MimeBodyPart();
        html.setText(mail.html(), UTF_8, "html");
        var both = new MimeBodyPart();
        // The last one is the one to prefer (RFC 2046, 5.1.4).
        both.setContent(new MimeMultipart("alternative", text, html));
        var json = new MimeBodyPart();
        json.setDataHandler(new DataHandler(
                new ByteArrayDataSource(mail.json().getBytes(StandardCharsets.US_ASCII), "application/json")));
        json.setFileName(mail.jsonName());
        json.setDisposition(MimeBodyPart.ATTACHMENT);
        return new MimeMultipart("mixed", both, json);
    }

    /** The library would name the message by itself whenever it is saved. */
    private static final class WithId extends MimeMessage {
        private final String id;

        WithId(Session session, String id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
