package org.linkmoderation.rescan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.linkmoderation.testkit.ScriptedLambda.functionError;
import static org.linkmoderation.testkit.ScriptedLambda.returns;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.Execution;
import org.linkmoderation.ExecutionId;
import org.linkmoderation.ExecutionStatus;
import org.linkmoderation.HistoryEventType;
import org.linkmoderation.journal.JournalException;
import org.linkmoderation.testkit.InMemoryJournal.Failure;

/** The rescan of one link. */
class RescanStateMachineTest {
    private static final String URL = "https://example.org/";
    private static final String INPUT = "{\"code\":\"a1\",\"url\":\"" + URL + "\"}";
    private static final String SAFE = "{\"safe\":true,\"listVersion\":\"v2\"}";
    private static final String UNSAFE =
            "{\"safe\":false,\"reasons\":[\"BLOCKED_HOST\",\"PHRASE\"],\"listVersion\":\"v2\"}";
    private static final String DOUBTFUL = "{\"safe\":false,\"review\":true,\"reasons\":[\"BRAND_TYPO\"]}";

    private RescansUnderTest rescans;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        rescans = new RescansUnderTest(directory, 10);
        rescans.put("a1", URL, "active", "moderatedBy", "m1");
    }

    @AfterEach
    void stop() {
        rescans.close();
    }

    @Test
    void shouldKeepWhatIsSafeAndNoteWhenAndWithWhichLists() throws Exception {
        Execution execution = scan(SAFE);

        assertThat(execution.trail()).containsExactly("CheckSafety", "IsSafe", "Keep", "IsChanged");
        assertThat(execution.output()).contains("{\"outcome\":\"KEPT\",\"code\":\"a1\",\"url\":\"" + URL + "\"}");
        assertThat(rescans.link("a1"))
                .containsEntry("status", "active")
                .containsEntry("scannedBy", "s1")
                .containsEntry("listVersion", "v2")
                .containsEntry("moderatedBy", "m1")
                .containsKey("scannedAt");
    }

    @Test
    void shouldTakeDownWhatIsNotSafe() throws Exception {
        Execution execution = scan(UNSAFE);

        assertThat(execution.trail()).containsExactly("CheckSafety", "IsSafe", "TakeDown", "IsChanged");
        assertThat(execution.output().orElseThrow()).contains("TAKEN_DOWN");
        assertThat(rescans.link("a1"))
                .containsEntry("status", "blocked")
                .containsEntry("blockedBy", "s1")
                .containsEntry("blockReason", "BLOCKED_HOST, PHRASE")
                .containsEntry("moderatedBy", "m1")
                .containsKey("blockedAt");
    }

    @Test
    void shouldLeaveFindingsForPeopleToThoseWhoApprovedTheLink() throws Exception {
        rescans.put("a1", URL, "active", "reviewedBy", "anna");

        assertThat(scan(DOUBTFUL).output().orElseThrow()).contains("REVIEWED");

        assertThat(rescans.link("a1")).containsEntry("status", "active").doesNotContainKey("blockedBy");
    }

    @Test
    void shouldTakeDownFindingsForPeopleWhereNobodyApprovedTheLink() throws Exception {
        assertThat(scan(DOUBTFUL).trail()).contains("TakeDownUnlessReviewed");

        assertThat(rescans.link("a1")).containsEntry("status", "blocked").containsEntry("blockReason", "BRAND_TYPO");
    }

    @Test
    void shouldTakeDownWhatIsUnsafeWhoeverApprovedIt() throws Exception {
        rescans.put("a1", URL, "active", "reviewedBy", "anna");

        scan(UNSAFE);

        assertThat(rescans.link("a1")).containsEntry("status", "blocked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"safe\":\"false\"}", "{\"safe\":null}", "{\"safe\":0}", "{}"})
    void shouldNeitherKeepNorTakeDownWithoutAVerdict(String answer) throws Exception {
        Execution execution = scan(answer);

        assertThat(execution.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(rescans.link("a1")).containsEntry("status", "active").doesNotContainKey("scannedAt");
    }

    @Test
    void shouldFailWhereTheScanFailsAndGoOnWhenItIsRedriven() throws Exception {
        rescans.functions.script(List.of(functionError("ListsUnavailable", "no lists")));

        Execution execution = rescans.rescan.run("s1", INPUT);

        assertThat(execution.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(execution.error()).contains("ListsUnavailable");
        assertThat(rescans.functions.calls()).as("with its retries").hasSize(4);
        assertThat(rescans.link("a1")).containsEntry("status", "active").doesNotContainKey("scannedAt");
        execution.checkRedrivable();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"safe\":true}", "{\"safe\":false}"})
    void shouldScanAgainWhatItsOwnerHasChanged(String answer) throws Exception {
        rescans.put("a1", "https://other.example/", "active");

        Execution execution = scan(answer);

        assertThat(execution.trail()).endsWith("IsChanged", "ScanAgain");
        assertThat(rescans.link("a1")).containsEntry("status", "active").doesNotContainKey("scannedAt");
        assertThat(rescans.started.values()).containsExactly("{\"code\":\"a1\",\"url\":\"https://other.example/\"}");
        assertThat(rescans.started.keySet()).allMatch(id -> id.name().matches("again\\.[0-9a-f]{32}\\.a1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pending", "rejected", "blocked", "error"})
    void shouldLeaveWhatIsNoLongerActive(String status) throws Exception {
        rescans.put("a1", URL, status);

        assertThat(scan(UNSAFE).output().orElseThrow()).contains("NOT_ACTIVE");

        assertThat(rescans.link("a1")).containsEntry("status", status).doesNotContainKey("blockedBy");
    }

    @Test
    void shouldMakeNoLinkThatIsGone() throws Exception {
        rescans.delete("a1");

        assertThat(scan(UNSAFE).output().orElseThrow()).contains("GONE");

        assertThat(rescans.link("a1")).isEmpty();
    }

    /** The answer of the update is lost, as in a crash: the second finds the first one's. */
    @Test
    void shouldKnowItsOwnUpdate() throws Exception {
        rescans.functions.script(List.of(returns(UNSAFE)));
        rescans.rescan.journal().failAt(HistoryEventType.TaskSucceeded, Failure.BEFORE);
        try {
            rescans.rescan.run("s1", INPUT);
        } catch (JournalException e) {
            // The container dies here
        }
        assertThat(rescans.link("a1")).containsEntry("status", "blocked");

        Execution execution = rescans.rescan.run("s1", INPUT);

        assertThat(execution.output().orElseThrow()).contains("TAKEN_DOWN");
        assertThat(rescans.functions.calls()).hasSize(1);
    }

    @Test
    void shouldStartTheScanOfAChangedLinkOnce() throws Exception {
        rescans.put("a1", "https://other.example/", "active");
        rescans.functions.script(List.of(returns(SAFE)));
        rescans.rescan.journal().failAt(HistoryEventType.ExecutionSucceeded, Failure.BEFORE);
        try {
            rescans.rescan.run("s1", INPUT);
        } catch (JournalException e) {
            // The container dies here
        }

        assertThat(rescans.rescan.run("s1", INPUT).status()).isEqualTo(ExecutionStatus.SUCCEEDED);

        assertThat(rescans.started).hasSize(1);
        assertThat(rescans.started.keySet())
                .extracting(ExecutionId::stateMachine)
                .containsExactly("rescan");
    }

    private Execution scan(String answer) throws Exception {
        rescans.functions.script(List.of(returns(answer)));
        return rescans.rescan.run("s1", INPUT);
    }

    @Test
    void shouldMakeNamesThatAreNeverTheSame() {
        Map<String, String> names = Map.of(
                Scans.name("a", "b-c"), "a.b-c",
                Scans.name("a-b", "c"), "a-b.c");
        assertThat(names).allSatisfy((name, expected) -> assertThat(name).isEqualTo(expected));
        String longest = Scans.name("b".repeat(80), "c".repeat(64));
        assertThat(longest).hasSizeLessThanOrEqualTo(80).contains(".=");
        assertThat(longest).isNotEqualTo(Scans.name("b".repeat(80), "c".repeat(63)));
    }
}
