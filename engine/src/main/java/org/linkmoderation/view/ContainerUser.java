package org.linkmoderation.view;

import java.util.Optional;
import javax.security.auth.Subject;

/** The user of the container that the current thread works for: by the shell, over JMX or in hawtio. */
public final class ContainerUser {
    private static final String USER = "org.apache.karaf.jaas.boot.principal.UserPrincipal";
    private static final String ROLE = "org.apache.karaf.jaas.boot.principal.RolePrincipal";
    private static final String ADMIN = "admin";

    private ContainerUser() {}

    /** Where Karaf 4 keeps the user of a thread; the JDK has a successor from version 18 on. */
    @SuppressWarnings("removal")
    public static Optional<Subject> subject() {
        return Optional.ofNullable(Subject.getSubject(java.security.AccessController.getContext()));
    }

    /** Whether the user has the role admin. */
    public static boolean isAdmin() {
        return subject().stream()
                .flatMap(subject -> subject.getPrincipals().stream())
                .anyMatch(principal -> principal.getClass().getName().equals(ROLE)
                        && principal.getName().equals(ADMIN));
    }

    /**
     * The user's name; {@code unknown} where nobody has logged in, such as in a program of the same machine account.
     */
    public static String name() {
        return subject().stream()
                .flatMap(subject -> subject.getPrincipals().stream())
                .filter(principal -> principal.getClass().getName().equals(USER))
                .map(java.security.Principal::getName)
                .findFirst()
                .orElse("unknown");
    }
}
