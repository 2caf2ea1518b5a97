package org.linkmoderation.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.karaf.shell.api.console.CommandLine;
import org.junit.jupiter.api.Test;
import org.linkmoderation.ExecutionPage;
import org.linkmoderation.ExecutionQuery;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.ExecutionSummary;
import org.linkmoderation.Executions;
import org.linkmoderation.InvalidRequestException;

class ExecutionNameCompleterTest {
    private final AtomicReference<ExecutionQuery> asked = new AtomicReference<>();
    private final ExecutionNameCompleter completer = new ExecutionNameCompleter();

    @Test
    void shouldAskForOnePageOfNamesOfTheStateMachineOfTheLine() {
        completer.executions = answering("shop-1", "shop-2");
        List<String> candidates = new ArrayList<>();

        completer.complete(null, line("moderation:describe", "--state-machine", "domains", "shop"), candidates);

        assertThat(asked.get())
                .isEqualTo(ExecutionQuery.all("domains", ExecutionNameCompleter.MOST)
                        .named("shop"));
        assertThat(candidates).extracting(String::strip).containsExactly("shop-1", "shop-2");
    }

    @Test
    void shouldTakeTheDefaultStateMachineAndOneAfterAnEqualsSign() {
        completer.executions = answering();

        completer.complete(null, line("moderation:describe", "sh"), new ArrayList<>());
        assertThat(asked.get().stateMachine()).isEqualTo("moderation");
        completer.complete(null, line("moderation:describe", "-m=domains", "sh"), new ArrayList<>());
        assertThat(asked.get().stateMachine()).isEqualTo("domains");
    }

    @Test
    void shouldOfferNothingWhereTheJournalDoesNotAnswer() {
        completer.executions = executions(query -> {
            throw new IllegalStateException("DynamoDB does not answer");
        });

        List<String> candidates = new ArrayList<>();
        assertThat(completer.complete(null, line("moderation:describe", "sh"), candidates))
                .isNegative();
        assertThat(candidates).isEmpty();
    }

    private interface Listed {
        ExecutionPage page(ExecutionQuery query) throws InvalidRequestException;
    }

    private Executions answering(String... names) {
        return executions(query -> {
            asked.set(query);
            List<ExecutionSummary> found = new ArrayList<>();
            for (String name : names) {
                found.add(new ExecutionSummary(
                        "domains", name, ExecutionStatus.RUNNING, Instant.EPOCH, Optional.empty()));
            }
            return new ExecutionPage(found, Optional.empty());
        });
    }

    /** Only lists. */
    private static Executions executions(Listed listed) {
        return (Executions) Proxy.newProxyInstance(
                Executions.class.getClassLoader(),
                new Class<?>[] {Executions.class},
                (proxy, method, arguments) -> listed.page((ExecutionQuery) arguments[0]));
    }

    private static CommandLine line(String... words) {
        String last = words[words.length - 1];
        return new CommandLine() {
            @Override
            public int getCursorArgumentIndex() {
                return words.length - 1;
            }

            @Override
            public String getCursorArgument() {
                return last;
            }

            @Override
            public int getArgumentPosition() {
                return last.length();
            }

            @Override
            public String[] getArguments() {
                return words.clone();
            }

            @Override
            public int getBufferPosition() {
                return getBuffer().length();
            }

            @Override
            public String getBuffer() {
                return String.join(" ", words);
            }
        };
    }
}
