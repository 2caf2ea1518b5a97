package org.linkmoderation.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.Test;
import org.linkmoderation.component.VisibleText;

class VisibleJsonTest {
    @Test
    void shouldWriteJsonThatIsSeenAndMeansTheSame() throws Exception {
        String text =
                "\0\u0007\b\t\n\r\u001b\u007f\u0085\u009b\u00ad\u061c\u200b\u200e\u2028\u2029\u202e\u2066\ufeff äöü 漢字 🔒";
        var document = JsonNodeFactory.instance.objectNode().put("url", text).put("e\u001b[0m", 1);

        String json = ExecutionJson.text(document);

        assertThat(VisibleText.ofLines(json)).isEqualTo(json).contains("äöü 漢字");
        assertThat(new ObjectMapper().readTree(json)).isEqualTo(document);
    }
}
