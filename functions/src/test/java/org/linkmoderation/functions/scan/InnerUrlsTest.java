package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InnerUrlsTest {

    private static final LinkScan SCAN = LinkScan.of(TestLinks.evasionSettings());

    @Test
    void shouldJudgeUrlsThreeLevelsDeepAndRefuseDeeperOnes() {
        var evil = "https://evil.example.org/";
        var good = "https://www.example.com/welcome";
        for (int depth = 1; depth <= InnerUrls.MAX_DEPTH; depth++) {
            evil = "https://a" + depth + ".example.com/?u=" + encoded(evil) + "&x=" + depth;
            good = "https://a" + depth + ".example.com/?u=" + encoded(good) + "&x=" + depth;
            assertThat(SCAN.judge(evil).reasons()).as(evil).contains(Reason.INNER_URL, Reason.BLOCKED_HOST);
            assertThat(SCAN.judge(good).reasons()).as(good).isEmpty();
        }
        assertThat(SCAN.judge("https://example.com/?u=" + encoded(good)).reasons())
                .contains(Reason.INNER_URLS_TOO_MANY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://www.google.com/url?q=https://example.com/",
                "https://www.google.com/search?q=example.com",
                "https://web.archive.org/web/2026/https://example.com/",
                "https://accounts.google.com/ServiceLogin?continue=https%3A%2F%2Fmail.google.com%2Fmail",
                "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fexample.com%2Fa",
                "https://example.com/?file=index.php",
                "https://example.com/?next=index.html",
                "https://example.com/?next=/account",
                "https://example.com/?t=12:30:45",
                "https://example.com/a:b/c",
                "https://example.com/?u=http://",
                "https://example.com/?next=a.b.c",
                "https://www-example-com.translate.goog/x",
                "https://example.com/?id=68747470",
                "https://example.com/?hash=687474707abc",
                "https://example.com/?data=eyJhIjoxLCJiIjoiYyJ9",
                "https://example.com/?token=eyJpc3MiOiJodHRwczovL2FjY291bnRzLmV4YW1wbGUuY29tIn0",
                "https://example.com/?link=1.2.3",
                "https://example.com/?v=10.0.0.1",
                "https://example.com/?url=8.8.8.8",
                "https://example.com/?to=2026-01-01",
                "https://example.com/?u=john.smith",
                "https://example.com/?target=_blank",
                "https://example.com/docs/http/index.html",
                "https://example.com/?q=what+is+https:",
                "https://example.com/?callback=app.cb",
                "https://www.google.de/url?sa=t&url=example.de",
                "https://www.google.com/search?q=127.0.0.1"
            })
    void shouldLeaveGoodTargetsAndOtherTextAlone(String url) {
        assertThat(SCAN.judge(url).reasons()).isEmpty();
    }

    @Test
    void shouldExcuseATargetOnlyByAnEntryOfItsOwn(@TempDir Path folder) throws IOException {
        var url = "https://good.example.net/?u=https://paypa1.com/";
        assertThat(judgeAllowing(folder, "good.example.net", url)).contains(Reason.INNER_URL, Reason.LOOKALIKE_BRAND);
        assertThat(judgeAllowing(folder, "paypa1.com", url)).isEmpty();
    }

    @Test
    void shouldMakeANoteOfAnInnerUrlOnRequest() {
        var scan = LinkScan.of(Map.of("LINK_SCAN_NOTE_ONLY", "INNER_URL"));
        var verdict = scan.judge("https://example.com/?u=http://127.0.0.1/");
        assertThat(verdict.reasons()).isEmpty();
        assertThat(verdict.noteCodes()).containsExactly("INNER_URL");
    }

    private static List<Reason> judgeAllowing(Path folder, String entry, String url) throws IOException {
        var list = Files.writeString(folder.resolve("allow.txt"), entry + "\n");
        return LinkScan.of(Map.of("LINK_SCAN_ALLOW_LISTS", "domains=" + list))
                .judge(url)
                .reasons();
    }

    private static String encoded(String url) {
        return URLEncoder.encode(url, StandardCharsets.UTF_8);
    }
}
