package org.linkmoderation.functions.scan;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;

/**
 * Which kind of network an IP address belongs to. Sources: the IANA special-purpose registries and the clouds' manuals.
 */
enum AddressRange {
    PUBLIC,
    /** Not reachable, or not meant to be reached, over the internet. */
    PRIVATE,
    /** The metadata or credentials endpoint of a cloud. */
    METADATA;

    private static final List<Block> METADATA_BLOCKS = blocks(
            "169.254.169.254/32", // AWS, Azure, Google Cloud, OpenStack, DigitalOcean
            "169.254.170.2/32", // Amazon ECS task credentials
            "169.254.170.23/32", // Amazon EKS pod identity
            "169.254.169.253/32", // Amazon's resolver
            "169.254.169.123/32", // Amazon's time service
            "169.254.42.42/32", // Scaleway
            "169.254.0.23/32", // Tencent Cloud
            "169.254.10.10/32", // Tencent Cloud, the newer address
            "100.100.100.200/32", // Alibaba Cloud
            "100.96.0.96/32", // Volcengine
            "192.0.0.192/32", // Oracle Cloud, the old address
            "168.63.129.16/32", // Azure's host agent
            "fd00:ec2::/32", // AWS over IPv6: metadata, resolver, time
            "fd20:ce::254/128", // Google Cloud over IPv6
            "fd00:c1::a9fe:a9fe/128", // Oracle Cloud over IPv6
            "fd00:42::42/128", // Scaleway over IPv6
            "fd00:a9fe:a9fe::1/128"); // Linode over IPv6

    private static final List<Block> PRIVATE_BLOCKS = blocks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/128",
            "::1/128",
            "64:ff9b:1::/48",
            "100::/64",
            "2001:2::/48",
            "2001:db8::/32",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8");

    /** IPv6 blocks whose addresses carry an IPv4 address, and at which byte. */
    private static final List<Carrier> CARRIERS = List.of(
            new Carrier(Block.of("::ffff:0:0:0/96"), 12), // IPv4-translated
            new Carrier(Block.of("64:ff9b::/96"), 12), // NAT64
            new Carrier(Block.of("2002::/16"), 2), // 6to4
            new Carrier(Block.of("::/96"), 12)); // IPv4-compatible

    private static final Block TEREDO = Block.of("2001::/32");

    /**
     * Classifies an address.
     *
     * @param address 4 or 16 bytes
     */
    static AddressRange of(byte[] address) {
        if (isIn(METADATA_BLOCKS, address)) {
            return METADATA;
        }
        if (isIn(PRIVATE_BLOCKS, address)) {
            return PRIVATE;
        }
        for (Carrier carrier : CARRIERS) {
            if (carrier.block.contains(address)) {
                return of(Arrays.copyOfRange(address, carrier.offset, carrier.offset + 4));
            }
        }
        if (TEREDO.contains(address)) {
            byte[] client = Arrays.copyOfRange(address, 12, 16);
            for (int i = 0; i < client.length; i++) {
                client[i] = (byte) ~client[i];
            }
            return of(client);
        }
        return PUBLIC;
    }

    private static boolean isIn(List<Block> blocks, byte[] address) {
        for (Block block : blocks) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static List<Block> blocks(String... notations) {
        return Arrays.stream(notations).map(Block::of).toList();
    }

    private record Carrier(Block block, int offset) {}

    private record Block(byte[] network, int bits) {

        static Block of(String notation) {
            var slash = notation.indexOf('/');
            return new Block(
                    InetAddresses.forString(notation.substring(0, slash)).getAddress(),
                    Integer.parseInt(notation.substring(slash + 1)));
        }

        boolean contains(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            int shift = address.length * 8 - bits;
            return new BigInteger(1, address).shiftRight(shift).equals(new BigInteger(1, network).shiftRight(shift));
        }
    }
}
