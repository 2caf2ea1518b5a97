package org.linkmoderation.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Lists and links to measure with; the same at every run. */
final class Links {

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final String[] SUFFIXES = {".com", ".net", ".org", ".co.uk", ".de", ".ru", ".xyz", ".top", ".com.br"
    };
    private static final String[] PATHS = {
        "/", "/welcome", "/news/2026/11/22/a-story-about-something.html",
                "/p/%C3%A4pfel?id=7&utm_source=mail&lang=de#top",
        "/a/b/c/d/e/f?x=1", "/search?q=how%20to%20bake&page=2", "/wiki/%E6%9D%B1%E4%BA%AC", "/watch?v=dQw4w9WgXcQ&t=42s"
    };

    private Links() {}

    /** Different made-up domains, as block lists have them. */
    static List<String> domains(int count) {
        var random = new Random(20261122);
        var domains = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            var name = new StringBuilder();
            for (int length = 6 + random.nextInt(12); length > 0; length--) {
                name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
            name.append('-').append(i).append(SUFFIXES[random.nextInt(SUFFIXES.length)]);
            domains.add(random.nextInt(4) == 0 ? "cdn." + name : name.toString());
        }
        return domains;
    }

    /** A thousand links, one in fifty to a listed domain if there are any, a few with international names. */
    static List<String> urls(List<String> listed) {
        var random = new Random(7);
        var urls = new ArrayList<String>();
        var ordinary = domains(2_000).subList(1_000, 2_000);
        for (int i = 0; i < 1_000; i++) {
            String host = "www." + ordinary.get(i).replace('-', 'x');
            if (i % 50 == 0 && !listed.isEmpty()) {
                host = listed.get(random.nextInt(listed.size()));
            } else if (i % 25 == 0) {
                host = "www.b\u00fccher" + i + ".de";
            }
            urls.add((i % 5 == 0 ? "http://" : "https://") + host + PATHS[i % PATHS.length]);
        }
        return urls;
    }

    /** Writes a list to a file of its own. The caller deletes it. */
    static Path file(List<String> domains) throws IOException {
        return Files.write(Files.createTempFile("link-scan-bench", ".txt"), domains);
    }
}
