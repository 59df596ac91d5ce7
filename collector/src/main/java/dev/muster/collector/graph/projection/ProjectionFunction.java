package dev.muster.collector.graph.projection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What expressions can call. Of a value that is missing, or not of the kind that is needed, comes a missing one. */
enum ProjectionFunction {
    /** {@code before(text, sign)}: up to the last of these signs, or all of it. */
    BEFORE("before", 2, 2) {
        @Override
        JsonNode call(Scene scene, List<JsonNode> values) {
            return text(values, 0)
                    .map(text -> node(text.substring(0, cut(text, values))))
                    .orElse(MISSING);
        }
    },

    /** {@code after(text, sign)}: behind the last of these signs; missing without one. */
    AFTER("after", 2, 2) {
        @Override
        JsonNode call(Scene scene, List<JsonNode> values) {
            return text(values, 0)
                    .filter(text -> cut(text, values) < text.length())
                    .map(text -> node(text.substring(
                            cut(text, values) + text(values, 1).orElse("").length())))
                    .orElse(MISSING);
        }
    },

    LOWER("lower", 1, 1) {
        @Override
        JsonNode call(Scene scene, List<JsonNode> values) {
            return text(values, 0)
                    .map(text -> node(text.toLowerCase(Locale.ROOT)))
                    .orElse(MISSING);
        }
    },

    /** The first that is not missing. */
    OR("or", 2, 2) {
        @Override
        JsonNode call(Scene scene, List<JsonNode> values) {
            return values.get(0).isMissingNode() ? values.get(1) : values.get(0);
        }
    },

    /** {@code same(a, b)}: true, or missing where they differ. */
    SAME("same", 2, 2) {
        @Override
        JsonNode call(Scene scene, List<JsonNode> values) {
            boolean same = values.get(0).equals(values.get(1));
            return same ? JsonNodeFactory.instance.booleanNode(true) : MISSING;
        }
    },

    /** {@code container(proxy)}: which container; empty on the host itself. */
    CONTAINER("container", 1, 1) {
        @Override
        JsonNode call(Scene scene, List<JsonNode> values) {
            String proxy = text(values, 0).orElse(HOST_ITSELF);
            return node(proxy.equals(HOST_ITSELF) ? "" : proxy);
        }
    },

    /** An address as the graph writes it. */
    IP("ip", 1, 1) {
        @Override
        JsonNode call(Scene scene, List<JsonNode> values) {
            return address(values, 0).map(ip -> node(IpAddresses.text(ip))).orElse(MISSING);
        }
    },

    /** The network of an address with prefix length. */
    NETWORK("network", 1, 1) {
        @Override
        JsonNode call(Scene scene, List<JsonNode> values) {
            return text(values, 0)
                    .flatMap(IpAddresses::network)
                    .map(ProjectionFunction::node)
                    .orElse(MISSING);
        }
    },

    /** {@code endpoint(proto, ip, port)}: the key of an Endpoint. */
    ENDPOINT("endpoint", 3, 3) {
        @Override
        JsonNode call(Scene scene, List<JsonNode> values) {
            Optional<InetAddress> ip = address(values, 1);
            Optional<String> proto = text(values, 0);
            if (ip.isEmpty() || proto.isEmpty() || !values.get(2).isIntegralNumber()) {
                return MISSING;
            }
            String place = proto.get().toLowerCase(Locale.ROOT) + "/" + IpAddresses.text(ip.get()) + "/"
                    + values.get(2).asText();
            return node(IpAddresses.isHostsOwnMatter(ip.get()) ? scene.host() + "/" + place : place);
        }
    },

    /**
     * {@code listened(address, interfaces)}: the address, and where it stands for every one, those of the interfaces that other hosts can
     * reach. {@code ::} takes IPv4 too, as Linux does unless told otherwise.
     */
    LISTENED("listened", 2, 2) {
        @Override
        JsonNode call(Scene scene, List<JsonNode> values) {
            Optional<InetAddress> listened = address(values, 0);
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            listened.ifPresent(ip -> all.add(IpAddresses.text(ip)));
            if (listened.filter(InetAddress::isAnyLocalAddress).isPresent()) {
                boolean four = IpAddresses.text(listened.get()).equals(IpAddresses.ANY_4);
                reachable(values.get(1)).stream()
                        .filter(ip -> !four || !ip.contains(":"))
                        .limit(MAX_ADDRESSES)
                        .forEach(all::add);
            }
            return all;
        }
    },

    /** {@code purlType(manager)}: the type of a package URL. */
    PURL_TYPE("purlType", 1, 1) {
        @Override
        JsonNode call(Scene scene, List<JsonNode> values) {
            return text(values, 0)
                    .flatMap(PackageUrls::type)
                    .map(ProjectionFunction::node)
                    .orElse(MISSING);
        }
    },

    /** {@code purl(manager, distribution, name)} or {@code purl(manager, distribution, name, version, arch)}. */
    PURL("purl", 3, 5) {
        @Override
        JsonNode call(Scene scene, List<JsonNode> values) {
            Optional<String> type = text(values, 0).flatMap(PackageUrls::type);
            Optional<String> name = text(values, 2);
            if (type.isEmpty() || name.isEmpty()) {
                return MISSING;
            }
            String distribution = text(values, 1).orElse("");
            if (values.size() == 3) {
                return node(PackageUrls.of(type.get(), distribution, name.get()));
            }
            String arch = text(values, 4).orElse("");
            return text(values, 3)
                    .map(version -> node(PackageUrls.of(type.get(), distribution, name.get(), version, arch)))
                    .orElse(MISSING);
        }
    },

    /** {@code installed(packages, distribution, name)}: package URLs of all versions of that name which the system's manager installed. */
    INSTALLED("installed", 3, 3) {
        @Override
        JsonNode call(Scene scene, List<JsonNode> values) {
            ArrayNode purls = JsonNodeFactory.instance.arrayNode();
            text(values, 2).filter(name -> !name.isEmpty()).ifPresent(name -> {
                for (String manager : SYSTEM_MANAGERS) {
                    purls(values.get(0).path(manager), manager, text(values, 1).orElse(""), name)
                            .forEach(purls::add);
                }
            });
            return purls;
        }
    },

    /** {@code sortKey(manager, version)}: see {@link SortKey}. */
    SORT_KEY("sortKey", 2, 2) {
        @Override
        JsonNode call(Scene scene, List<JsonNode> values) {
            Optional<String> version = text(values, 1);
            return text(values, 0)
                    .flatMap(SortKey::named)
                    .flatMap(kind -> version.map(kind::of))
                    .map(ProjectionFunction::node)
                    .orElse(MISSING);
        }
    };

    private static final JsonNode MISSING = MissingNode.getInstance();
    private static final String HOST_ITSELF = "local/local";
    private static final String ARCH_SIGN = "::";
    private static final List<String> SYSTEM_MANAGERS = List.of("deb", "rpm", "apk");

    /** A host of containers has many addresses, and each listener on all of them has as many edges. Implementation choice. */
    private static final int MAX_ADDRESSES = 16;

    private final String word;
    private final int least;
    private final int most;

    ProjectionFunction(String word, int least, int most) {
        this.word = word;
        this.least = least;
        this.most = most;
    }

    abstract JsonNode call(Scene scene, List<JsonNode> values);

    boolean takes(int count) {
        return count == least || count == most;
    }

    static Optional<ProjectionFunction> named(String word) {
        for (ProjectionFunction function : values()) {
            if (function.word.equals(word)) {
                return Optional.of(function);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> text(List<JsonNode> values, int at) {
        return Optional.of(values.get(at)).filter(JsonNode::isTextual).map(JsonNode::textValue);
    }

    private static Optional<InetAddress> address(List<JsonNode> values, int at) {
        return text(values, at).flatMap(IpAddresses::parse);
    }

    private static JsonNode node(String text) {
        return TextNode.valueOf(text);
    }

    private static int cut(String text, List<JsonNode> values) {
        int at = text.lastIndexOf(text(values, 1).orElse("\n"));
        return at < 0 ? text.length() : at;
    }

    private static Set<String> reachable(JsonNode interfaces) {
        var all = new TreeSet<String>();
        for (JsonNode nic : interfaces) {
            for (var entry : nic.path("ipaddrs").properties()) {
                IpAddresses.parse(entry.getKey())
                        .filter(ip -> !IpAddresses.isHostsOwnMatter(ip))
                        .ifPresent(ip -> all.add(IpAddresses.text(ip)));
            }
        }
        return all;
    }

    private static List<String> purls(JsonNode packages, String manager, String distribution, String name) {
        List<String> purls = new ArrayList<>();
        for (var entry : packages.properties()) {
            int sign = entry.getKey().lastIndexOf(ARCH_SIGN);
            String bare = sign < 0 ? entry.getKey() : entry.getKey().substring(0, sign);
            if (!bare.equals(name)) {
                continue;
            }
            String arch = sign < 0 ? "" : entry.getKey().substring(sign + ARCH_SIGN.length());
            for (JsonNode version : Loop.elements(entry.getValue())) {
                if (version.isTextual()) {
                    purls.add(PackageUrls.of(manager, distribution, name, version.textValue(), arch));
                }
            }
        }
        return purls;
    }
}
