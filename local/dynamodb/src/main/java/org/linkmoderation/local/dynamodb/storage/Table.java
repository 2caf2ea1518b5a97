package org.linkmoderation.local.dynamodb.storage;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.linkmoderation.local.dynamodb.value.ApiException;
import org.linkmoderation.local.dynamodb.value.KeyBytes;
import org.linkmoderation.local.dynamodb.value.Value;
import org.linkmoderation.local.dynamodb.value.Value.Type;

/**
 * A table.
 *
 * @param id its number, which the names of its tables in SQLite have
 * @param request the request that it was created by, checked
 * @param created when it was created
 * @param uid its {@code TableId}
 * @param ttl the attribute of its time to live; null for none
 * @param name its name
 * @param key its key
 * @param indexes its indexes
 */
public record Table(
        long id, JsonNode request, Instant created, String uid, String ttl, String name, Key key, List<Index> indexes) {

    private static final int LONGEST_HASH = 2_048;
    private static final int LONGEST_RANGE = 1_024;

    /** An attribute of a key. */
    public record Attribute(String name, Type type) {

        private boolean isOf(Map<String, Value> item) {
            var value = item.get(name);
            return value != null && value.type() == type;
        }
    }

    /**
     * A key.
     *
     * @param range null if it has none
     */
    public record Key(Attribute hash, Attribute range) {

        /** Its attributes. */
        public List<Attribute> attributes() {
            return range == null ? List.of(hash) : List.of(hash, range);
        }

        /** The names of its attributes. */
        public List<String> names() {
            return attributes().stream().map(Attribute::name).toList();
        }
    }

    /**
     * A secondary index.
     *
     * @param local whether it has the table's partition key
     * @param projected the attributes that it has; null for all
     * @param number its number in its table
     */
    public record Index(String name, boolean local, Key key, Set<String> projected, int number) {

        /** The column of its keys. */
        String keyColumn() {
            return "k" + number;
        }

        /** The column of what it has of items; only of an index that has less than all. */
        String itemColumn() {
            return "item" + number;
        }

        /** What it has of an item. */
        public Map<String, Value> project(Map<String, Value> item) {
            if (projected == null) {
                return item;
            }
            var part = new LinkedHashMap<>(item);
            part.keySet().retainAll(projected);
            return part;
        }
    }

    Table withTtl(String attribute) {
        return stored(id, created, uid, attribute);
    }

    /** It as it is stored. */
    Table stored(long asId, Instant since, String asUid, String withTtl) {
        return new Table(asId, request, since, asUid, withTtl, name, key, indexes);
    }

    /** The name of its table in SQLite. */
    String rows() {
        return "t" + id;
    }

    /**
     * An index by its name.
     *
     * @throws ApiException if there is none
     */
    public Index index(String indexName) {
        return indexes.stream()
                .filter(index -> index.name().equals(indexName))
                .findFirst()
                .orElseThrow(
                        () -> ApiException.validation("The table does not have the specified index: " + indexName));
    }

    /**
     * The stored key of a map that has the attributes of the key and no others.
     *
     * @throws ApiException if it has others
     */
    public byte[] keyOf(Map<String, Value> values) {
        if (values.size() != key.attributes().size()
                || !key.attributes().stream().allMatch(attribute -> attribute.isOf(values))) {
            throw ApiException.validation("The provided key element does not match the schema");
        }
        return storedKey(values);
    }

    /**
     * The stored key of an item.
     *
     * @throws ApiException if a part of it is missing, or has another type
     */
    public byte[] keyOfItem(Map<String, Value> item) {
        for (var attribute : key.attributes()) {
            var value = item.get(attribute.name());
            if (value == null) {
                throw ApiException.invalid("Missing the key " + attribute.name() + " in the item");
            }
            if (value.type() != attribute.type()) {
                throw ApiException.invalid("Type mismatch for key " + attribute.name() + " expected: "
                        + attribute.type() + " actual: " + value.type());
            }
        }
        return storedKey(item);
    }

    private byte[] storedKey(Map<String, Value> values) {
        byte[] hash = storedPart(key.hash, values, LONGEST_HASH);
        return key.range == null ? hash : KeyBytes.join(hash, storedPart(key.range, values, LONGEST_RANGE));
    }

    private byte[] storedPart(Attribute attribute, Map<String, Value> values, int longest) {
        var value = values.get(attribute.name());
        int length = value.type() == Type.N ? 1 : value.bytes().length;
        if (length == 0) {
            throw ApiException.validation("One or more parameter values are not valid. The AttributeValue for a key"
                    + " attribute cannot contain an empty "
                    + (value.type() == Type.S ? "string" : "binary") + " value. Key: " + attribute.name());
        }
        if (length > longest) {
            throw ApiException.invalid(
                    longest == LONGEST_HASH
                            ? "Size of hashkey has exceeded the maximum size limit of2048 bytes"
                            : "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
        }
        return KeyBytes.of(value);
    }

    /**
     * Requires that what an item has of the indexes' keys can be a key.
     *
     * @throws ApiException if it has another type, or is empty
     */
    public void checkIndexKeys(Map<String, Value> item) {
        for (var index : indexes) {
            for (var attribute : index.key.attributes()) {
                var value = item.get(attribute.name());
                if (value == null) {
                    continue;
                }
                if (value.type() != attribute.type()) {
                    throw ApiException.invalid("Type mismatch for Index Key " + attribute.name() + " Expected: "
                            + attribute.type() + " Actual: " + value.type() + " IndexName: " + index.name);
                }
                if (value.type() != Type.N && value.bytes().length == 0) {
                    throw ApiException.validation(
                            "One or more parameter values are not valid. A value specified for a secondary index key is"
                                    + " not supported. The AttributeValue for a key attribute cannot contain an empty"
                                    + " string value. IndexName: " + index.name + ", IndexKey: " + attribute.name());
                }
            }
        }
    }

    /** The stored key of an item in an index; null if the item is not in it. */
    public byte[] indexKeyOf(Index index, Map<String, Value> item) {
        var stored = new byte[0];
        for (var attribute : index.key.attributes()) {
            if (!attribute.isOf(item)) {
                return null;
            }
            stored = KeyBytes.join(stored, KeyBytes.of(item.get(attribute.name())));
        }
        return KeyBytes.join(stored, storedKey(item));
    }
}
