package org.linkmoderation.webhooks;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves the names of receivers to addresses of the public internet alone. What this gives is what is connected to,
 * so that a name that means another address a moment later changes nothing.
 */
final class PublicAddresses implements DnsResolver {
    /**
     * The blocks that are not globally reachable, or lead elsewhere, of IANA's registries.
     *
     * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IPv4</a>
     * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IPv6</a>
     */
    private static final List<Block> SPECIAL = List.of(
            Block.of("0.0.0.0", 8),
            Block.of("10.0.0.0", 8),
            Block.of("100.64.0.0", 10),
            Block.of("127.0.0.0", 8),
            Block.of("169.254.0.0", 16),
            Block.of("172.16.0.0", 12),
            Block.of("192.0.0.0", 24),
            Block.of("192.0.2.0", 24),
            Block.of("192.88.99.0", 24),
            Block.of("192.168.0.0", 16),
            Block.of("198.18.0.0", 15),
            Block.of("198.51.100.0", 24),
            Block.of("203.0.113.0", 24),
            // Multicast, reserved and broadcast
            Block.of("224.0.0.0", 3),
            // Within what is allocated: protocols, Teredo, documentation, 6to4, SRv6
            Block.of("2001::", 23),
            Block.of("2001:db8::", 32),
            Block.of("2002::", 16),
            Block.of("3fff::", 20));

    /** What is allocated for the internet; loopback, private, link-local, NAT64 and the rest are outside. */
    private static final Block GLOBAL_UNICAST = Block.of("2000::", 3);

    private final boolean allowPrivate;

    /** @param allowPrivate whether addresses that are not public are given too */
    PublicAddresses(boolean allowPrivate) {
        this.allowPrivate = allowPrivate;
    }

    /** A block of addresses. */
    private record Block(byte[] prefix, int bits) {
        static Block of(String address, int bits) {
            try {
                // A literal, which asks no name server
                return new Block(InetAddress.getByName(address).getAddress(), bits);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(address, e);
            }
        }

        boolean contains(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            int whole = bits / 8;
            int rest = 0xFF00 >> bits % 8 & 0xFF;
            return Arrays.equals(address, 0, whole, prefix, 0, whole)
                    && (rest == 0 || (address[whole] & rest) == (prefix[whole] & rest));
        }
    }

    /** Whether an address is one of the public internet. */
    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        return (address instanceof Inet4Address || GLOBAL_UNICAST.contains(bytes))
                && SPECIAL.stream().noneMatch(block -> block.contains(bytes));
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] all = InetAddress.getAllByName(host);
        if (allowPrivate) {
            return all;
        }
        InetAddress[] allowed =
                Arrays.stream(all).filter(PublicAddresses::isPublic).toArray(InetAddress[]::new);
        if (allowed.length == 0) {
            throw new UnknownHostException(host + " is " + all[0].getHostAddress()
                    + ", which is not a public address; expected one, or allow.private = true");
        }
        return allowed;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return host;
    }
}
