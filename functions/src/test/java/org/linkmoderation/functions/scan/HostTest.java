package org.linkmoderation.functions.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostTest {

    @ParameterizedTest
    @CsvSource({
        "www.example.com, example.com",
        "example.com, example.com",
        "a.b.example.co.uk, example.co.uk",
        "co.uk, co.uk",
        "someone.github.io, someone.github.io",
        "www.someone.github.io, someone.github.io",
        "github.io, github.io",
        "a.b.unknown-top-level, b.unknown-top-level",
        "-a-.b-.example.com, example.com",
        "www.city.kawasaki.jp, city.kawasaki.jp",
        "a.b.c.kawasaki.jp, b.c.kawasaki.jp",
        "www.xn--55qx5d.cn, www.xn--55qx5d.cn",
        "a.www.xn--55qx5d.cn, www.xn--55qx5d.cn",
        "single, single"
    })
    void shouldFindTheRegistrableDomainByThePublicSuffixList(String name, String registrable) throws Unscannable {
        var host = Host.of(name);
        assertThat(host.registrableDomain()).isEqualTo(registrable);
        assertThat(host.subdomain() + host.registrableDomain()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, PUBLIC",
        "9.255.255.255, PUBLIC",
        "10.0.0.0, PRIVATE",
        "10.255.255.255, PRIVATE",
        "11.0.0.0, PUBLIC",
        "100.63.255.255, PUBLIC",
        "100.64.0.0, PRIVATE",
        "100.127.255.255, PRIVATE",
        "100.128.0.0, PUBLIC",
        "127.255.255.255, PRIVATE",
        "169.253.255.255, PUBLIC",
        "169.254.0.0, PRIVATE",
        "169.254.169.254, METADATA",
        "172.15.255.255, PUBLIC",
        "172.16.0.0, PRIVATE",
        "172.31.255.255, PRIVATE",
        "172.32.0.0, PUBLIC",
        "192.0.0.192, METADATA",
        "192.0.2.1, PRIVATE",
        "192.167.255.255, PUBLIC",
        "192.168.0.0, PRIVATE",
        "198.20.0.0, PUBLIC",
        "223.255.255.255, PUBLIC",
        "239.1.2.3, PRIVATE",
        "255.255.255.255, PRIVATE",
        "::, PRIVATE",
        "::1, PRIVATE",
        "::808:808, PUBLIC",
        "::7f00:1, PRIVATE",
        "64:ff9b::808:808, PUBLIC",
        "64:ff9b::a9fe:a9fe, METADATA",
        "64:ff9b:1::1, PRIVATE",
        "2001:0:0:0:0:0:80ff:fffe, PRIVATE",
        "2001:0:0:0:0:0:f7f7:f7f7, PUBLIC",
        "2001:db8::1, PRIVATE",
        "2002:7f00:1::, PRIVATE",
        "2002:808:808::, PUBLIC",
        "2606:4700::1111, PUBLIC",
        "fbff::1, PUBLIC",
        "fc00::1, PRIVATE",
        "fd00:ec2::254, METADATA",
        "fe7f::1, PUBLIC",
        "fe80::1, PRIVATE",
        "febf::1, PRIVATE",
        "ff02::1, PRIVATE"
    })
    void shouldKnowWhereAnAddressBelongs(String address, AddressRange range) {
        assertThat(AddressRange.of(InetAddresses.forString(address).getAddress()))
                .isEqualTo(range);
    }
}
