package org.linkmoderation.itests.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.linkmoderation.itests.FunctionEndpoint;
import org.linkmoderation.itests.Ports;
import org.linkmoderation.testkit.ScriptedLambda;

/**
 * A Lambda endpoint that can be killed and started again on the same port: its connections break, with the invocations
 * in flight, and new ones are refused until it is back. Each life begins the scripts anew.
 */
public final class LambdaEndpoint implements AutoCloseable {

    private final int port = Ports.free();
    private final Map<String, ScriptedLambda.Step[]> scripts = new ConcurrentHashMap<>();
    private final List<FunctionEndpoint> lives = new CopyOnWriteArrayList<>();
    private boolean running;

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Sets what the function does when it is called for a link; the last step answers every further call. */
    public synchronized void script(String code, ScriptedLambda.Step... steps) {
        scripts.put(code, steps);
        if (running) {
            lives.get(lives.size() - 1).script(code, steps);
        }
    }

    /** How many calls there were so far. */
    public int received() {
        return lives.stream().mapToInt(FunctionEndpoint::received).sum();
    }

    /** The calls for a link so far, in the order of their arrival. */
    public List<FunctionEndpoint.Call> calls(String code) {
        List<FunctionEndpoint.Call> calls = new ArrayList<>();
        lives.forEach(life -> calls.addAll(life.calls(code)));
        return calls;
    }

    synchronized void start() {
        FunctionEndpoint life = new FunctionEndpoint(port);
        scripts.forEach(life::script);
        lives.add(life);
        running = true;
    }

    synchronized void kill() {
        lives.get(lives.size() - 1).close();
        running = false;
    }

    @Override
    public void close() {
        if (running) {
            kill();
        }
    }
}
