package org.linkmoderation.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private final List<String> log = new ArrayList<>();
    private final Refusals refusals = new Refusals(log::add);

    @Test
    void shouldLogOneOfMany() {
        for (int call = 0; call < 1000; call++) {
            refusals.add("Refused " + call + ".");
        }

        assertThat(log).containsExactly("Refused 0.");
    }

    @Test
    void shouldLogNothingThatACallerCouldForge() {
        refusals.add("Refused /\r\n2026 INFO all is well \u001b[31m" + "x".repeat(1000));

        assertThat(log.get(0))
                .startsWith("Refused /??2026 INFO all is well ?[31mxx")
                .hasSize(301);
    }
}
