package org.linkmoderation.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code moderation:list} by pages: whole, without repetition, newest first. */
class ListIT {

    private static final int EXECUTIONS = 500;
    private static final int PAGE = 60;

    private static Site site;
    private static Instant from;
    private static Instant to;

    /** Half of them fail: their links do not exist. */
    @BeforeAll
    static void execute() {
        site = Site.shared();
        from = Instant.now().minusMillis(1);
        StringBuilder file = new StringBuilder();
        for (int i = 1; i <= EXECUTIONS; i++) {
            if (i % 2 == 0) {
                site.links().putPending("list" + i, "https://example.com/" + i);
            }
            file.append("{\"code\":\"list")
                    .append(i)
                    .append("\",\"url\":\"https://example.com/")
                    .append(i)
                    .append("\"}\n");
        }
        Site.drop(site.node(), "page.jsonl", file.toString());
        Awaitility.await("the end of all executions")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptions()
                .until(() -> RecordedExecution.all(site.links()).values().stream()
                                .filter(execution -> execution.name().startsWith("page-"))
                                .filter(RecordedExecution::isEnded)
                                .count()
                        == EXECUTIONS);
        to = Instant.now().plusMillis(1);
    }

    @Test
    void shouldShowAllNewestFirst() {
        List<JsonNode> listed = pages("--from " + from + " --to " + to).stream()
                .filter(each -> name(each).startsWith("page-"))
                .toList();
        assertThat(new TreeSet<>(names(listed))).containsExactlyElementsOf(allNames());
        assertThat(listed).hasSize(EXECUTIONS);
        assertThat(listed)
                .isSortedAccordingTo(Comparator.comparing(ListIT::startDate).reversed());
    }

    @Test
    void shouldShowOneStatus() {
        List<JsonNode> listed = pages("--status FAILED --from " + from + " --to " + to).stream()
                .filter(each -> name(each).startsWith("page-"))
                .toList();
        assertThat(listed).hasSize(EXECUTIONS / 2);
        assertThat(names(listed)).doesNotHaveDuplicates();
        assertThat(listed).allMatch(each -> each.path("status").asText().equals("FAILED"));
        assertThat(listed)
                .isSortedAccordingTo(Comparator.comparing(ListIT::startDate).reversed());
    }

    @Test
    void shouldShowAPrefixInTheOrderOfNames() {
        List<JsonNode> listed = pages("--prefix page-1");
        List<String> expected =
                allNames().stream().filter(name -> name.startsWith("page-1")).toList();
        assertThat(names(listed)).containsExactlyElementsOf(expected);
    }

    @Test
    void shouldShowOneStatusOfAPrefix() {
        List<JsonNode> listed = pages("--prefix page-1 --status FAILED");
        List<String> expected = allNames().stream()
                .filter(name -> name.matches("page-1\\d*") && Integer.parseInt(name.substring(5)) % 2 == 1)
                .toList();
        assertThat(names(listed)).containsExactlyElementsOf(expected);
    }

    @Test
    void shouldShowNothingOfAnotherTime() {
        assertThat(pages("--to 2020-01-01T00:00:00Z")).isEmpty();
    }

    private static List<JsonNode> pages(String options) {
        List<JsonNode> all = new ArrayList<>();
        String token = "";
        do {
            JsonNode page = site.node()
                    .shellOk("moderation:list --json --limit " + PAGE + " " + options
                            + (token.isEmpty() ? "" : " --next-token " + token))
                    .json();
            page.path("executions").forEach(all::add);
            token = page.path("nextToken").asText("");
            assertThat(page.path("executions").size()).isLessThanOrEqualTo(PAGE);
            if (!token.isEmpty()) {
                assertThat(page.path("executions")).as("a page before another").hasSize(PAGE);
            }
        } while (!token.isEmpty());
        return all;
    }

    private static TreeSet<String> allNames() {
        return IntStream.rangeClosed(1, EXECUTIONS)
                .mapToObj(i -> "page-" + i)
                .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
    }

    private static List<String> names(List<JsonNode> listed) {
        return listed.stream().map(ListIT::name).toList();
    }

    private static String name(JsonNode execution) {
        return execution.path("name").asText();
    }

    private static Instant startDate(JsonNode execution) {
        return Instant.parse(execution.path("startDate").asText());
    }
}
