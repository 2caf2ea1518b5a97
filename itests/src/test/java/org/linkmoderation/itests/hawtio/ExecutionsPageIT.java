package org.linkmoderation.itests.hawtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.linkmoderation.itests.KarafNode;
import org.linkmoderation.itests.ModerationNode;
import org.linkmoderation.itests.Ports;
import org.openqa.selenium.Keys;

/**
 * The page "Executions" of the console as a person sees it, in a real browser. Its pictures are in
 * {@code target/screenshots}; those of {@code docs/images} are copies of them.
 */
@NeedsBrowser
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExecutionsPageIT {
    private static final String PAGE = "executions?view=";
    private static final String ROWS = "css=.ex-list tbody tr";
    private static final String EVENTS = "css=.ex-events tbody tr";
    private static final String RESULTS = "css=.ex-results tbody tr";

    private static ConsoleScenes scenes;
    private static HawtioConsole hawtio;
    private static String viewer;
    private static Browser browser;

    @BeforeAll
    static void start() {
        scenes = new ConsoleScenes("console");
        viewer = scenes.node().karaf().user("viewer", "viewer");
        scenes.node().karaf().start();
        hawtio = HawtioConsole.install(scenes.node().karaf());
        scenes.succeeded("link-1");
        scenes.succeeded("link-2");
        scenes.retried("link-3");
        scenes.failed("link-4");
        scenes.failed("link-5");
        scenes.caught("link-6");
        scenes.waiting("link-7");
        scenes.reviewed("link-8");
        scenes.compensated("sale-1");
        scenes.inDoubt("sale-2");
        scenes.deadLetter();
        browser = Browser.open(
                hawtio,
                scenes.node().karaf().administrator(),
                scenes.node().karaf().password());
    }

    @AfterAll
    static void end() {
        if (browser != null) {
            browser.close();
        }
        if (scenes != null) {
            scenes.close();
        }
    }

    @Test
    @Order(1)
    void shouldListTheNewestFirstAndCountByStatus() {
        browser.go(PAGE + "list&stateMachine=moderation");

        List<String> rows = browser.awaitTexts(ROWS, texts -> texts.size() == 8);
        assertThat(rows.get(0)).contains("link-8", "RUNNING", "CALLBACK in Review");
        assertThat(rows.get(1)).contains("link-7", "RUNNING", "SERVICE_UNAVAILABLE in CheckSafety");
        assertThat(rows.get(7)).contains("link-1", "SUCCEEDED");
        browser.awaitTexts("css=.ex-chip", texts -> texts.contains("SUCCEEDED 4") && texts.contains("FAILED 2"));
        assertAccessible();
        browser.screenshot("executions-list");
    }

    @Test
    @Order(1)
    void shouldFilterByStatusPrefixAndTime() {
        browser.go(PAGE + "list&stateMachine=moderation");
        browser.awaitTexts(ROWS, texts -> texts.size() == 8);

        browser.click("xpath=//button[starts-with(., 'FAILED')]");
        browser.awaitTexts(ROWS, texts -> texts.size() == 2);
        browser.fill("css=.ex-filters input[type=search]", "link-4");
        browser.press(Keys.ENTER);
        assertThat(browser.awaitTexts(ROWS, texts -> texts.size() == 1).get(0)).contains("link-4");

        browser.go(PAGE + "list&stateMachine=moderation&to=2020-01-01T00:00:00.000Z");
        browser.awaitTexts("css=.ex-content", texts -> texts.get(0).contains("No executions."));
    }

    /** What is chosen stays so, and so does the row itself, which the focus may be in. */
    @Test
    @Order(1)
    void shouldKeepRowsAndChoiceWhenRefreshed() {
        browser.go(PAGE + "list&stateMachine=moderation");
        browser.awaitTexts(ROWS, texts -> texts.size() == 8);
        browser.click("css=[aria-label='Choose link-2']");
        browser.script("document.querySelector('[data-name=link-2]').isTheSame = true");

        scenes.succeeded("fresh-1");
        browser.click("xpath=//button[.='Refresh']");

        browser.awaitTexts(ROWS, texts -> texts.size() == 9);
        assertThat(browser.script("return document.querySelector('[data-name=link-2]').isTheSame"))
                .isEqualTo(true);
        assertThat(browser.await("css=[aria-label='Choose link-2']").isSelected())
                .isTrue();
        scenes.node().karaf().shellOk("moderation:delete fresh-1");
    }

    @Test
    @Order(1)
    void shouldShowWhatBecameOfEachStateOfAFailedExecution() {
        openExecution("moderation", "link-4");

        assertThat(state("CheckSafety")).isEqualTo("CheckSafety, succeeded");
        assertThat(state("Activate")).isEqualTo("Activate, failed");
        assertThat(state("Reject")).isEqualTo("Reject, not reached");
        assertAccessible();
        browser.screenshot("executions-failed");
    }

    @Test
    @Order(1)
    void shouldShowRetriesAsABadgeAndFoldEvents() {
        openExecution("moderation", "link-3");
        assertThat(state("CheckSafety")).isEqualTo("CheckSafety, succeeded, 2 retries");

        browser.click("xpath=//tr[td[.='ExecutionStarted']]//summary");
        browser.awaitTexts(EVENTS, texts -> texts.get(0).contains("https://example.org/link-3"));

        // By the keyboard alone: the events of one state
        browser.script("document.querySelector('[data-state=IsSafe]').focus()");
        browser.press(Keys.ENTER);
        browser.awaitTexts(EVENTS, texts -> texts.size() == 2 && texts.get(0).contains("ChoiceStateEntered"));
        browser.screenshot("executions-retried");
    }

    @Test
    @Order(1)
    void shouldShowACompensatedSaga() {
        openExecution("domains", "sale-1");

        assertThat(state("ReserveDomain")).isEqualTo("ReserveDomain, undone");
        assertThat(state("ChargeCard")).isEqualTo("ChargeCard, undone");
        assertThat(state("RefundCharge")).isEqualTo("RefundCharge, succeeded");
        assertThat(state("ConfirmDomain")).isEqualTo("ConfirmDomain, not reached");
        assertThat(state("FailSaga")).isEqualTo("FailSaga, failed");
        assertThat(browser.texts("css=.ex-timeline tbody tr").get(1)).contains("ChargeCard", "failed");
        assertThat(browser.has("xpath=//button[.='Redrive…']"))
                .as("what was undone can't go on")
                .isFalse();
        browser.screenshot("executions-compensated");
    }

    @Test
    @Order(1)
    void shouldShowAWaitingExecution() {
        openExecution("moderation", "link-7");

        assertThat(state("CheckSafety")).startsWith("CheckSafety, waiting");
        assertThat(browser.texts("css=.ex-record").get(0)).contains("SERVICE_UNAVAILABLE in CheckSafety");
        browser.screenshot("executions-waiting");
    }

    @Test
    @Order(1)
    void shouldTakeNoTextForMarkup() {
        openExecution("moderation", "link-6");
        assertThat(state("CheckSafety")).isEqualTo("CheckSafety, caught, 3 retries");
        browser.click("xpath=//tr[td[.='LambdaFunctionFailed']]//summary");
        browser.awaitTexts("css=.ex-json", texts -> String.join("", texts).contains("<img src=x onerror="));
        assertNotAttacked();

        browser.go(PAGE + "deadLetters&stateMachine=moderation");
        List<String> letters = browser.awaitTexts("css=.ex-letters tbody tr", texts -> texts.size() == 1);
        assertThat(letters.get(0)).contains(ConsoleScenes.ATTACK);
        assertNotAttacked();
        assertAccessible();

        String name = ConsoleScenes.ATTACK
                .replace(" ", "%20")
                .replace("<", "%3C")
                .replace(">", "%3E")
                .replace("\"", "%22");
        browser.go(PAGE + "execution&stateMachine=moderation&name=" + name);
        browser.awaitTexts("css=.ex-message", texts -> texts.get(0).contains("There is no execution '<img"));
        assertNotAttacked();
    }

    @Test
    @Order(1)
    void shouldShowTheDefinitionWithWhatIsInEachState() {
        browser.go(PAGE + "definition&stateMachine=domains");

        browser.awaitScript("return document.querySelector(\"[aria-label='RefundCharge, 1 waiting']\") !== null");
        List<String> texts = browser.awaitTexts("css=.ex-page pre", found -> found.size() == 2);
        assertThat(texts.get(0)).contains("\"StartAt\": \"ReserveDomain\"");
        assertThat(texts.get(1)).startsWith("stateDiagram-v2");
        assertAccessible();
        browser.screenshot("executions-definition");
    }

    @Test
    @Order(1)
    void shouldBeReadableInTheDarkAndAtTwiceTheSize() {
        browser.dark(true);
        try {
            openExecution("domains", "sale-2");
            assertAccessible();
            browser.screenshot("executions-dark");
            browser.go(PAGE + "list&stateMachine=moderation");
            browser.awaitTexts(ROWS, texts -> texts.size() == 8);
            assertAccessible();
        } finally {
            browser.dark(false);
        }
        openExecution("moderation", "link-4");
        browser.window(1400, 900, 2);
        try {
            assertThat((Boolean) browser.script("const page = document.querySelector('.ex-page');"
                            + "return page.scrollWidth <= page.clientWidth + 1"))
                    .as("nothing is beside the page")
                    .isTrue();
            browser.screenshot("executions-200-percent");
        } finally {
            browser.window(1400, 900, 1);
        }
    }

    /**
     * No execution of this product has so many: the container's answers are made by the page's own script, by the
     * thousand, as a real one would give them.
     */
    @Test
    @Order(1)
    void shouldStayUsableWithTenThousandEvents() {
        browser.go(PAGE + "list&stateMachine=moderation");
        browser.awaitTexts(ROWS, texts -> texts.size() == 8);
        browser.script("const real = window.fetch; window.fetch = async (url, options) => {"
                + "  const asked = options && options.body ? JSON.parse(options.body) : {};"
                + "  if (asked.operation !== 'historyPage') { return real(url, options); }"
                + "  const after = asked.arguments[2];"
                + "  const events = Array.from({length: 1000}, (unused, i) => ({id: after + i + 1,"
                + "    timestamp: new Date(1795000000000 + (after + i) * 1000).toISOString(),"
                + "    type: (after + i) % 2 ? 'TaskStateExited' : 'TaskStateEntered',"
                + "    ['state' + ((after + i) % 2 ? 'Exited' : 'Entered') + 'EventDetails']: {name: 'Activate'}}));"
                + "  return new Response(JSON.stringify({status: 200,"
                + "    value: JSON.stringify({events, eventCount: 10000})}));"
                + "};");
        browser.click("xpath=//a[.='link-1']");

        browser.awaitTexts(
                "css=.ex-more", texts -> texts.stream().anyMatch(text -> text.contains("200 of 10000 shown")));
        assertThat(browser.texts(EVENTS)).hasSize(200);
        browser.click("xpath=(//button[.='Show 200 more'])[last()]");
        browser.awaitTexts(
                "css=.ex-more", texts -> texts.stream().anyMatch(text -> text.contains("400 of 10000 shown")));
        long milliseconds = ((Number) browser.asyncScript("const done = arguments[0]; const start = performance.now();"
                        + "document.querySelector('[data-state=Activate]').dispatchEvent(new MouseEvent('click'));"
                        + "requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)))"))
                .longValue();
        System.out.println("10,000 events: those of one state are shown after " + milliseconds + " ms");
        browser.script("location.reload()");
    }

    @Test
    @Order(2)
    void shouldRedriveInBulkAndSayWhatWasRefused() {
        scenes.repair("link-4");
        browser.go(PAGE + "list&stateMachine=moderation");
        browser.awaitTexts(ROWS, texts -> texts.size() == 8);
        browser.click("css=[aria-label='Choose link-4']");
        browser.click("css=[aria-label='Choose link-2']");
        browser.click("xpath=//button[.='Redrive…']");

        browser.await("xpath=//h2[.='Redrive 2 executions?']");
        assertThat(browser.texts("css=.ex-preview li")).containsExactlyInAnyOrder("link-4", "link-2");
        assertAccessible();
        browser.screenshot("executions-bulk");
        browser.click("xpath=//button[.='Redrive 2 executions']");

        List<String> results = browser.awaitTexts(RESULTS, texts -> texts.size() == 2);
        assertThat(results)
                .anySatisfy(result -> assertThat(result).startsWith("link-4").contains("Done: "))
                .anySatisfy(result -> assertThat(result)
                        .startsWith("link-2")
                        .contains("Not done: ", "has status SUCCEEDED; expected FAILED, TIMED_OUT or ABORTED"));
        browser.awaitTexts("css=.ex-dialog", texts -> texts.get(0).contains("1 done, 1 not done."));
        browser.screenshot("executions-results");
        browser.click("xpath=//button[.='Close']");
        scenes.node()
                .karaf()
                .await(
                        "the redrive",
                        ModerationNode.EXECUTION,
                        () -> scenes.node()
                                .export("link-4")
                                .path("status")
                                .asText()
                                .equals("SUCCEEDED"));
    }

    @Test
    @Order(2)
    void shouldDecideAReviewInTheNameOfTheUser() {
        browser.go(PAGE + "reviews&stateMachine=moderation");
        browser.awaitTexts(
                "css=.ex-reviews tbody tr",
                texts -> texts.size() == 1 && texts.get(0).contains("link-8"));
        assertAccessible();
        browser.screenshot("executions-reviews");
        browser.click("css=[aria-label='Choose link-8']");
        browser.click("xpath=//button[.='Approve…']");
        browser.fill("css=.ex-dialog input[name=reason]", "a customer of ours");
        browser.click("xpath=//button[.='Approve 1 execution']");

        browser.awaitTexts(
                RESULTS,
                texts -> texts.size() == 1
                        && texts.get(0)
                                .contains("approved by " + scenes.node().karaf().administrator()));
        browser.click("xpath=//button[.='Close']");
        browser.awaitTexts("css=.ex-content", texts -> texts.get(0).contains("Nothing waits for a decision."));
        scenes.node().awaitEnd("link-8");
        assertThat(scenes.node().links().attribute("link-8", "reviewReason")).isEqualTo("a customer of ours");
    }

    @Test
    @Order(2)
    void shouldResolveASagaInDoubtWithAReason() {
        openExecution("domains", "sale-2");
        assertThat(state("RefundCharge")).startsWith("RefundCharge, ");
        browser.click("xpath=//button[.='Resolve…']");
        browser.fill("css=.ex-dialog input[name=reason]", "refunded by bank transfer");
        browser.click("xpath=//button[.='Resolve 1 execution']");

        browser.awaitTexts(RESULTS, texts -> texts.size() == 1 && texts.get(0).contains("Done: "));
        browser.click("xpath=//button[.='Close']");
        browser.awaitTexts(EVENTS, texts -> texts.stream().anyMatch(text -> text.contains("UndoResolved")));
    }

    @Test
    @Order(2)
    void shouldStopAnExecutionByTheKeyboard() {
        openExecution("moderation", "link-7");
        browser.script(
                "[...document.querySelectorAll('.ex-actions button')].find(b => b.textContent === 'Stop…').focus()");
        browser.press(Keys.ENTER);
        browser.await("xpath=//h2[.='Stop 1 execution?']");
        browser.fill("css=.ex-dialog input[name=cause]", "no longer wanted");
        browser.press(Keys.ENTER);

        browser.awaitTexts(RESULTS, texts -> texts.size() == 1 && texts.get(0).contains("has status ABORTED"));
        browser.awaitScript("return document.activeElement.textContent === 'Close'");
        browser.press(Keys.ENTER);
        browser.awaitTexts("css=.ex-record", texts -> texts.get(0).contains("ABORTED"));
        assertThat(state("CheckSafety")).startsWith("CheckSafety, stopped");
    }

    @Test
    @Order(3)
    void shouldOfferNothingToAViewerAndRefuseWhatIsTried() {
        try (Browser looking = Browser.open(hawtio, "viewer", viewer)) {
            looking.go(PAGE + "list&stateMachine=moderation");
            looking.awaitTexts(ROWS, texts -> texts.size() == 8);
            assertThat(looking.texts("css=.ex-content button"))
                    .doesNotContain("Redrive…", "Stop…", "Resolve…", "Choose all that match");
            assertThat(looking.texts("css=.ex-header nav a")).doesNotContain("Reviews");
            assertThat(looking.script("return [...document.querySelectorAll('.ex-choose')]"
                            + ".every(cell => getComputedStyle(cell).display === 'none')"))
                    .isEqualTo(true);
            looking.screenshot("executions-viewer");
            looking.go(PAGE + "execution&stateMachine=moderation&name=link-5");
            looking.await("css=.ex-graph");
            assertThat(looking.has("xpath=//button[.='Redrive…']")).isFalse();
            looking.go(PAGE + "deadLetters&stateMachine=moderation");
            looking.awaitTexts("css=.ex-letters tbody tr", texts -> texts.size() == 1);
            assertThat(looking.has("xpath=//button[.='Send again…']")).isFalse();
        }
        // What the page would ask
        Map<String, ?> redrive = Map.of(
                "type", "exec",
                "mbean", "org.linkmoderation:type=Executions",
                "operation", "redrive",
                "arguments", List.of("moderation", "link-5"));
        assertThat(hawtio.ask("viewer", viewer, redrive).path("status").asInt()).isEqualTo(403);
        assertThat(scenes.node().export("link-5").path("status").asText()).isEqualTo("FAILED");
    }

    @Test
    @Order(1)
    void shouldNotOfferToRedriveSagas() {
        browser.go(PAGE + "list&stateMachine=domains");
        browser.awaitTexts(ROWS, texts -> texts.size() == 2);
        // The counts come after what says which actions there are
        browser.awaitTexts("css=.ex-chip", texts -> texts.contains("FAILED 1"));
        assertThat(browser.texts("css=.ex-actions button")).contains("Stop…").doesNotContain("Redrive…");

        browser.go(PAGE + "list&stateMachine=moderation");
        browser.awaitTexts("css=.ex-actions button", texts -> texts.contains("Redrive…"));
    }

    /** The last one: the state machines start anew when traces are switched on. */
    @Test
    @Order(4)
    void shouldLeadToTheTraceOfAnExecutionWhereASettingNamesItsPage() {
        KarafNode karaf = scenes.node().karaf();
        karaf.setting("org.linkmoderation.tracing", "endpoint", "http://127.0.0.1:" + Ports.free() + "/v1/traces");
        karaf.setting("org.linkmoderation.tracing", "trace.url", "https://traces.example.org/?id={traceId}");
        karaf.shellOk("feature:install link-moderation-tracing");
        karaf.await("the traces", ModerationNode.EXECUTION, () -> karaf.log().contains("Traces go to "));
        karaf.awaitReady();
        scenes.succeeded("traced-1");
        String trace = scenes.node().export("traced-1").path("traceId").asText();

        openExecution("moderation", "traced-1");

        browser.await("xpath=//dd/a[.='" + trace + "']");
        assertThat(browser.script("const link = document.querySelector('.ex-record a');"
                        + "return [link.href, link.target, link.rel].join(' ')"))
                .isEqualTo("https://traces.example.org/?id=" + trace + " _blank noopener noreferrer");
        assertAccessible();
        openExecution("moderation", "link-1");
        assertThat(browser.has("css=.ex-record a")).as("it has no trace").isFalse();
    }

    private static void openExecution(String stateMachine, String name) {
        browser.go(PAGE + "execution&stateMachine=" + stateMachine + "&name=" + name);
        browser.await("css=.ex-graph");
        browser.awaitTexts(EVENTS, texts -> texts.size() > 2);
    }

    /** What the graph says of a state to who does not see it. */
    private static String state(String name) {
        String script = "return document.querySelector('[data-state=" + name + "]').getAttribute('aria-label')";
        return (String) browser.awaitScript(script);
    }

    private static void assertAccessible() {
        assertThat(Axe.seriousFindings(browser)).isEmpty();
    }

    private static void assertNotAttacked() {
        assertThat(browser.script("return document.title")).isNotEqualTo("attacked");
        assertThat(browser.script("return document.querySelectorAll('.ex-page img').length"))
                .isEqualTo(0L);
    }
}
