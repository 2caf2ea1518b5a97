package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReadmeTest {

    @Test
    void shouldExplainEveryCodeAndSettingAndNoOther() throws IOException {
        var readme = Files.readString(Path.of(System.getProperty("basedir", "."), "README.md"));
        var explained = new TreeSet<String>();
        var row = Pattern.compile("(?m)^\\| `(?!CARD_LEDGER_)([A-Z_]+)` +\\|").matcher(readme);
        while (row.find()) {
            explained.add(row.group(1));
        }
        var known = new TreeSet<>(Settings.names());
        Stream.of(Reason.values(), Note.values())
                .flatMap(Stream::of)
                .forEach(code -> known.add(((Enum<?>) code).name()));
        assertThat(explained).isEqualTo(known);
    }
}
