package org.linkmoderation.command;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.converter.DefaultConverter;

/**
 * Options after the arguments, where people write them. The shell takes options before the first argument only, and
 * whatever follows for further arguments.
 */
final class TrailingOptions {
    private TrailingOptions() {}

    /**
     * Sets the options that stand among the arguments.
     *
     * @param command the command whose options they are
     * @param arguments what follows the options that the shell has read
     * @return the arguments without the options
     * @throws CommandException if there is no such option, or it has no value or a wrong one
     */
    static List<String> set(Action command, List<String> arguments) throws Exception {
        List<String> others = new ArrayList<>();
        for (Iterator<String> left = arguments.iterator(); left.hasNext(); ) {
            String argument = left.next();
            if (!argument.startsWith("-")) {
                others.add(argument);
                continue;
            }
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            Field field = field(command, name);
            if (equals >= 0) {
                set(command, name, field, argument.substring(equals + 1));
            } else if (field.getType() == boolean.class) {
                field.set(command, true);
            } else if (left.hasNext()) {
                set(command, name, field, left.next());
            } else {
                throw new CommandException("Missing value for option: " + name);
            }
        }
        return others;
    }

    private static Field field(Action command, String name) throws CommandException {
        for (Class<?> type = command.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                Option option = field.getAnnotation(Option.class);
                if (option != null
                        && (option.name().equals(name)
                                || Set.of(option.aliases()).contains(name))) {
                    field.setAccessible(true);
                    return field;
                }
            }
        }
        throw new CommandException("Undefined option: " + name);
    }

    private static void set(Action command, String name, Field field, String value) throws Exception {
        Object converted;
        try {
            converted =
                    new DefaultConverter(command.getClass().getClassLoader()).convert(value, field.getGenericType());
        } catch (Exception e) {
            throw new CommandException("Unable to convert option " + name + " with value '" + value + "'", e);
        }
        field.set(command, converted);
    }
}
