package org.linkmoderation.local.lambda;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.linkmoderation.component.InvalidSetting;
import org.linkmoderation.component.KeptRunning;
import org.linkmoderation.component.ListenAddress;
import org.linkmoderation.component.Settings;
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

    private final KeptRunning endpoint;

    /**
     * The settings of {@value #PID}, described in its file in {@code etc}. Beside these, {@code function.<Name>} is the
     * class of a function, and {@code environment.<Name>.<VARIABLE>} one of its environment variables.
     */
    @interface Config {
        /** The port on 127.0.0.1, 1 to 65535. */
        int port() default 3001;

        /** How many invocations run at once, 1 to 1000. */
        int concurrency() default 100;

        /** How many seconds an invocation may take, 1 to 900. */
        int timeout_seconds() default 30;
    }

    /**
     * @param config the settings
     * @param properties the settings as configured
     */
    @Activate
    public LocalLambda(Config config, Map<String, Object> properties) {
        endpoint = start(config, new Settings(PID, properties), properties);
    }

    private static KeptRunning start(Config config, Settings settings, Map<String, Object> properties) {
        try {
            int port = settings.number("port", config::port, 1, 65_535);
            int concurrency = settings.number("concurrency", config::concurrency, 1, 1_000);
            var timeout = Duration.ofSeconds(settings.number("timeout.seconds", config::timeout_seconds, 1, 900));
            var functions = functions(settings, properties);
            return new KeptRunning("The Lambda endpoint", Duration.ofSeconds(1), Duration.ofSeconds(10), ended -> {
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

    static Map<String, Supplier<RequestHandler<?, ?>>> functions(Settings settings, Map<String, Object> properties)
            throws InvalidSetting {
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
            Settings settings, String key, Object className, Map<String, String> environment) throws InvalidSetting {
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

    private static Map<String, String> environment(String function, Map<String, Object> properties) {
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
