package org.linkmoderation.itests.hawtio;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What keeps people out of a page, as axe-core finds it. */
final class Axe {
    private static final String SCRIPT = "/axe.min.js";

    private Axe() {}

    /** The findings in the part of the page that is ours that are serious or worse, one line each. */
    static List<String> seriousFindings(Browser browser) {
        browser.script(script());
        Object answer = browser.asyncScript("const done = arguments[arguments.length - 1];"
                + "axe.run('.ex-page', {resultTypes: ['violations']}).then("
                + "result => done(result.violations.map(found => ({impact: found.impact, id: found.id,"
                + " where: found.nodes.map(node => node.target.join(' ') + ' ' + node.failureSummary).join('; ')}))),"
                + " problem => done([{impact: 'serious', id: 'axe', where: String(problem)}]))");
        List<String> findings = new ArrayList<>();
        for (Object finding : (List<?>) answer) {
            Map<?, ?> found = (Map<?, ?>) finding;
            if (found.get("impact").equals("serious") || found.get("impact").equals("critical")) {
                findings.add(found.get("impact") + " " + found.get("id") + ": " + found.get("where"));
            }
        }
        return findings;
    }

    private static String script() {
        try (InputStream script = Axe.class.getResourceAsStream(SCRIPT)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
