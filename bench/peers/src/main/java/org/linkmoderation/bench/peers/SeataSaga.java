package org.linkmoderation.bench.peers;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.apache.seata.saga.engine.StateMachineEngine;
import org.apache.seata.saga.engine.impl.DefaultStateMachineConfig;
import org.apache.seata.saga.engine.impl.ProcessCtrlStateMachineEngine;
import org.apache.seata.saga.engine.sequence.SeqGenerator;
import org.apache.seata.saga.engine.serializer.impl.ParamsSerializer;
import org.apache.seata.saga.engine.store.db.DbAndReportTcStateLogStore;
import org.apache.seata.saga.engine.store.db.DbStateLangStore;
import org.apache.seata.saga.statelang.domain.ExecutionStatus;
import org.apache.seata.saga.statelang.domain.StateMachineInstance;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A state machine of Apache Seata with two service tasks. Its engine runs embedded, with its log in the database and
 * without Seata's server, which would add requests to it: so nothing but the application resumes what a crash leaves.
 */
final class SeataSaga implements Peer {

    private static final String STATE_MACHINE = "moderation";
    private static final String TENANT = "000001";
    private static final String JSON_PARSER = "jackson";
    private static final String TABLE_PREFIX = "seata_";
    private static final String DATABASE = "PostgreSQL";

    private final HikariDataSource pool;
    private final GenericApplicationContext beans = new GenericApplicationContext();
    private final StateMachineEngine engine;

    SeataSaga(DatabaseAddress database, Effects effects) throws Exception {
        pool = database.pool();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(resource("seata.sql"));
        }
        beans.registerBean("link", Link.class, () -> new Link(effects));
        beans.refresh();
        DefaultStateMachineConfig config = new DefaultStateMachineConfig();
        config.setApplicationContext(beans);
        config.setSagaJsonParser(JSON_PARSER);
        config.setResources(new String[] {"classpath:org/linkmoderation/bench/peers/seata.json"});
        config.setStateLogStore(log(config.getSeqGenerator()));
        config.setStateLangStore(definitions());
        config.afterPropertiesSet();
        ProcessCtrlStateMachineEngine controlled = new ProcessCtrlStateMachineEngine();
        controlled.setStateMachineConfig(config);
        engine = controlled;
    }

    /** The log that Seata's own configuration for a database would make, but for the client of its server. */
    private DbAndReportTcStateLogStore log(SeqGenerator sequence) {
        ParamsSerializer serializer = new ParamsSerializer();
        serializer.setJsonParserName(JSON_PARSER);
        DbAndReportTcStateLogStore log = new DbAndReportTcStateLogStore();
        log.setDataSource(pool);
        log.setTablePrefix(TABLE_PREFIX);
        log.setDbType(DATABASE);
        log.setDefaultTenantId(TENANT);
        log.setSeqGenerator(sequence);
        log.setParamsSerializer(serializer);
        return log;
    }

    private DbStateLangStore definitions() {
        DbStateLangStore definitions = new DbStateLangStore();
        definitions.setDataSource(pool);
        definitions.setTablePrefix(TABLE_PREFIX);
        definitions.setDbType(DATABASE);
        return definitions;
    }

    private static String resource(String name) throws IOException {
        try (InputStream resource = SeataSaga.class.getResourceAsStream(name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void moderate(String name, String code, String url) {
        StateMachineInstance instance = engine.startWithBusinessKey(
                STATE_MACHINE, TENANT, name, new HashMap<>(Map.of("name", name, "code", code, "url", url)));
        if (instance.getStatus() != ExecutionStatus.SU) {
            throw new IllegalStateException("Status " + instance.getStatus(), instance.getException());
        }
    }

    @Override
    public void close() {
        beans.close();
        pool.close();
    }

    /** The service of the state machine. */
    public static final class Link {
        private final Effects effects;

        Link(Effects effects) {
            this.effects = effects;
        }

        /** Has the function scan the link. */
        public String scan(String code, String url) {
            return effects.scan(code, url);
        }

        /** Activates the link. */
        public boolean activate(String name, String code, String url) {
            effects.activate(name, code, url);
            return true;
        }
    }
}
