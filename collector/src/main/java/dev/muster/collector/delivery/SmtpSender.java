package dev.muster.collector.delivery;

import dev.muster.collector.delivery.MailConfig.Security;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Authenticator;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;

/**
 * SMTP (RFC 5321) with STARTTLS (RFC 3207) or TLS (RFC 8314) and AUTH (RFC 4954).
 *
 * <p>Maintainer's note. The connection's socket is ours, not the mail library's: the library's timeouts are per read, so
 * a server that drips a byte a minute would hold the worker for ever; a watch closes the socket when the mail's whole
 * time is up. The connection stays open between mails until {@link #rest}.
 */
final class SmtpSender implements MailSender {
    private static final int MAX_ERROR_CHARS = 400;

    private final MailConfig config;
    private final Session session;
    private final SmtpSocket socket;
    private @Nullable SMTPTransport open;

    SmtpSender(MailConfig config) {
        this.config = config;
        this.socket = new SmtpSocket(config);
        this.session = session(config, socket);
    }

    private static Session session(MailConfig config, SmtpSocket socket) {
        var properties = new Properties();
        properties.put("mail.smtp.host", config.server().host());
        properties.put("mail.smtp.from", config.addresses().from());
        // One recipient that is refused must not keep the mail from the others.
        properties.put("mail.smtp.sendpartial", "true");
        // What follows the last mail's 250 concerns nobody.
        properties.put("mail.smtp.quitwait", "false");
        if (config.server().security() == Security.STARTTLS) {
            properties.put("mail.smtp.starttls.enable", "true");
            properties.put("mail.smtp.starttls.required", "true");
            properties.put("mail.smtp.ssl.checkserveridentity", "true");
            properties.put("mail.smtp.ssl.socketFactory", socket.tls());
        }
        if (config.login().isEmpty()) {
            return Session.getInstance(properties);
        }
        MailConfig.Login login = config.login().get();
        properties.put("mail.smtp.user", login.user());
        properties.put("mail.smtp.auth", "true");
        properties.put("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
        return Session.getInstance(properties, new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(login.user(), login.password());
            }
        });
    }

    @Override
    public Outcome send(RenderedMail mail, Set<String> recipients) {
        var done = new CountDownLatch(1);
        Thread watch = Thread.ofVirtual().name("mail-deadline").start(() -> closeUnlessDone(done));
        try {
            MimeMessage message = MimeComposer.compose(session, config.addresses(), mail);
            SMTPTransport transport = connected();
            transport.sendMessage(message, addresses(recipients));
            return new Answered(recipients, Map.of(), Map.of());
        } catch (SendFailedException e) {
            return answer(e, recipients);
        } catch (AuthenticationFailedException e) {
            drop();
            return new NoService("login refused: " + words(e));
        } catch (MessagingException | IOException e) {
            drop();
            return new NoService(words(e));
        } finally {
            done.countDown();
            watch.interrupt();
        }
    }

    private void closeUnlessDone(CountDownLatch done) {
        try {
            if (!done.await(config.timeouts().send().toMillis(), TimeUnit.MILLISECONDS)) {
                socket.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private SMTPTransport connected() throws MessagingException, IOException {
        SMTPTransport last = open;
        // Asks the server (NOOP): it may have hung up since the last mail.
        if (last != null && last.isConnected()) {
            return last;
        }
        drop();
        var transport = (SMTPTransport) session.getTransport("smtp");
        transport.connect(socket.connect());
        open = transport;
        return transport;
    }

    private Outcome answer(SendFailedException failure, Set<String> recipients) {
        var addresses = new HashMap<String, SMTPAddressFailedException>();
        Optional<SMTPSendFailedException> said = Optional.empty();
        for (Exception e = failure; e instanceof MessagingException next; e = next.getNextException()) {
            switch (e) {
                case SMTPSenderFailedException sender -> {
                    drop();
                    return new NoService("sender refused: " + words(sender));
                }
                case SMTPAddressFailedException address ->
                    addresses.put(address.getAddress().getAddress(), address);
                case SMTPSendFailedException whole -> said = said.or(() -> Optional.of(whole));
                default -> {}
            }
        }
        if (addresses.isEmpty() && said.filter(SmtpSender::aboutContent).isEmpty()) {
            drop();
            return new NoService(words(failure));
        }
        return sorted(failure, said, addresses, recipients);
    }

    private static boolean aboutContent(SMTPSendFailedException said) {
        // An answer to DATA or to the dot that ends it. What a server says of MAIL is about us, not about this mail.
        return (said.getCommand().equals(".") || said.getCommand().startsWith("DATA")) && said.getReturnCode() >= 400;
    }

    private Outcome sorted(
            SendFailedException failure,
            Optional<SMTPSendFailedException> said,
            Map<String, SMTPAddressFailedException> addresses,
            Set<String> recipients) {
        var accepted = new LinkedHashSet<String>();
        for (Address address :
                Optional.ofNullable(failure.getValidSentAddresses()).orElse(new Address[0])) {
            accepted.add(((InternetAddress) address).getAddress());
        }
        var refused = new LinkedHashMap<String, String>();
        var deferred = new LinkedHashMap<String, String>();
        for (String recipient : recipients) {
            if (accepted.contains(recipient)) {
                continue;
            }
            SMTPAddressFailedException own = addresses.get(recipient);
            int code = own != null
                    ? own.getReturnCode()
                    : said.map(SMTPSendFailedException::getReturnCode).orElse(0);
            (permanent(code) ? refused : deferred).put(recipient, words(own != null ? own : failure));
        }
        return new Answered(accepted, refused, deferred);
    }

    /** 530 and 535 ask for a login, 538 for encryption: to be mended here, so the mail must not be given up. */
    private static boolean permanent(int code) {
        return code >= 500 && code < 600 && code != 530 && code != 535 && code != 538;
    }

    private static InternetAddress[] addresses(Set<String> recipients) throws MessagingException {
        var addresses = new InternetAddress[recipients.size()];
        int i = 0;
        for (String recipient : recipients) {
            addresses[i++] = new InternetAddress(recipient);
        }
        return addresses;
    }

    @Override
    public void rest() {
        SMTPTransport last = open;
        open = null;
        if (last != null) {
            try {
                last.close();
            } catch (MessagingException e) {
                // The server was told QUIT; whether it heard does not matter.
            }
        }
        socket.close();
    }

    /** Without a QUIT: a server in trouble would have to answer it. */
    private void drop() {
        socket.close();
        rest();
    }

    @Override
    public void cut() {
        socket.cut();
    }

    /** The library's and the server's words, whole chain, on one line. Neither holds the password. */
    static String words(Throwable failure) {
        var words = new StringBuilder();
        for (Throwable at = failure; at != null; at = at.getCause()) {
            String message =
                    Optional.ofNullable(at.getMessage()).orElse(at.getClass().getSimpleName());
            if (words.indexOf(message) < 0) {
                words.append(words.isEmpty() ? "" : ": ").append(message);
            }
        }
        return SafeText.line(words.toString().replaceAll("[\r\n]+", " "), MAX_ERROR_CHARS);
    }
}
