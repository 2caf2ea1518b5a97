package org.linkmoderation.saga;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrlNameTest {
    @Test
    void shouldKeepAPlainName() {
        assertThat(UrlName.of("a-1_B")).isEqualTo("a-1_B");
        assertThat(UrlName.read("a-1_B")).isEqualTo("a-1_B");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b", ".", ".YQ", "1+1=2", "a!(b)'@", "prüfung", "検査", "😀"})
    void shouldWriteAnyOtherNameInCharactersThatNobodyDecodes(String name) {
        assertThat(UrlName.of(name)).matches("\\.[A-Za-z0-9_-]+");
        assertThat(UrlName.read(UrlName.of(name))).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".%", ".a"})
    void shouldReadNoNameFromATextThatItDidNotMake(String forged) {
        assertThat(UrlName.read(forged)).isEmpty();
    }
}
