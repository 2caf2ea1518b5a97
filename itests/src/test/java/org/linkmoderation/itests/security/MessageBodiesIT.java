package org.linkmoderation.itests.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.management.JMException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.linkmoderation.itests.Messages;
import org.linkmoderation.itests.ModerationNode;

/** Messages that wait in the local broker, which may hold tokens of cards: none but an admin reads them. */
class MessageBodiesIT {
    private static final String BODY = "marked-body-" + UUID.randomUUID();

    private static ModerationNode node;
    private static String messageId;
    private static final Map<String, String> PASSWORDS = new TreeMap<>();

    @BeforeAll
    static void start() throws Exception {
        node = ModerationNode.shared();
        PASSWORDS.put("bodies-viewer", node.karaf().user("bodies-viewer", "viewer"));
        PASSWORDS.put("bodies-manager", node.karaf().user("bodies-manager", "manager,viewer"));
        node.messages().send(Messages.REQUESTS, BODY, Map.of("Bodies", "one"));
        messageId = node.awaitDeadLetter("Bodies = 'one'").getJMSMessageID();
    }

    @Test
    void shouldShowNoBodyToAViewerOrAManager() throws Exception {
        for (String user : PASSWORDS.keySet()) {
            node.karaf().await("user " + user, ModerationNode.EXECUTION, () -> {
                node.karaf().jmx(user, PASSWORDS.get(user)).close();
                return true;
            });
            try (JMXConnector connector = node.karaf().jmx(user, PASSWORDS.get(user))) {
                assertThat(shown(connector.getMBeanServerConnection())).as(user).isEmpty();
            }
        }
        assertThat(shown(node.karaf().mbeanServer())).as("an admin").isNotEmpty();
    }

    /** The operations whose answer has the body. */
    private static List<String> shown(MBeanServerConnection server) throws Exception {
        List<String> shown = new ArrayList<>();
        for (ObjectName queue : server.queryNames(
                new ObjectName("org.apache.activemq:destinationType=Queue,destinationName=DLQ.moderation.requests,*"),
                null)) {
            for (MBeanOperationInfo operation : server.getMBeanInfo(queue).getOperations()) {
                Object[] arguments = arguments(operation);
                if (arguments != null && operation.getName().matches("(browse|getMessage).*")) {
                    try {
                        Object answer = server.invoke(queue, operation.getName(), arguments, types(operation));
                        String text =
                                answer instanceof Object[] many ? List.of(many).toString() : "" + answer;
                        if (text.contains(BODY)) {
                            shown.add(operation.getName());
                        }
                    } catch (JMException | RuntimeException | IOException refused) {
                        // Nothing is shown then: some answer with what can't be sent
                    }
                }
            }
        }
        return shown;
    }

    private static Object[] arguments(MBeanOperationInfo operation) {
        return switch (operation.getSignature().length) {
            case 0 -> new Object[0];
            case 1 ->
                operation.getSignature()[0].getType().equals(String.class.getName())
                        ? new Object[] {operation.getName().equals("getMessage") ? messageId : "Bodies = 'one'"}
                        : null;
            default -> null;
        };
    }

    private static String[] types(MBeanOperationInfo operation) {
        return operation.getSignature().length == 0 ? new String[0] : new String[] {String.class.getName()};
    }
}
