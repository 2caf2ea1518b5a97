package org.linkmoderation;

/** A setting that can't be used. The message names the PID, the key, its value and what was expected. */
public class SettingException extends RuntimeException {
    public SettingException(String pid, String key, Object value, String expected) {
        super(pid + ": " + key + " is '" + value + "'; expected " + expected);
    }
}
