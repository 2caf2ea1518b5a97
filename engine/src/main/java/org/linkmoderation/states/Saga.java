package org.linkmoderation.states;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.linkmoderation.run.RunningExecution;

/**
 * The declaration of a saga, each step beside its undo:
 *
 * <pre>{@code
 * saga()
 *         .step("ReserveDomain").undoneBy("ReleaseDomain")
 *         .step("ChargeCard").undoneBy("RefundCharge")
 *         .step("ConfirmDomain")
 *         .failingWith("FailSaga")
 * }</pre>
 *
 * <p>The engine makes the way forward and the way back of it: the steps in order; and when a step fails for good, the
 * time is over or an operator stops the execution, the undos in reverse order, each of them until it succeeds, and then
 * the Fail state. Undone is each step that has succeeded or that was not answered; a step that was
 * {@linkplain org.linkmoderation.TaskRefusedException refused} needs no undo.
 *
 * <p>The states themselves are routes of the state machine ({@link StateMachineBuilder#task}); the output of the last
 * step is that of the execution. A step and its undo must be safe to repeat, and a step that arrives after its undo
 * must have no effect: both know the execution by the same key.
 *
 * @param steps the steps, in order
 * @param failState the name of the Fail state that an execution ends in when all is undone; its route is the engine's
 */
public record Saga(List<Step> steps, String failState) {
    public Saga {
        steps = List.copyOf(steps);
    }

    /**
     * A step.
     *
     * @param state the state that goes forward
     * @param undo the state that undoes it; empty if nothing is to be undone, as of a last step
     */
    public record Step(String state, Optional<String> undo) {}

    /** Starts a declaration. */
    public static Declaration saga() {
        return new Declaration();
    }

    /** A declaration up to its last step. */
    public static final class Declaration {
        private final List<Step> steps = new ArrayList<>();

        private Declaration() {}

        /** Adds a step, which has no undo unless {@link #undoneBy} follows. */
        public Declaration step(String state) {
            steps.add(new Step(state, Optional.empty()));
            return this;
        }

        /**
         * Gives the last step its undo.
         *
         * @throws IllegalStateException if there is no step, or it has an undo
         */
        public Declaration undoneBy(String undo) {
            if (steps.isEmpty() || steps.get(steps.size() - 1).undo().isPresent()) {
                throw new IllegalStateException(
                        "undoneBy(\"" + undo + "\") follows no step; expected step(…) before it");
            }
            Step step = steps.remove(steps.size() - 1);
            steps.add(new Step(step.state(), Optional.of(undo)));
            return this;
        }

        /** Names the Fail state, and ends the declaration. */
        public Saga failingWith(String failState) {
            return new Saga(steps, failState);
        }
    }

    /** The steps that have an undo, in order, each with it. */
    public Map<String, String> undos() {
        Map<String, String> undos = new LinkedHashMap<>();
        steps.forEach(step -> step.undo().ifPresent(undo -> undos.put(step.state(), undo)));
        return undos;
    }

    /**
     * What is wrong with the declaration, to be read after the name of the state machine and a colon; empty if nothing
     * is.
     */
    public Optional<String> fault() {
        if (steps.isEmpty()) {
            return Optional.of("its saga has no step");
        }
        Set<String> names = new HashSet<>(Set.of(failState));
        for (Step step : steps) {
            if (!names.add(step.state())) {
                return Optional.of("its saga names the state '" + step.state() + "' twice");
            }
            if (step.undo().isPresent() && !names.add(step.undo().get())) {
                return Optional.of("its saga names the state '" + step.undo().get() + "' twice");
            }
        }
        return Optional.empty();
    }

    /**
     * Whether a step may have its effect yet, also after its undo: an attempt was never answered. For undos that leave
     * a mark by which the late step is refused.
     */
    public static Predicate unanswered(String state) {
        return new Predicate() {
            @Override
            public boolean matches(Exchange exchange) {
                return RunningExecution.of(exchange).isUnanswered(state);
            }

            @Override
            public String toString() {
                return state + " unanswered";
            }
        };
    }
}
