package org.linkmoderation.local.dynamodb.value;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.linkmoderation.local.dynamodb.value.Value.Binary;
import org.linkmoderation.local.dynamodb.value.Value.Bool;
import org.linkmoderation.local.dynamodb.value.Value.Document;
import org.linkmoderation.local.dynamodb.value.Value.Elements;
import org.linkmoderation.local.dynamodb.value.Value.Null;
import org.linkmoderation.local.dynamodb.value.Value.Num;
import org.linkmoderation.local.dynamodb.value.Value.Sequence;
import org.linkmoderation.local.dynamodb.value.Value.Text;
import org.linkmoderation.local.dynamodb.value.Value.Type;

/**
 * Items as stored: the size that the service counts, then the members, each a name and a value; a value is the number
 * of its type and its content. Lengths and counts are variable-length integers.
 */
public final class ItemBytes {

    private static final Type[] TYPES = Type.values();

    private byte[] bytes;
    private int position;

    private ItemBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The bytes of an item. */
    public static byte[] encode(Map<String, Value> item, int size) {
        var out = new ItemBytes(new byte[size + size / 4 + 64]);
        out.writeInt(size);
        out.writeMembers(item);
        return Arrays.copyOf(out.bytes, out.position);
    }

    /** The item of bytes. */
    public static Map<String, Value> decode(byte[] bytes) {
        var in = new ItemBytes(bytes);
        in.readInt();
        return in.readMembers();
    }

    /** The size that the service counts for the item of bytes. */
    public static int size(byte[] bytes) {
        return new ItemBytes(bytes).readInt();
    }

    private void writeMembers(Map<String, Value> members) {
        writeInt(members.size());
        members.forEach((name, value) -> {
            writeBytes(name.getBytes(UTF_8));
            write(value);
        });
    }

    private void write(Value value) {
        writeInt(value.type().ordinal());
        if (value instanceof Text text) {
            writeBytes(text.text().getBytes(UTF_8));
        } else if (value instanceof Num num) {
            writeBytes(num.digits().getBytes(UTF_8));
        } else if (value instanceof Binary binary) {
            writeBytes(binary.bytes());
        } else if (value instanceof Bool bool) {
            writeInt(bool.value() ? 1 : 0);
        } else if (value instanceof Document document) {
            writeMembers(document.members());
        } else if (value instanceof Sequence sequence) {
            writeInt(sequence.elements().size());
            sequence.elements().forEach(this::write);
        } else if (value instanceof Elements set) {
            writeInt(set.elements().size());
            set.elements().forEach(this::write);
        }
    }

    private void writeBytes(byte[] content) {
        writeInt(content.length);
        require(content.length);
        System.arraycopy(content, 0, bytes, position, content.length);
        position += content.length;
    }

    private void writeInt(int value) {
        require(5);
        int rest = value;
        while (rest > 0x7f) {
            bytes[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[position++] = (byte) rest;
    }

    private void require(int more) {
        if (bytes.length - position < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, position + more));
        }
    }

    private Map<String, Value> readMembers() {
        int count = readInt();
        var members = new LinkedHashMap<String, Value>(count * 2);
        for (int i = 0; i < count; i++) {
            var name = readText();
            members.put(name, read());
        }
        return members;
    }

    private Value read() {
        var type = TYPES[readInt()];
        return switch (type) {
            case S -> new Text(readText());
            case N -> new Num(readText());
            case B -> {
                int length = readInt();
                position += length;
                yield new Binary(Arrays.copyOfRange(bytes, position - length, position));
            }
            case BOOL -> new Bool(readInt() == 1);
            case NULL -> new Null();
            case M -> new Document(readMembers());
            case L -> new Sequence(readElements());
            case SS, NS, BS -> new Elements(type, new LinkedHashSet<>(readElements()));
        };
    }

    private List<Value> readElements() {
        int count = readInt();
        var elements = new ArrayList<Value>(count);
        for (int i = 0; i < count; i++) {
            elements.add(read());
        }
        return elements;
    }

    private String readText() {
        int length = readInt();
        position += length;
        return new String(bytes, position - length, length, UTF_8);
    }

    private int readInt() {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[position++];
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
