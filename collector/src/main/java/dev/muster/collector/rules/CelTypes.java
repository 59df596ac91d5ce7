package dev.muster.collector.rules;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.Immutable;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.muster.collector.rules.FactType.Member;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Declared facts as types of CEL: records as structs, so that a misspelt field does not compile. */
@Immutable
final class CelTypes implements CelTypeProvider {
    /** Not a name that a discovery type can have. */
    private static final String HOST = "Host";

    private final ImmutableMap<String, CelType> structs;
    private final CelType host;

    private CelTypes(Map<String, CelType> structs, CelType host) {
        this.structs = ImmutableMap.copyOf(structs);
        this.host = host;
    }

    static CelTypes of(Catalogue catalogue) {
        var structs = new HashMap<String, CelType>();
        var members = new HashMap<String, CelType>();
        for (String name : catalogue.names()) {
            catalogue.type(name).ifPresent(type -> members.put(name, convert(name, type, structs)));
        }
        CelType host = struct(HOST, members, structs);
        return new CelTypes(structs, host);
    }

    /** What {@code host} is: a struct with a member for each discovery type. */
    CelType host() {
        return host;
    }

    /** What {@code facts} is in rules of a type. */
    CelType facts(String type, FactType declared) {
        return convert(type, declared, new HashMap<>());
    }

    /** A fact's type without the records in it, for a fact of a map. */
    static CelType plain(FactType type) {
        return convert("", type, new HashMap<>());
    }

    @Override
    public ImmutableCollection<CelType> types() {
        return structs.values();
    }

    @Override
    public Optional<CelType> findType(String name) {
        return Optional.ofNullable(structs.get(name));
    }

    /** {@code name} names the structs found on the way, by the way to them. */
    private static CelType convert(String name, FactType type, Map<String, CelType> structs) {
        return switch (type) {
            case FactType.Plain plain ->
                switch (plain) {
                    case TEXT, DATE -> SimpleType.STRING;
                    case INT -> SimpleType.INT;
                    case BOOL -> SimpleType.BOOL;
                    case ANY -> SimpleType.DYN;
                };
            case FactType.ListOf list -> ListType.create(convert(name, list.item(), structs));
            case FactType.MapOf map -> MapType.create(SimpleType.STRING, convert(name, map.value(), structs));
            case FactType.OneOf _ -> SimpleType.DYN;
            case FactType.Fields fields -> {
                var members = new HashMap<String, CelType>();
                fields.members()
                        .forEach((member, declared) ->
                                members.put(member, convert(name + "." + member, declared.type(), structs)));
                yield struct(name, members, structs);
            }
            case FactType.Keys keys -> MapType.create(SimpleType.STRING, common(keys));
        };
    }

    /** What all values of a map have in common. */
    private static CelType common(FactType.Keys keys) {
        var types = Stream.concat(
                        keys.literal().values().stream(),
                        keys.patterns().stream().map(FactType.KeyPattern::member))
                .map(Member::type)
                .collect(Collectors.toCollection(HashSet::new));
        return types.size() == 1 ? plain(types.iterator().next()) : SimpleType.DYN;
    }

    private static CelType struct(String name, Map<String, CelType> members, Map<String, CelType> structs) {
        var fields = ImmutableMap.copyOf(members);
        var struct = StructType.create(
                name, ImmutableSet.copyOf(fields.keySet()), field -> Optional.ofNullable(fields.get(field)));
        structs.put(name, struct);
        return struct;
    }
}
