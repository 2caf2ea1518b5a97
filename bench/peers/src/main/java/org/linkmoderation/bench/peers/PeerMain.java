package org.linkmoderation.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A peer in a JVM of its own, driven by lines on its standard input: {@code <name> <executions> <in flight>} has it
 * moderate the links {@code <name>-1}, {@code <name>-2}, … and answers with a line {@code done <per second> <p50>
 * <p99>}, in milliseconds. The end of the input ends it.
 */
public final class PeerMain {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private PeerMain() {}

    /**
     * Runs a peer.
     *
     * @param arguments {@code bare}, {@code jdbc}, {@code dbos} or {@code seata}; for {@code bare}, the name of an
     *     execution whose record is its pattern
     */
    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err); // The peers' own words
        DatabaseAddress database = new DatabaseAddress(
                System.getenv("JDBC_URL"), System.getenv("JDBC_USER"), System.getenv("JDBC_PASSWORD"));
        try (Effects effects = new Effects(System.getenv("DYNAMODB_URL"), System.getenv("LAMBDA_URL"));
                Peer peer = peer(arguments, database, effects)) {
            answers.println("ready");
            serve(peer, answers);
        }
    }

    private static Peer peer(String[] arguments, DatabaseAddress database, Effects effects) throws Exception {
        return switch (arguments[0]) {
            case "bare" -> new BareRequests(effects, arguments[1]);
            case "jdbc" -> new HandWrittenJdbc(database, effects);
            case "dbos" -> new DbosTransact(database, effects);
            case "seata" -> new SeataSaga(database, effects);
            default -> throw new IllegalArgumentException("No such peer: " + arguments[0]);
        };
    }

    private static void serve(Peer peer, PrintStream answers) throws Exception {
        try (BufferedReader commands = commands()) {
            for (String command = commands.readLine(); command != null; command = commands.readLine()) {
                String[] words = command.split(" ");
                answers.println(run(peer, words[0], Integer.parseInt(words[1]), Integer.parseInt(words[2])));
            }
        }
    }

    private static BufferedReader commands() throws IOException {
        return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    }

    private static String run(Peer peer, String name, int executions, int inFlight) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(inFlight);
        try {
            AtomicInteger next = new AtomicInteger();
            List<Future<List<Long>>> all = new ArrayList<>();
            long begin = System.nanoTime();
            for (int thread = 0; thread < inFlight; thread++) {
                all.add(threads.submit(() -> moderate(peer, name, executions, next)));
            }
            List<Long> nanos = new ArrayList<>();
            for (Future<List<Long>> each : all) {
                nanos.addAll(each.get());
            }
            double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
            nanos.sort(null);
            return String.format(
                    Locale.ROOT,
                    "done %f %f %f",
                    executions / seconds,
                    nanos.get(executions / 2) / NANOS_PER_MILLI,
                    nanos.get(executions * 99 / 100) / NANOS_PER_MILLI);
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Long> moderate(Peer peer, String name, int executions, AtomicInteger next) throws Exception {
        List<Long> nanos = new ArrayList<>();
        for (int number = next.incrementAndGet(); number <= executions; number = next.incrementAndGet()) {
            long start = System.nanoTime();
            peer.moderate(name + "-" + number, name + "-" + number, "https://example.com/" + number);
            nanos.add(System.nanoTime() - start);
        }
        return nanos;
    }
}
