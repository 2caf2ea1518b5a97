package org.linkmoderation.itests.hawtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.ModerationNode;

/** hawtio as a person sees it, in a real browser. Its pictures are in {@code target/screenshots}. */
@NeedsBrowser
class BrowserIT {
    private static final String DIAGRAM = "camel/routes?nid=root-org.apache.camel-moderation-routes";
    private static final String MODERATION = "id=root-org.apache.camel-moderation-routes-moderation";
    private static final String REJECT = "id=root-org.apache.camel-moderation-routes-Reject";
    private static final String COUNTERS = "css=svg.camel-diagram text.counter";

    private static final String REJECT_MBEAN = "org.apache.camel:context=moderation,type=routes,name=\"Reject\"";
    private static final String EXECUTIONS = "jmx/operations?nid=root-org.linkmoderation-Executions";

    private static ModerationNode node;
    private static HawtioConsole hawtio;
    private static String viewer;

    @BeforeAll
    static void start() {
        node = new ModerationNode("hawtio");
        viewer = node.karaf().user("viewer", "viewer");
        node.karaf().start();
        hawtio = HawtioConsole.install(node.karaf());
    }

    @AfterAll
    static void end() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void shouldRefuseAWrongPassword() {
        try (Browser browser = Browser.open(hawtio, "viewer", "wrong")) {
            browser.awaitTexts("css=body", texts -> texts.get(0).contains("Invalid login credentials"));
        }
    }

    @Test
    void shouldShowTheDiagramOfModerationWithCountersThatRise() {
        try (Browser browser = logIn()) {
            browser.go(DIAGRAM);
            browser.click(MODERATION);
            browser.click("xpath=//a[normalize-space(.)='Route Diagram']");
            List<String> nodes = browser.awaitTexts("css=svg g.node", texts -> texts.size() >= 10);
            assertThat(String.join("\n", nodes))
                    .contains("CheckSafety", "CheckSafety.Catch", "MarkError", "IsSafe", "Activate", "Reject")
                    .doesNotContain("direct:CheckSafety");
            long before = passed(browser.texts(COUNTERS));

            moderate("hawtio-diagram");

            List<String> counters = browser.awaitTexts(COUNTERS, texts -> passed(texts) > before);
            assertThat(passed(counters)).isGreaterThan(before);
            browser.screenshot("diagram");
        }
    }

    @Test
    void shouldListExecutionsInTheJmxTab() {
        moderate("hawtio-listed");
        try (Browser browser = logIn()) {
            browser.go(EXECUTIONS);
            open(browser, "list(");
            browser.screenshot("executions-form");
            browser.fill("id=status", "SUCCEEDED");
            browser.fill("id=namePrefix", "hawtio-l");
            browser.fill("id=limit", "10");
            browser.click("xpath=//button[normalize-space(.)='Execute'][not(@disabled)]");

            List<String> result = browser.awaitTexts(
                    "css=operation-form pre", texts -> texts.stream().anyMatch(text -> text.contains("executions")));

            assertThat(String.join("", result)).contains("\"hawtio-listed\"", "\"SUCCEEDED\"");
            browser.scrollTo("css=operation-form pre");
            browser.screenshot("executions");
        }
    }

    @Test
    void shouldLetAnAdministratorStopARouteAndStartItAgain() {
        try (Browser browser = logIn()) {
            browser.go(DIAGRAM);
            browser.click(REJECT);
            browser.click("xpath=//button[contains(.,'Started')]");
            browser.click("xpath=//ul[contains(@class,'dropdown-menu')]//a[normalize-space(.)='Stop']");
            browser.await("xpath=//button[contains(.,'Stopped')]");
            browser.click("xpath=//button[contains(.,'Stopped')]");
            browser.click("xpath=//ul[contains(@class,'dropdown-menu')]//a[normalize-space(.)='Start']");
            browser.await("xpath=//button[contains(.,'Started')]");
        }
    }

    @Test
    void shouldLetAViewerLookAndNotStop() {
        try (Browser browser = Browser.open(hawtio, "viewer", viewer)) {
            browser.go(EXECUTIONS);
            open(browser, "stop(");
            assertThat(browser.await("xpath=//button[normalize-space(.)='Execute']")
                            .isEnabled())
                    .isFalse();
            browser.screenshot("viewer-refused");
            open(browser, "countByStatus(");
            browser.click("xpath=//button[normalize-space(.)='Execute'][not(@disabled)]");
            browser.awaitTexts(
                    "css=operation-form pre", texts -> texts.stream().anyMatch(text -> text.contains("SUCCEEDED")));

            browser.go(DIAGRAM);
            browser.click(REJECT);
            browser.await("xpath=//a[normalize-space(.)='Route Diagram']");
            browser.screenshot("viewer-route");
        }
        // What the page would ask
        Map<String, ?> stop = Map.of("type", "exec", "mbean", REJECT_MBEAN, "operation", "stop()");
        assertThat(hawtio.ask("viewer", viewer, stop).path("status").asInt()).isEqualTo(403);
        assertThat(node.karaf().mbeanAttribute(REJECT_MBEAN, "State")).isEqualTo("Started");
    }

    private static Browser logIn() {
        return Browser.open(hawtio, node.karaf().administrator(), node.karaf().password());
    }

    /** Unfolds an operation in the list, whose name and bracket are given. */
    private static void open(Browser browser, String operation) {
        browser.click("xpath=//div[contains(@class,'list-group-item-heading')][contains(normalize-space(.),'"
                + operation
                + "')]/ancestor::div[contains(@class,'list-group-item-header')]"
                + "//div[contains(@class,'list-view-pf-expand')]/span");
    }

    private static void moderate(String code) {
        String url = "https://example.org/" + code;
        node.links().putPending(code, url);
        node.messages().request(code, code, url);
        assertThat(node.awaitEnd(code).path("status").asText()).isEqualTo("SUCCEEDED");
    }

    /** How many exchanges have passed the edges of the diagram. */
    private static long passed(List<String> counters) {
        return counters.stream()
                .filter(text -> text.matches("[0-9]+"))
                .mapToLong(Long::parseLong)
                .sum();
    }
}
