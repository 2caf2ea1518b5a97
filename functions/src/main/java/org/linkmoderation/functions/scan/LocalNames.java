package org.linkmoderation.functions.scan;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Names that lead into the network, the machine or the cloud of the person who opens them. */
final class LocalNames {

    /**
     * Names below these mean something in a local network only (RFC 6761, 6762, 7686, 8375, 9476, and what routers,
     * Kubernetes, Consul, Docker and Windows use).
     */
    private static final Set<String> LOCAL_DOMAINS = Set.of(
            "localhost",
            "localdomain",
            "local",
            "localnet",
            "internal",
            "intranet",
            "intern",
            "intra",
            "private",
            "corp",
            "home",
            "homenet",
            "lan",
            "arpa",
            "test",
            "invalid",
            "alt",
            "onion",
            "i2p",
            "svc",
            "cluster",
            "consul",
            "nomad",
            "docker",
            "dockerhost",
            "kube",
            "kubernetes",
            "node",
            "pod",
            "mesh",
            "swarm",
            "mshome",
            "workgroup",
            "domain",
            "dhcp",
            "router",
            "gateway",
            "modem",
            "belkin",
            "vpn",
            "wpad");

    /** Public domains that routers answer for in their own network, and local names of devices and platforms. */
    private static final Set<String> LOCAL_BELOW_PUBLIC = Set.of(
            "fritz.box",
            "easy.box",
            "o2.box",
            "congstar.box",
            "kabel.box",
            "ts.net",
            "beta.tailscale.net",
            "oraclevcn.com",
            "internal.cloudapp.net",
            "cluster.consul",
            "mshome.net",
            "mafreebox.freebox.fr",
            "routerlogin.com",
            "routerlogin.net",
            "router.asus.com",
            "asusrouter.com",
            "tplinkap.net",
            "tplinkextender.net",
            "tplinklogin.net",
            "tplinkmodem.net",
            "tplinkrepeater.net",
            "tplinkwifi.net",
            "miwifi.com",
            "mywifiext.com",
            "mywifiext.net",
            "orbilogin.com",
            "orbilogin.net",
            "linksyssmartwifi.com",
            "tendawifi.com");

    /**
     * Sources: the manuals of AWS, Google, Azure, Tencent, IBM, Oracle, Equinix, Exoscale, Scaleway, Linode, Rancher.
     */
    private static final Set<String> METADATA_NAMES = Set.of(
            "metadata",
            "metadata.local",
            "metadata.internal",
            "metadata.google.internal",
            "metadata.goog",
            "metadata.azure.internal",
            "metadata.azure.com",
            "metadata.azure.us",
            "metadata.azure.cn",
            "metadata.azure.microsoft.scloud",
            "metadata.microsoftazure.de",
            "metadata.tencentyun.com",
            "metadata.oraclecloud.com",
            "metadata.cloud.ibm.com",
            "metadata.aliyun.com",
            "metadata.packet.net",
            "metadata.platformequinix.com",
            "metadata.exoscale.com",
            "metadata.linode.com",
            "metadata.digitalocean.com",
            "metadata.vultr.com",
            "metadata.hetzner.cloud",
            "metadata.scaleway.com",
            "metadata.huaweicloud.com",
            "metadata.myhuaweicloud.com",
            "metadata.volcengine.com",
            "metadata.ucloud.cn",
            "metadata.ksyun.com",
            "metadata.jdcloud.com",
            "metadata.baidubce.com",
            "metadata.alibabacloud.com",
            "metadata.aliyuncs.com",
            "metadata.amazonaws.com",
            "metadata.ovh.net",
            "metadata.upcloud.com",
            "metadata.brightbox.com",
            "metadata.ionos.com",
            "metadata.gridscale.io",
            "metadata.cloudsigma.com",
            "metadata.yandex.net",
            "metadata.yandexcloud.net",
            "instance-data",
            "instance-data.ec2.internal",
            "rancher-metadata",
            "rancher-metadata.rancher.internal");

    /** An address in four labels, or with hyphens in one. */
    private static final Pattern ADDRESS =
            Pattern.compile("(?:^|[._-])([0-9]{1,3})[._-]([0-9]{1,3})[._-]([0-9]{1,3})[._-]([0-9]{1,3})(?=[._-])");

    /** What private addresses begin with that are in use. Others in a name are versions more often than addresses. */
    private static final Set<Integer> PRIVATE = Set.of(10, 100, 169, 172, 192);

    private LocalNames() {}

    /** Whether a name, or a domain above it, is the metadata service of a cloud. */
    static boolean isMetadata(String name) {
        // Not by a first label alone: metadata.example.org is somebody's web site
        return name.contains("metadata") && isAtOrBelow(METADATA_NAMES, name)
                || name.contains("instance-data") && isAtOrBelow(METADATA_NAMES, name);
    }

    /** Whether a name has one label, or is below a domain of local networks. */
    static boolean isLocal(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 || LOCAL_DOMAINS.contains(name.substring(dot + 1)) || isLocalBelowPublic(name);
    }

    /**
     * Whether a public name says itself that it leads to the loopback address: a label {@code localhost}, or its
     * address in four labels or one ({@code 127-0-0-1.example.org}).
     */
    static boolean spellsLoopback(Host host) {
        var name = host.toString();
        return (name.contains("localhost.") || name.contains("loopback.")) && hasLoopbackLabel(host.subdomain())
                || name.contains("127") && spells(name, address -> address[0] == 127);
    }

    /** Whether a public name says itself that it leads to a private address, or to the metadata service of a cloud. */
    static boolean spellsPrivate(Host host) {
        return spells(
                host.toString(),
                address -> AddressRange.of(address) == AddressRange.METADATA
                        || AddressRange.of(address) == AddressRange.PRIVATE && PRIVATE.contains(address[0] & 0xff)
                        || Arrays.equals(address, new byte[4]));
    }

    private static boolean spells(String name, Predicate<byte[]> kind) {
        var found = ADDRESS.matcher(name);
        for (int from = 0; found.find(from); from = found.end(1)) {
            var address = new byte[4];
            boolean valid = true;
            for (int i = 0; i < address.length; i++) {
                int number = Integer.parseInt(found.group(i + 1));
                valid &= number < 256;
                address[i] = (byte) number;
            }
            if (valid && kind.test(address)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a top-level domain is for documentation: it resolves nowhere, and is in nobody's network. */
    static boolean isForDocumentation(String name) {
        return name.endsWith(".example");
    }

    private static boolean isLocalBelowPublic(String name) {
        return (name.endsWith(".box") || name.endsWith(".net") || name.endsWith(".com") || name.endsWith(".fr"))
                && isAtOrBelow(LOCAL_BELOW_PUBLIC, name);
    }

    private static boolean isAtOrBelow(Set<String> domains, String name) {
        for (int from = 0; from >= 0; from = name.indexOf('.', from) + 1) {
            if (domains.contains(name.substring(from))) {
                return true;
            }
            if (name.indexOf('.', from) < 0) {
                return false;
            }
        }
        return false;
    }

    private static boolean hasLoopbackLabel(String subdomain) {
        return List.of(subdomain.split("\\.")).stream()
                .anyMatch(label -> label.equals("localhost") || label.equals("loopback"));
    }
}
