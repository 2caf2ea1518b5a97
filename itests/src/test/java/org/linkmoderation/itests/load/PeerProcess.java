package org.linkmoderation.itests.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.linkmoderation.itests.KarafNode;

/** A peer of the module {@code bench/peers}, in a JVM with the heap of a container. */
final class PeerProcess implements Contestant {

    private static final Path PEERS = KarafNode.MODULE.resolve("../bench/peers/target");
    private static final String MAIN = "org.linkmoderation.bench.peers.PeerMain";

    private final String label;
    private final Path console;
    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;
    private int inFlight;

    /**
     * Starts it.
     *
     * @param label how the table calls it
     * @param arguments those of its main class, the name of the peer first
     * @param environment where it finds what it works with
     */
    PeerProcess(String label, List<String> arguments, Map<String, String> environment) {
        this.label = label;
        console = KarafNode.MODULE.resolve("target/peer-" + arguments.get(0) + ".log");
        try {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx512m",
                    "-cp",
                    PEERS.resolve("classes") + ":" + Files.readString(PEERS.resolve("classpath.txt")),
                    MAIN));
            command.addAll(arguments);
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(console.toFile());
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        answer("ready");
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public ProcessHandle process() {
        return process.toHandle();
    }

    @Override
    public void inFlight(int inFlight) {
        this.inFlight = inFlight;
    }

    @Override
    public double run(String links, int count) {
        return Double.parseDouble(command(links, count)[1]);
    }

    @Override
    public Latency latency(String links, int count) {
        String[] done = command(links, count);
        return new Latency(Double.parseDouble(done[2]), Double.parseDouble(done[3]));
    }

    private String[] command(String links, int count) {
        commands.println(links + " " + count + " " + inFlight);
        return answer("done");
    }

    private String[] answer(String expected) {
        try {
            String line = answers.readLine();
            if (line == null || !line.startsWith(expected)) {
                throw new IllegalStateException(label + ": “" + line + "” instead of " + expected + ", see " + console);
            }
            return line.split(" ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
