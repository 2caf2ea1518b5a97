package org.linkmoderation.trigger;

import java.io.File;
import java.io.IOException;

/** Whether a drop folder can take files. */
public final class FreeSpace {
    /** Below it, files that are dropped or moved aside may soon not fit any more. */
    private static final long LEAST_MEGABYTES = 100;

    private static final long MEGABYTE = 1024L * 1024L;

    private FreeSpace() {}

    /**
     * What is free on the disk of a folder.
     *
     * @return the free space, for people
     * @throws IOException if the folder can't be written to, or less than {@value #LEAST_MEGABYTES} MB are free
     */
    public static String of(File folder) throws IOException {
        if (!folder.isDirectory() || !folder.canWrite()) {
            throw new IOException("there is no folder " + folder + " that this container may write to");
        }
        long free = folder.getUsableSpace() / MEGABYTE;
        if (free < LEAST_MEGABYTES) {
            throw new IOException(free + " MB free for " + folder + "; at least " + LEAST_MEGABYTES + " MB are needed");
        }
        return free + " MB free for " + folder;
    }
}
