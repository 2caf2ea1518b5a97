package org.linkmoderation.jmx;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.StandardMBean;

/**
 * An MBean with the {@link Description}s and the parameter names of its interface, which a standard MBean leaves out.
 */
final class DescribedMBean extends StandardMBean {
    /**
     * @param implementation what does it
     * @param description the interface, compiled with its parameter names; no two operations have one name
     */
    <T> DescribedMBean(T implementation, Class<T> description) {
        super(implementation, description, false);
    }

    @Override
    protected String getDescription(MBeanInfo info) {
        return text(
                Optional.ofNullable(getMBeanInterface().getAnnotation(Description.class)),
                getMBeanInterface().getName());
    }

    @Override
    protected String getDescription(MBeanFeatureInfo feature) {
        String getter = feature instanceof MBeanAttributeInfo ? "get" + feature.getName() : feature.getName();
        return text(method(getter).map(method -> method.getAnnotation(Description.class)), feature.getName());
    }

    @Override
    protected String getDescription(MBeanAttributeInfo attribute) {
        return getDescription((MBeanFeatureInfo) attribute);
    }

    @Override
    protected String getDescription(MBeanOperationInfo operation) {
        return getDescription((MBeanFeatureInfo) operation);
    }

    @Override
    protected String getDescription(MBeanOperationInfo operation, MBeanParameterInfo parameter, int sequence) {
        return text(
                method(operation.getName())
                        .map(method -> method.getParameters()[sequence].getAnnotation(Description.class)),
                parameter.getName());
    }

    @Override
    protected String getParameterName(MBeanOperationInfo operation, MBeanParameterInfo parameter, int sequence) {
        return method(operation.getName())
                .map(method -> method.getParameters()[sequence].getName())
                .orElse(parameter.getName());
    }

    private Optional<Method> method(String name) {
        return Arrays.stream(getMBeanInterface().getMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst();
    }

    private static String text(Optional<Description> description, String otherwise) {
        return description.map(Description::value).orElse(otherwise);
    }
}
