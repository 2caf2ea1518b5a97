package org.linkmoderation.itests.broken;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Packs {@link Broken} as a bundle. */
public final class BrokenBundle {
    private static final String COMPONENT = "OSGI-INF/broken.xml";
    private static final String IMPORTS = String.join(
            ",",
            "com.fasterxml.jackson.databind",
            "jakarta.jms",
            "org.apache.camel",
            "org.apache.camel.builder",
            "org.apache.camel.model",
            "org.linkmoderation",
            "org.linkmoderation.component",
            "org.linkmoderation.states",
            "org.osgi.framework");
    private static final String DESCRIPTION = """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="%1$s" configuration-pid="%1$s"
                configuration-policy="require" init="4">
              <reference name="engine" interface="org.linkmoderation.states.Engine" parameter="0"/>
              <reference name="broker" interface="jakarta.jms.ConnectionFactory" target="(name=link-moderation)"
                  parameter="2"/>
              <implementation class="%2$s"/>
            </scr:component>
            """.formatted(Broken.PID, Broken.class.getName());

    private BrokenBundle() {}

    /** Writes the bundle to this file. */
    public static void write(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", Broken.PID);
        headers.putValue("Bundle-Version", "1.0.0");
        headers.putValue("Import-Package", IMPORTS);
        headers.putValue("Service-Component", COMPONENT);
        Path classes = Path.of(Broken.class
                .getResource(Broken.class.getSimpleName() + ".class")
                .getPath());
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file, manifest);
                DirectoryStream<Path> all = Files.newDirectoryStream(classes.getParent(), "Broken*.class")) {
            entries.putNextEntry(new ZipEntry(COMPONENT));
            entries.write(DESCRIPTION.getBytes(StandardCharsets.UTF_8));
            for (Path each : all) {
                entries.putNextEntry(
                        new ZipEntry(Broken.class.getPackageName().replace('.', '/') + "/" + each.getFileName()));
                try (InputStream content = Files.newInputStream(each)) {
                    content.transferTo(entries);
                }
            }
        }
    }
}
