package org.linkmoderation.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.192",
                "192.0.2.1",
                "192.168.0.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.7",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:169.254.169.254",
                "::127.0.0.1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:db8::1",
                "2002:7f00:1::1",
                "3fff::1",
                "5f00::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "fec0::1",
                "ff02::1"
            })
    void shouldNotGiveAnAddressThatIsNotPublic(String address) throws Exception {
        assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isFalse();
        assertThatThrownBy(() -> new PublicAddresses(false).resolve(address))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("not a public address; expected one, or allow.private = true");
        assertThat(new PublicAddresses(true).resolve(address)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "99.255.255.255",
                "100.128.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.1",
                "198.17.255.255",
                "223.255.255.255",
                "2001:4860:4860::8888",
                "2606:4700::1111",
                "2a00:1450::1"
            })
    void shouldGiveAPublicAddress(String address) throws Exception {
        assertThat(new PublicAddresses(false).resolve(address)).containsExactly(InetAddress.getByName(address));
    }

    @Test
    void shouldLookAtWhatANameMeans() {
        assertThatThrownBy(() -> new PublicAddresses(false).resolve("localhost"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageStartingWith("localhost is ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.1", "2130706433", "0"})
    void shouldNotBeDeceivedByOtherWritingsOfAnAddress(String host) {
        assertThatThrownBy(() -> new PublicAddresses(false).resolve(host)).isInstanceOf(UnknownHostException.class);
    }
}
