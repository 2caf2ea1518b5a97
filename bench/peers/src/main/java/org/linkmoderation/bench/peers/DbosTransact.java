package org.linkmoderation.bench.peers;

import dev.dbos.transact.DBOS;
import dev.dbos.transact.StartWorkflowOptions;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Workflow;

/** A workflow of DBOS Transact with two steps, as its manual has it; its own pool and settings. */
final class DbosTransact implements Peer {

    private final DBOS dbos;
    private final Moderation moderation;

    DbosTransact(DatabaseAddress database, Effects effects) {
        dbos = new DBOS(DBOSConfig.defaults("moderation")
                .withDatabaseUrl(database.url())
                .withDbUser(database.user())
                .withDbPassword(database.password()));
        moderation = dbos.registerProxy(Moderation.class, new ModerationWorkflow(dbos, effects));
        dbos.launch();
    }

    @Override
    public void moderate(String name, String code, String url) {
        dbos.startWorkflow(() -> moderation.moderate(name, code, url), new StartWorkflowOptions(name))
                .getResult();
    }

    @Override
    public void close() {
        dbos.close();
    }

    /** The workflow as its callers see it. */
    public interface Moderation {
        /** Moderates a link; the function's output. */
        String moderate(String name, String code, String url);
    }

    /** The workflow. */
    public static final class ModerationWorkflow implements Moderation {
        private final DBOS dbos;
        private final Effects effects;

        ModerationWorkflow(DBOS dbos, Effects effects) {
            this.dbos = dbos;
            this.effects = effects;
        }

        @Override
        @Workflow(name = "moderation")
        public String moderate(String name, String code, String url) {
            String output = dbos.runStep(() -> effects.scan(code, url), "CheckSafety");
            dbos.runStep(() -> effects.activate(name, code, url), "Activate");
            return output;
        }
    }
}
