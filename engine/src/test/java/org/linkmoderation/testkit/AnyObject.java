package org.linkmoderation.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.linkmoderation.DeadLetter;
import org.linkmoderation.Execution;
import org.linkmoderation.InvalidRequestException;
import org.linkmoderation.QueueSizes;
import org.linkmoderation.ServiceCheck;
import org.linkmoderation.StartRequest;
import org.linkmoderation.StateMachineDescription;
import org.linkmoderation.run.StateMachine;
import org.linkmoderation.run.Wake;

/** A state machine that runs with any JSON object that has a member {@code code}. */
public class AnyObject implements StateMachine {
    @Override
    public String name() {
        return "moderation";
    }

    @Override
    public void validate(JsonNode input) throws InvalidRequestException {
        if (!input.has("code")) {
            throw new InvalidRequestException("the input has no 'code'");
        }
    }

    @Override
    public StateMachineDescription description() {
        return new StateMachineDescription(name(), false, Instant.EPOCH, "{}");
    }

    @Override
    public Execution start(StartRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Execution redrive(Execution found, String requestId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Execution runExpress(StartRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void send(StartRequest request) {
        throw new UnsupportedOperationException("Triggers have senders of their own");
    }

    @Override
    public void send(List<StartRequest> requests) {
        throw new UnsupportedOperationException("Triggers have senders of their own");
    }

    @Override
    public void checkName(StartRequest request) {
        throw new UnsupportedOperationException("No journal is asked");
    }

    @Override
    public void wake(Wake wake) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<DeadLetter> deadLetters(int limit) {
        throw new UnsupportedOperationException("No trigger asks for them");
    }

    @Override
    public void resend(String id) {
        throw new UnsupportedOperationException("No trigger asks for them");
    }

    @Override
    public QueueSizes queueSizes() {
        throw new UnsupportedOperationException("No trigger asks for them");
    }

    @Override
    public List<ServiceCheck> checks() {
        return List.of();
    }
}
