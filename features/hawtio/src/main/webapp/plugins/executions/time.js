/* Times and durations in words. All times are UTC, as in the log and in the shell. */

/** A date such as `2026-11-22 10:00:04`. */
export function dateTime(date) {
  return date ? new Date(date).toISOString().replace('T', ' ').substring(0, 19) : '';
}

/** The time of a date such as `10:00:04.123`. */
export function timeOfDay(date) {
  return new Date(date).toISOString().substring(11, 23);
}

/** A duration such as `4 ms`, `1.25 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(from, to) {
  const milliseconds = Math.max(0, new Date(to) - new Date(from));
  const seconds = Math.floor(milliseconds / 1000);
  if (milliseconds < 1000) {
    return `${milliseconds} ms`;
  }
  if (seconds < 60) {
    return `${(milliseconds / 1000).toFixed(2)} s`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
  if (seconds < 86400) {
    return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
  }
  return `${Math.floor(seconds / 86400)} d ${Math.floor(seconds / 3600) % 24} h`;
}

/** What an execution waits for, in words. */
export function waitsFor(waiting) {
  return waiting.reason
    + (waiting.state ? ` in ${waiting.state}` : '')
    + (waiting.detail ? ` (${waiting.detail})` : '')
    + `, until ${dateTime(waiting.until)}`;
}
