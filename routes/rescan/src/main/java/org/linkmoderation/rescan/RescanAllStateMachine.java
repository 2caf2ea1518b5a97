package org.linkmoderation.rescan;

import static org.linkmoderation.states.Choice.stringEquals;

import java.time.Instant;
import org.apache.camel.Exchange;
import org.linkmoderation.states.JsonDocument;
import org.linkmoderation.states.StateMachineBuilder;

/**
 * The rescan of all active links: page by page of the links table, no more in flight than may be. The first route is
 * the diagram, a loop; its position is in the history, so that a crash loses no link.
 */
final class RescanAllStateMachine extends StateMachineBuilder {
    static final String NAME = "rescan-all";

    /** Until there is room again. */
    private static final long NO_ROOM_SECONDS = 5;

    private static final long SECONDS = 1;

    private final LinkPages pages;
    private final String linksTable;

    RescanAllStateMachine(LinkPages pages, String linksTable) {
        this.pages = pages;
        this.linksTable = linksTable;
    }

    // @formatter:off
    @Override
    public void configure() {
        errorHandler(failuresAreJournaled());

        from("direct:rescan-all").routeId("rescan-all")
            .to("direct:StartScans")
            .process(enterChoice("HasMore")).id("HasMore.entered")
            .choice().id("HasMore")
                .when(stringEquals("next", "PAGE"))
                    .to("direct:Pause")
                    .to("direct:rescan-all")
                .when(stringEquals("next", "PART"))
                    .to("direct:StartNextPart")
            .end();

        task("StartScans")
            .to("direct:startPage");

        waitUntil("Pause", RescanAllStateMachine::pause);

        task("StartNextPart")
            .to("direct:startPart");

        attempt("startPage")
            .policy(new StartExecution())
                .process(pages::prepare).id("startPage.prepare")
                .filter(header("CamelAwsDdbLimit").isGreaterThan(0)).id("startPage.hasRoom")
                    .toF("aws2-ddb:%s?operation=Scan&enabledInitialDescribeTable=false", linksTable)
                .end()
                .process(pages::start).id("startPage.start")
            .end();

        attempt("startPart")
            .policy(new StartExecution())
                .process(pages::startNextPart).id("startPart.start")
            .end();
    }
    // @formatter:on

    private static Instant pause(Exchange exchange, Instant entered) {
        return entered.plusSeconds(
                Position.of(JsonDocument.bodyOf(exchange)).pageRead() == 0 ? NO_ROOM_SECONDS : SECONDS);
    }
}
