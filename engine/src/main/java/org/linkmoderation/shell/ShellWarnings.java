package org.linkmoderation.shell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Objects;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says at the start which settings of the container give the users of its shell more than their role: a Karaf as it
 * comes has them all. They are the deployer's to change; docs/security.md has the files.
 */
@Component(
        service = {},
        immediate = true)
public final class ShellWarnings {
    private static final Logger LOG = LoggerFactory.getLogger(ShellWarnings.class);
    private static final String SHELL = "org.apache.karaf.shell";
    private static final String SHELL_ACCESS = "org.apache.karaf.command.acl.shell";
    private static final String OTHERS = "karaf.secured.command.compulsory.roles";

    /**
     * @param settings the container's settings
     * @throws IOException if they can't be read
     */
    @Activate
    public ShellWarnings(@Reference ConfigurationAdmin settings) throws IOException {
        warnings(settings, System.getProperty(OTHERS)).forEach(LOG::warn);
    }

    static List<String> warnings(ConfigurationAdmin settings, String compulsoryRoles) throws IOException {
        List<String> warnings = new ArrayList<>();
        if (!"false".equals(value(settings, SHELL, "sftpEnabled"))) {
            warnings.add(
                    "Every user of the shell can read and write the container's files by SFTP, etc/users.properties"
                            + " among them: set sftpEnabled = false in etc/" + SHELL + ".cfg.");
        }
        if (!"admin".equals(value(settings, SHELL_ACCESS, ".invoke"))
                || !"admin".equals(value(settings, SHELL_ACCESS, ".redirect"))
                || !"admin".equals(value(settings, SHELL_ACCESS, "*"))) {
            warnings.add("Every user of the shell can read and write files and run any Java code in it: set"
                    + " .invoke = admin, .redirect = admin and * = admin in etc/" + SHELL_ACCESS + ".cfg.");
        }
        if (!"admin".equals(compulsoryRoles)) {
            warnings.add("Every user of the shell can use the commands that have no access control list: set " + OTHERS
                    + " = admin in etc/system.properties.");
        }
        return warnings;
    }

    private static String value(ConfigurationAdmin settings, String pid, String key) throws IOException {
        Configuration configuration = settings.getConfiguration(pid, null);
        Dictionary<String, Object> properties = configuration.getProperties();
        return properties == null
                ? ""
                : Objects.toString(properties.get(key), "").strip();
    }
}
