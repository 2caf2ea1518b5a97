package org.linkmoderation.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.Settings;

class BrokerClientTest {

    @Test
    void shouldAcceptSeveralAddresses() {
        var url = "tcp://127.0.0.1:61616, ssl://mq.example.com:61617?socket.verifyHostName=true";
        assertThat(BrokerClient.servers(settings(url)))
                .containsExactly("tcp://127.0.0.1:61616", "ssl://mq.example.com:61617?socket.verifyHostName=true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:61616",
                "tcp://127.0.0.1",
                "vm://localhost",
                "tcp://127.0.0.1:99999",
                "failover:(tcp://127.0.0.1:61616)",
                "tcp://127.0.0.1:61616,",
                "tcp:// :61616",
                "http://127.0.0.1:61616"
            })
    void shouldRefuseAnAddressWithOneSentence(String url) {
        assertThatThrownBy(() -> BrokerClient.servers(settings(url)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("The setting url = " + url + " of org.linkmoderation.broker cannot be used");
    }

    private static Settings settings(String url) {
        return new Settings(BrokerClient.PID, Map.of("url", url));
    }
}
