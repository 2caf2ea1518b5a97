package org.linkmoderation.reviewmail;

import java.util.Properties;
import org.apache.camel.attachment.AttachmentConverterLoader;
import org.apache.camel.component.mail.MailComponent;
import org.apache.camel.component.mail.MailConfiguration;
import org.linkmoderation.reviewmail.MailSettings.Security;
import org.linkmoderation.states.RetryBuilder;
import org.linkmoderation.states.StateMachineBuilder;

/** The state machine that mails what waits for a decision: one state. */
final class ReviewMailStateMachine extends StateMachineBuilder {
    static final String SEND_DIGEST = "SendDigest.Retry";

    private static final String TEMPLATE = "resource:classpath:org/linkmoderation/reviewmail/digest.txt";
    private static final int CONNECT_MILLIS = 10_000;
    private static final int ANSWER_MILLIS = 15_000;

    private final MailSettings settings;
    private final Digest digest;

    ReviewMailStateMachine(MailSettings settings, Digest digest) {
        this.settings = settings;
        this.digest = digest;
    }

    /**
     * Retry of the state. Nothing is caught: what is not sent in time is FAILED, and the next tick sends what waits.
     */
    static final class Retries extends RetryBuilder {
        @Override
        public void configuration() {
            retry(SEND_DIGEST, "States.TaskFailed");
        }
    }

    // @formatter:off
    @Override
    public void configure() {
        errorHandler(failuresAreJournaled());
        addConverters();
        String scheme = settings.security() == Security.TLS ? "smtps" : "smtp";
        getContext().addComponent(scheme, mail());

        from("direct:review-mail").routeId("review-mail")
            .to("direct:SendDigest");

        task("SendDigest").routeConfigurationId(SEND_DIGEST)
            .to("direct:sendMail");

        attempt("sendMail")
            .policy(new SendMail(settings.retry(), settings.host() + ":" + settings.port()))
                .process(digest::read).id("sendMail.readDigest")
                .setProperty(SendMail.SHOWN, body())
                .filter(body().isGreaterThan(0))
                    // A header of the message would be one of the mail, but for Camel's own, which count the retries
                    .removeHeaders("*", "Camel*")
                    .setHeader("Subject").simple("${exchangeProperty.count} for a decision: " + settings.stateMachine())
                    .transform().simple(TEMPLATE)
                    .toF("%s:%s:%d", scheme, settings.host(), settings.port()).id("smtp")
                .end()
            .end();
    }
    // @formatter:on

    /** Camel finds by itself only those that are not inside this bundle. */
    private void addConverters() {
        AttachmentConverterLoader loader = new AttachmentConverterLoader();
        loader.setCamelContext(getContext());
        loader.load(getContext().getTypeConverterRegistry());
    }

    /** User and password are in no URI: JMX and logs show those. */
    private MailComponent mail() {
        MailConfiguration mail = new MailConfiguration(getContext());
        settings.login().ifPresent(login -> {
            mail.setUsername(login.user());
            mail.setPassword(login.password());
        });
        mail.setFrom(settings.from());
        mail.setTo(String.join(",", settings.to()));
        mail.setContentType("text/plain; charset=UTF-8");
        mail.setConnectionTimeout(CONNECT_MILLIS);
        Properties more = new Properties();
        for (String protocol : new String[] {"smtp", "smtps"}) {
            String prefix = "mail." + protocol + ".";
            more.setProperty(prefix + "timeout", Integer.toString(ANSWER_MILLIS));
            more.setProperty(prefix + "writetimeout", Integer.toString(ANSWER_MILLIS));
            more.setProperty(prefix + "ssl.checkserveridentity", "true");
            more.setProperty(prefix + "starttls.enable", Boolean.toString(settings.security() == Security.STARTTLS));
            more.setProperty(prefix + "starttls.required", Boolean.toString(settings.security() == Security.STARTTLS));
        }
        mail.setAdditionalJavaMailProperties(more);
        MailComponent component = new MailComponent();
        component.setConfiguration(mail);
        return component;
    }
}
