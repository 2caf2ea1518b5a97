package org.linkmoderation.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.Context;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.functions.scan.ListsUnavailable;

class ModerateCheckTest {

    private final ModerateCheck function = new ModerateCheck(Map.of());

    @Test
    void shouldKeepTheRequestsFieldsAndCallAnOrdinaryLinkSafe() {
        var nested = Map.of("a", List.of(1, 2));
        var answer = function.handleRequest(
                Map.of("code", "abc", "url", "https://Example.org/welcome", "extra", nested, "safe", "no"), null);
        assertThat(answer)
                .containsEntry("code", "abc")
                .containsEntry("url", "https://Example.org/welcome")
                .containsEntry("extra", nested)
                .containsEntry("safe", true)
                .containsEntry("reasons", List.of())
                .containsEntry("notes", List.of())
                .containsEntry("canonicalUrl", "https://example.org/welcome")
                .containsKeys("listVersion", "listAgeSeconds")
                .hasSize(9);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org/malware",
                "https://example.org/a/get-Malware-now.exe?x",
                "https://malware.example.org/",
                "https://example.org/m%61lware"
            })
    void shouldCallAnyLinkWithTheWordMalwareInHostOrPathUnsafe(String url) {
        assertThat(function.handleRequest(Map.of("url", url), null))
                .containsEntry("safe", false)
                .containsEntry("reasons", List.of("PHRASE"));
    }

    @Test
    void shouldCallWhatIsNoUrlUnsafe() {
        assertThat(function.handleRequest(Map.of("url", ""), null))
                .containsEntry("safe", false)
                .containsEntry("reasons", List.of("SCHEME"))
                .containsEntry("canonicalUrl", null);
    }

    @Test
    void shouldRefuseARequestWithoutAUrl() {
        var withNull = new HashMap<String, Object>();
        withNull.put("url", null);
        for (var request : List.of(Map.<String, Object>of("code", "abc"), Map.<String, Object>of("url", 5), withNull)) {
            assertThatThrownBy(() -> function.handleRequest(request, null))
                    .isExactlyInstanceOf(InvalidRequest.class)
                    .hasMessage("The request needs a field \"url\" that is a string.");
        }
        assertThatThrownBy(() -> function.handleRequest(null, null)).isExactlyInstanceOf(InvalidRequest.class);
    }

    @Test
    void shouldFailEveryLinkUntilTheListsAreThere() {
        var without = new ModerateCheck(Map.of("LINK_SCAN_BLOCK_LISTS", "domains=/does/not/exist"));
        assertThatThrownBy(() -> without.handleRequest(Map.of("url", "https://example.org/"), null))
                .isExactlyInstanceOf(ListsUnavailable.class);
    }

    @Test
    void shouldNotStartWithAWrongSetting() {
        assertThatThrownBy(() -> new ModerateCheck(Map.of("LINK_SCAN_WEB_RISK", "maybe")))
                .isExactlyInstanceOf(InvalidSetting.class);
    }

    @Test
    void shouldWorkBehindAClassLoaderOfItsOwnWithoutTheThreads() throws Exception {
        var jars = new ArrayList<URL>();
        for (var entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.endsWith("test-classes")) {
                jars.add(new File(entry).toURI().toURL());
            }
        }
        var before = Thread.currentThread().getContextClassLoader();
        try (var loader = new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(null);
            var type = loader.loadClass(ModerateCheck.class.getName());
            var handler = type.getConstructor(Map.class).newInstance(Map.of());
            var answer = type.getMethod("handleRequest", Map.class, loader.loadClass(Context.class.getName()))
                    .invoke(handler, Map.of("url", "https://xn--80ak6aa92e.com/"), null);
            assertThat(type).isNotEqualTo(ModerateCheck.class);
            assertThat(answer).asInstanceOf(InstanceOfAssertFactories.MAP).containsEntry("safe", false);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
