package org.linkmoderation.local.lambda;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.ListenAddress;
import org.linkmoderation.component.Settings;
import org.linkmoderation.component.Supervisor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the functions that this bundle has inside through Lambda's Invoke API, for as long as the component is active.
 * A port that is taken is logged as one sentence and tried again; a setting that cannot be used is logged as one
 * sentence, and a corrected file starts it.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = LocalLambda.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public class LocalLambda {

    static final String PID = "org.linkmoderation.local.lambda";

    private static final Logger LOG = LoggerFactory.getLogger(LocalLambda.class);
    private static final String FUNCTION = "function.";
    private static final String ENVIRONMENT = "environment.";

    private final Supervisor endpoint;

    /** @param properties the settings as configured, described in their file */
    @Activate
    public LocalLambda(Map<String, ?> properties) {
        endpoint = start(new Settings(PID, properties), properties);
    }

    private static Supervisor start(Settings settings, Map<String, ?> properties) {
        try {
            int port = settings.integer("port", 3001, 1, 65_535);
            int concurrency = settings.integer("concurrency", 100, 1, 1_000);
            var timeout = settings.seconds("timeout.seconds", 30, 1, 900);
            var functions = functions(settings, properties);
            return new Supervisor("The Lambda endpoint", Duration.ofSeconds(1), Duration.ofSeconds(10), ended -> {
                ListenAddress.requireFree("127.0.0.1", port);
                var started = new LambdaEndpoint(port, functions, concurrency, timeout);
                LOG.info("The Lambda endpoint answers on http://127.0.0.1:{} for {}.", port, functions.keySet());
                return started::close;
            });
        } catch (InvalidSetting e) {
            LOG.error(e.getMessage());
            return null;
        }
    }

    /**
     * The functions: {@code function.<Name>} is the class of one, {@code environment.<Name>.<VARIABLE>} one of its
     * environment variables.
     */
    static Map<String, Supplier<RequestHandler<?, ?>>> functions(Settings settings, Map<String, ?> properties) {
        var functions = new LinkedHashMap<String, Supplier<RequestHandler<?, ?>>>();
        for (var property : properties.entrySet()) {
            if (property.getKey().startsWith(FUNCTION)) {
                var name = property.getKey().substring(FUNCTION.length());
                functions.put(
                        name,
                        function(settings, property.getKey(), property.getValue(), environment(name, properties)));
            }
        }
        return functions;
    }

    private static Supplier<RequestHandler<?, ?>> function(
            Settings settings, String key, Object className, Map<String, String> environment) {
        try {
            var handler = Class.forName(className.toString().strip(), false, LocalLambda.class.getClassLoader())
                    .asSubclass(RequestHandler.class);
            for (var constructor : handler.getConstructors()) {
                if (constructor.getParameterCount() == 1 && constructor.getParameterTypes()[0] == Map.class) {
                    return () -> construct(constructor, environment);
                }
            }
            var constructor = handler.getConstructor();
            return () -> construct(constructor);
        } catch (ClassNotFoundException | ClassCastException | NoSuchMethodException e) {
            throw settings.invalid(
                    key, "the class of a RequestHandler in this bundle with a public constructor without parameters");
        }
    }

    private static RequestHandler<?, ?> construct(Constructor<?> constructor, Object... arguments) {
        try {
            return (RequestHandler<?, ?>) constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> environment(String function, Map<String, ?> properties) {
        var prefix = ENVIRONMENT + function + ".";
        var environment = new LinkedHashMap<String, String>();
        properties.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                environment.put(key.substring(prefix.length()), value.toString());
            }
        });
        return Map.copyOf(environment);
    }

    @Deactivate
    void stop() {
        if (endpoint != null) {
            endpoint.stop();
        }
    }
}
