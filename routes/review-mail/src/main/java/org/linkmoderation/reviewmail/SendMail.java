package org.linkmoderation.reviewmail;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.linkmoderation.TaskFailedException;
import org.linkmoderation.states.Retry;
import org.linkmoderation.states.TaskKind;
import org.linkmoderation.states.TaskPolicy;

/**
 * A task that sends a mail. After a crash between the mail server's answer and the journal it is sent a second time.
 * Its result is {@code {"shown": …}}, the number of tasks in the mail; with 0 there was none.
 */
final class SendMail extends TaskPolicy {
    /** The property of the exchange that has how many tasks are in the mail. */
    static final String SHOWN = "shown";

    /** Of a mail server that can't be reached, or does not take the mail. */
    static final String FAILED = "Mail.Failed";

    /** Of a mail server that refuses user and password. */
    static final String LOGIN_REFUSED = "Mail.LoginRefused";

    private final String server;

    /**
     * @param retry the Retry of the state
     * @param server the mail server, for the history
     */
    SendMail(Retry retry, String server) {
        super(TaskKind.SERVICE_INTEGRATION, retry);
        this.server = server;
    }

    @Override
    protected Map<String, String> resource(Exchange exchange) {
        return Map.of("resourceType", "smtp", "resource", "send", "parameters", parameters());
    }

    private String parameters() {
        return JsonNodeFactory.instance.objectNode().put("server", server).toString();
    }

    @Override
    public void describe(ObjectNode state) {
        state.put("Comment", "A mail by " + server);
    }

    @Override
    public Duration longestCall() {
        return ReviewMail.longestCall();
    }

    @Override
    protected String result(Exchange exchange) {
        return JsonNodeFactory.instance
                .objectNode()
                .put(SHOWN, exchange.getProperty(SHOWN, Integer.class))
                .toString();
    }

    @Override
    protected TaskFailedException failure(Exception thrown) throws Exception {
        if (thrown instanceof AuthenticationFailedException) {
            return new TaskFailedException(LOGIN_REFUSED, "The mail server " + server + " refuses user or password.");
        }
        if (thrown instanceof MessagingException) {
            return new TaskFailedException(
                    FAILED, "The mail server " + server + " did not take the mail: " + thrown.getMessage());
        }
        throw thrown;
    }
}
