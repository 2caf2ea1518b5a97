package org.linkmoderation.command;

import org.apache.karaf.shell.api.console.CommandLine;

/** The option that names the state machine, in a line that is still being typed. */
final class StateMachineOption {
    static final String NAME = "-m";
    static final String ALIAS = "--state-machine";
    static final String DEFAULT = "moderation";

    private StateMachineOption() {}

    /** Its value, wherever in the line it is; the default if it is not there. */
    static String of(CommandLine line) {
        String[] words = line.getArguments();
        for (int i = 0; i < words.length; i++) {
            if ((words[i].equals(NAME) || words[i].equals(ALIAS)) && i + 1 < words.length) {
                return words[i + 1];
            }
            if (words[i].startsWith(NAME + "=") || words[i].startsWith(ALIAS + "=")) {
                return words[i].substring(words[i].indexOf('=') + 1);
            }
        }
        return DEFAULT;
    }
}
