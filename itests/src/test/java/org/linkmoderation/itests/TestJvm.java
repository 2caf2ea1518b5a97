package org.linkmoderation.itests;

/** One of the test JVMs that run at the same time, as {@code forkCount} of the failsafe plugin says. */
public final class TestJvm {
    /** Its number among those that run now: 1 or 2; 1 outside the build. */
    public static final int NUMBER =
            Integer.parseInt(System.getProperty("test.jvm", "jvm-1").replaceAll("\\D", ""));

    private TestJvm() {}
}
