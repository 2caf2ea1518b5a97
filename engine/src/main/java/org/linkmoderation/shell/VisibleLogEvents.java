package org.linkmoderation.shell;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import org.linkmoderation.VisibleText;

/**
 * Formats events of the log as another formatter does, with the texts of each event made visible before: a text of a
 * sender must not take over the terminal that shows the log. The formatter and the events are of Karaf and Pax Logging,
 * whose types a bundle need not have; so both are known by the names of their methods.
 */
final class VisibleLogEvents {
    private VisibleLogEvents() {}

    /**
     * A formatter that makes texts visible and leaves the rest to another.
     *
     * @param formatter the other one
     * @param type the interface that both have
     */
    static Object formatter(Object formatter, Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getName().equals("format")) {
                arguments[0] = event(arguments[0], method.getParameterTypes()[0]);
            }
            return invoke(formatter, method, arguments);
        });
    }

    private static Object event(Object event, Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            Object value = invoke(event, method, arguments);
            return switch (method.getName()) {
                case "getMessage", "getRenderedMessage" -> value == null ? null : VisibleText.of((String) value);
                case "getThrowableStrRep" -> value == null ? null : lines((String[]) value);
                default -> value;
            };
        });
    }

    private static String[] lines(String[] lines) {
        return Arrays.stream(lines).map(VisibleText::ofLines).toArray(String[]::new);
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
