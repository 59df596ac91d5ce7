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
import dev.muster.scripts.FactType;
import dev.muster.scripts.FactType.Member;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Declared facts as types of CEL: records as structs, so that a misspelt field does not compile. */
@Immutable
final class CelTypes implements CelTypeProvider {
    /** Not names that a discovery type can have. */
    private static final String HOST = "Host";

    private static final String PARAM = "Param";
    private static final String FILE = "File";

    private final ImmutableMap<String, CelType> structs;
    private final CelType host;
    private final CelType param;
    private final CelType file;

    private CelTypes(Map<String, CelType> structs, CelType host, CelType param, CelType file) {
        this.structs = ImmutableMap.copyOf(structs);
        this.host = host;
        this.param = param;
        this.file = file;
    }

    static CelTypes of(Catalogue catalogue, Map<String, FactType> parameters) {
        var structs = new HashMap<String, CelType>();
        var members = new HashMap<String, CelType>();
        for (String name : catalogue.names()) {
            catalogue.type(name).ifPresent(type -> members.put(name, convert(name, type, structs)));
        }
        CelType host = struct(HOST, members, structs);
        var values = new HashMap<String, CelType>();
        parameters.forEach((name, type) -> values.put(name, convert(PARAM, type, structs)));
        return new CelTypes(structs, host, struct(PARAM, values, structs), file(catalogue, structs));
    }

    /** An element of {@code files()}: a path's declared attributes and the path itself. */
    private static CelType file(Catalogue catalogue, Map<String, CelType> structs) {
        var attributes = catalogue
                .type(FileFacts.TYPE)
                .flatMap(type -> type.member("/"))
                .map(Member::type)
                .filter(FactType.Fields.class::isInstance)
                .map(FactType.Fields.class::cast);
        if (attributes.isEmpty()) {
            return SimpleType.DYN;
        }
        var members = new HashMap<String, CelType>();
        attributes
                .get()
                .members()
                .forEach((name, declared) -> members.put(name, convert(FILE + "." + name, declared.type(), structs)));
        members.put(FileFacts.PATH, SimpleType.STRING);
        return struct(FILE, members, structs);
    }

    /** What {@code param} is: a struct with a member for each declared parameter. */
    CelType param() {
        return param;
    }

    /** What {@code files()} has elements of. */
    CelType file() {
        return file;
    }

    /** What {@code host} is: a struct with a member for each discovery type. */
    CelType host() {
        return host;
    }

    /** What {@code facts} is in rules of a type. */
    CelType facts(String type, FactType declared) {
        return convert(type, declared, new HashMap<>());
    }

    /** What a fact of a map is by the declaration of its key. */
    static CelType ofKey(String type, FactType.Keys keys, String key) {
        return keys.declaration(key)
                .map(text -> convert(
                        keyName(type, text), keys.member(key).orElseThrow().type(), new HashMap<>()))
                .orElse(SimpleType.DYN);
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
            case FactType.Keys keys -> MapType.create(SimpleType.STRING, common(name, keys, structs));
        };
    }

    /** What all values of a map have in common; the records among them get names by the declarations of their keys. */
    private static CelType common(String name, FactType.Keys keys, Map<String, CelType> structs) {
        var types = new HashMap<FactType, CelType>();
        keys.declarations()
                .forEach((text, member) ->
                        types.putIfAbsent(member.type(), convert(keyName(name, text), member.type(), structs)));
        return types.size() == 1 ? types.values().iterator().next() : SimpleType.DYN;
    }

    private static String keyName(String type, String declaration) {
        return type + "[" + declaration + "]";
    }

    private static CelType struct(String name, Map<String, CelType> members, Map<String, CelType> structs) {
        var fields = ImmutableMap.copyOf(members);
        var struct = StructType.create(
                name, ImmutableSet.copyOf(fields.keySet()), field -> Optional.ofNullable(fields.get(field)));
        structs.put(name, struct);
        return struct;
    }
}
