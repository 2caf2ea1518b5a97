package org.linkmoderation.hawtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jolokia.util.RequestType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContainerRolesTest {
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final List<String> questions = new ArrayList<>();
    private final ContainerRoles roles = new ContainerRoles();
    private ObjectName security;
    private ObjectName memory;

    /** The container's MBean as its callers see it. */
    public interface SecurityMBean {
        boolean canInvoke(String mbean, String operation, String[] argumentTypes);
    }

    /** Allows what only reads. */
    public final class Security implements SecurityMBean {
        @Override
        public boolean canInvoke(String mbean, String operation, String[] argumentTypes) {
            questions.add(mbean + " " + operation + List.of(argumentTypes));
            return operation.startsWith("get") || operation.startsWith("is");
        }
    }

    @BeforeEach
    void register() throws JMException {
        security = new ObjectName("org.apache.karaf:type=security,area=jmx,name=root");
        memory = new ObjectName("java.lang:type=Memory");
        server.registerMBean(new Security(), security);
        Changes.allow(true);
    }

    @AfterEach
    void unregister() throws JMException {
        Changes.end();
        if (server.isRegistered(security)) {
            server.unregisterMBean(security);
        }
    }

    @Test
    void shouldAskTheContainerAboutAnOperationWithItsSignature() throws JMException {
        ObjectName written = new ObjectName("org.linkmoderation:type=Executions");

        assertThat(roles.isOperationAllowed(written, "stop(java.lang.String,java.lang.String)"))
                .isFalse();
        assertThat(roles.isOperationAllowed(written, "getSomething()")).isTrue();
        assertThat(roles.isOperationAllowed(written, "getSomething")).isTrue();

        assertThat(questions)
                .containsExactly(
                        "org.linkmoderation:type=Executions stop[java.lang.String, java.lang.String]",
                        "org.linkmoderation:type=Executions getSomething[]",
                        "org.linkmoderation:type=Executions getSomething[]");
    }

    @Test
    void shouldAskTheContainerAboutAttributesByTheirGettersAndSetters() {
        assertThat(roles.isAttributeReadAllowed(memory, "Verbose")).isTrue();
        assertThat(roles.isAttributeReadAllowed(memory, "HeapMemoryUsage")).isTrue();
        assertThat(roles.isAttributeWriteAllowed(memory, "Verbose")).isFalse();

        assertThat(questions)
                .containsExactly(
                        "java.lang:type=Memory isVerbose[]",
                        "java.lang:type=Memory getHeapMemoryUsage[]",
                        "java.lang:type=Memory setVerbose[boolean]");
    }

    @Test
    void shouldKeepTheOrderOfTheNamesProperties() throws JMException {
        roles.isOperationAllowed(new ObjectName("a:type=b,name=c,context=d"), "e()");

        assertThat(questions).containsExactly("a:type=b,name=c,context=d e[]");
    }

    @Test
    void shouldRefuseWhatTheContainerCanNotBeAskedAbout() throws JMException {
        server.unregisterMBean(security);

        assertThat(roles.isOperationAllowed(memory, "getSomething()")).isFalse();
        assertThat(roles.isAttributeReadAllowed(memory, "Verbose")).isFalse();
        assertThat(roles.isAttributeWriteAllowed(memory, "Verbose")).isFalse();
    }

    @Test
    void shouldRefuseAnAttributeThatIsNotThere() {
        assertThat(roles.isAttributeReadAllowed(memory, "NoSuchAttribute")).isFalse();
        assertThat(questions).isEmpty();
    }

    /** Whoever asks: it is no post of a page of the console. */
    @Test
    void shouldLetNothingBeChangedByAnotherKindOfRequest() {
        Changes.end();

        assertThat(roles.isOperationAllowed(memory, "getSomething()")).isFalse();
        assertThat(roles.isAttributeWriteAllowed(memory, "Verbose")).isFalse();
        assertThat(roles.isTypeAllowed(RequestType.EXEC)).isFalse();
        assertThat(roles.isAttributeReadAllowed(memory, "Verbose")).isTrue();
        assertThat(roles.isTypeAllowed(RequestType.READ)).isTrue();
    }
}
