package org.linkmoderation.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.linkmoderation.functions.cards.TableStore;
import org.linkmoderation.functions.scan.LoopbackServer;
import org.linkmoderation.functions.scan.TestLinks;

/** The jar that deploys to AWS, in a process of its own: nothing that the scan needs may be missing from it. */
class AwsJarIT {

    private static final Path JAR = Path.of(System.getProperty("aws.jar"));

    @TempDir
    Path folder;

    @Test
    void shouldJudgeEveryLinkAsTheClassesDo() throws Exception {
        var urls = new ArrayList<String>();
        TestLinks.rows("evasion.tsv").forEach(row -> urls.add(TestLinks.unescaped(row[1])));
        TestLinks.rows("ordinary.tsv").forEach(row -> urls.add(row[0]));
        // What a line of a file cannot hold
        urls.removeIf(url -> url.chars().anyMatch(c -> c == '\n' || c == '\r' || Character.isSurrogate((char) c)));
        var file = Files.write(folder.resolve("urls.txt"), urls).toString();
        var expected = new ByteArrayOutputStream();
        new ScanCommand(
                        TestLinks.evasionSettings(),
                        new PrintStream(expected, true, StandardCharsets.UTF_8),
                        System.err)
                .run(List.of("--file", file));

        var run = run(TestLinks.evasionSettings(), "--file", file);

        assertThat(run.lines)
                .hasSizeGreaterThan(1_700)
                .containsExactlyElementsOf(
                        expected.toString(StandardCharsets.UTF_8).lines().toList());
        assertThat(run.code).isEqualTo(1);
    }

    @Test
    void shouldLoadAListFromABucket() throws Exception {
        try (var server = new LoopbackServer()) {
            server.serve("bad.example.org\n", "\"one\"");
            var run = run(
                    Map.of(
                            "LINK_SCAN_BLOCK_LISTS", "domains=s3://bucket/list.txt",
                            "AWS_ENDPOINT_URL_S3", server.address(),
                            "AWS_REGION", "eu-central-1",
                            "AWS_ACCESS_KEY_ID", "id",
                            "AWS_SECRET_ACCESS_KEY", "secret"),
                    "https://bad.example.org/");
            assertThat(run.lines).last().asString().startsWith("unsafe  BLOCKED_HOST ");
            assertThat(run.code).isEqualTo(1);
        }
    }

    @Test
    void shouldSayThatGooglesClientIsNotThere() throws Exception {
        var run = run(Map.of("LINK_SCAN_WEB_RISK", "on"), "https://example.org/");
        assertThat(run.lines)
                .containsExactly("The setting LINK_SCAN_WEB_RISK is \"on\"; expected off here, as"
                        + " com.google.cloud:google-cloud-webrisk is not in the class path.");
        assertThat(run.code).isEqualTo(2);
    }

    /** With the jar's own SDK, and none of this class path but the tests' cards. */
    @Test
    void shouldChargeAndRefundACard() throws Exception {
        var environment = TableStore.newLedger("rich:1000:EUR");
        try (var jar = new URLClassLoader(new URL[] {JAR.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            var charged = call(
                    jar,
                    "ChargeCard",
                    environment,
                    Map.of("key", "a", "amount", 300, "currency", "EUR", "card", "rich"));
            assertThat(charged).containsEntry("status", "CHARGED");
            assertThat(call(jar, "RefundCharge", environment, Map.of("key", "a")))
                    .containsEntry("status", "REFUNDED")
                    .containsEntry("chargeId", charged.get("chargeId"));
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> call(
            ClassLoader jar, String function, Map<String, String> environment, Map<String, Object> request)
            throws ReflectiveOperationException {
        var type = jar.loadClass("org.linkmoderation.functions." + function);
        var context = jar.loadClass("com.amazonaws.services.lambda.runtime.Context");
        return (Map<String, Object>) type.getMethod("handleRequest", Map.class, context)
                .invoke(type.getConstructor(Map.class).newInstance(environment), request, null);
    }

    private record Run(int code, List<String> lines) {}

    private Run run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dfile.encoding=UTF-8",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                JAR.toString()));
        command.addAll(List.of(arguments));
        var out = folder.resolve("out.txt");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("LINK_SCAN_") || name.startsWith("AWS_"));
        builder.environment().putAll(environment);
        var process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        var lines = Files.readAllLines(out, StandardCharsets.UTF_8).stream()
                // The entry of the list in the log, which tells when it was loaded
                .filter(line -> !line.contains("ListKeeper$Slot") && !line.startsWith("INFO:"))
                .toList();
        return new Run(process.exitValue(), lines);
    }
}
