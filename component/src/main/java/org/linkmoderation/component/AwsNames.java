package org.linkmoderation.component;

import java.util.regex.Pattern;

/** The settings that name a resource of AWS. */
public final class AwsNames {
    private static final Pattern TABLE = Pattern.compile("[A-Za-z0-9_.-]{3,255}");
    private static final Pattern FUNCTION = Pattern.compile("[A-Za-z0-9:_$.-]{1,170}");

    private AwsNames() {}

    /**
     * The name of a table.
     *
     * @throws InvalidSetting if DynamoDB would not take it as one
     */
    public static String table(Settings settings, String key, String byDefault) {
        return settings.text(key, byDefault, TABLE, "3 to 255 characters of A-Z, a-z, 0-9, '_', '-' and '.'");
    }

    /**
     * The name or ARN of a function.
     *
     * @throws InvalidSetting if Lambda would not take it as one
     */
    public static String function(Settings settings, String key, String byDefault) {
        return settings.text(key, byDefault, FUNCTION, "the name or ARN of a Lambda function");
    }
}
