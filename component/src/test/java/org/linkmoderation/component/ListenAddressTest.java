package org.linkmoderation.component;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class ListenAddressTest {

    @Test
    void shouldSayThatAPortIsTakenUntilItIsFree() throws IOException {
        int port;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
            assertThatThrownBy(() -> ListenAddress.requireFree("127.0.0.1", port))
                    .isInstanceOf(IOException.class)
                    .hasMessage("port " + port + " of 127.0.0.1 is taken by another program");
        }
        assertThatCode(() -> ListenAddress.requireFree("127.0.0.1", port)).doesNotThrowAnyException();
    }

    @Test
    void shouldSayThatAPortIsTakenOnAllInterfaces() throws IOException {
        try (var taken = new ServerSocket(0, 1)) {
            assertThatThrownBy(() -> ListenAddress.requireFree("127.0.0.1", taken.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith("is taken by another program");
        }
    }

    @Test
    void shouldSayThatAnAddressIsNoneOfThisMachine() {
        assertThatThrownBy(() -> ListenAddress.requireFree("192.0.2.1", 61616))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("192.0.2.1:61616 cannot be listened on");
    }
}
