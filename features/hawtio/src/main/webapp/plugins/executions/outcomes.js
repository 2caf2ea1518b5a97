/* Reads out of a history what became of each state. Knows no element of the page. */

const FAILURES = /(Failed|TimedOut)$/;
const ENDS = {
  ExecutionFailed: 'failed',
  ExecutionTimedOut: 'timed out',
  ExecutionAborted: 'stopped',
};

/** The details of an event, whatever their name. */
export function detailsOf(event) {
  const name = Object.keys(event).find(key => key.endsWith('EventDetails'));
  return name ? event[name] : {};
}

function isAttempt(type) {
  return type === 'LambdaFunctionScheduled' || type === 'TaskScheduled';
}

/** Follows the events one after the other. */
class Trail {
  visits = [];
  undone = new Set();

  get current() {
    const last = this.visits[this.visits.length - 1];
    return last && !last.outcome ? last : undefined;
  }

  take(event) {
    const details = detailsOf(event);
    const visit = this.current;
    if (/StateEntered$/.test(event.type)) {
      this.leave(event, 'stopped');
      this.visits.push({state: details.name, from: event.timestamp, attempts: 0, first: event.id});
    } else if (/StateExited$/.test(event.type)) {
      this.leave(event, 'succeeded');
    } else if (event.type === 'SagaCancelling') {
      this.leave(event, 'stopped');
      this.giveUp();
    } else if (event.type === 'UndoResolved') {
      this.leave(event, 'resolved by an operator');
    } else if (ENDS[event.type]) {
      this.leave(event, ENDS[event.type], true);
    } else if (event.type === 'ExecutionRedriven') {
      this.reopen();
    } else if (visit && isAttempt(event.type)) {
      visit.attempts++;
      visit.error = undefined;
    } else if (visit && FAILURES.test(event.type)) {
      visit.error = details.error || event.type;
    }
    if (this.current) {
      this.current.last = event.id;
    }
  }

  /** The last visit ends: with the error of its last attempt, if that failed. */
  leave(event, outcome, isEnd) {
    const visit = this.current;
    if (!visit) {
      return;
    }
    visit.to = event.timestamp;
    visit.last = event.id;
    if (isEnd) {
      visit.outcome = outcome;
      visit.isEnd = true;
    } else if (visit.error) {
      visit.outcome = outcome === 'succeeded' ? 'caught' : outcome === 'stopped' ? 'failed' : outcome;
    } else {
      visit.outcome = outcome;
    }
  }

  /** An error that cancels a saga was not caught. */
  giveUp() {
    const visit = this.visits[this.visits.length - 1];
    if (visit && visit.outcome === 'caught') {
      visit.outcome = 'failed';
    }
  }

  /** A redrive goes on where the execution ended. */
  reopen() {
    const visit = this.visits[this.visits.length - 1];
    if (visit && visit.isEnd) {
      visit.outcome = undefined;
      visit.isEnd = false;
      visit.to = undefined;
      visit.error = undefined;
    }
  }
}

/**
 * What became of each state.
 *
 * @param events the history
 * @param execution the record
 * @param ways the ways of the graph, which say what undoes what
 * @return `visits`, in order, `{state, outcome, from, to, attempts, error, first, last}`; `states`, from the name of a
 *     state that was entered to `{outcome, retries, error}`; and `taken`, the ways that were gone, as `from\nto`
 */
export function outcomesOf(events, execution, ways) {
  const trail = new Trail();
  events.forEach(event => trail.take(event));
  const open = trail.current;
  if (open) {
    open.outcome = execution.waiting && execution.waiting.state === open.state ? 'waiting' : 'running';
    open.isOpen = true;
  }
  const states = new Map();
  const taken = new Set();
  let before = '';
  for (const visit of trail.visits) {
    const known = states.get(visit.state);
    states.set(visit.state, {
      outcome: visit.outcome,
      retries: (known ? known.retries : 0) + Math.max(0, visit.attempts - 1),
      error: visit.error,
    });
    taken.add(`${before}\n${visit.state}`);
    before = visit.state;
  }
  if (execution.stopDate) {
    taken.add(`${before}\n`);
  }
  const undone = new Set(['succeeded', 'resolved by an operator']);
  ways.filter(way => way.kind === 'UNDO' && states.has(way.from) && states.has(way.to) && way.label)
    .forEach(way => {
      if (undone.has(states.get(way.to).outcome)) {
        states.get(way.from).outcome = 'undone';
      }
      taken.add(`${way.from}\n${way.to}`);
    });
  return {visits: trail.visits, states, taken};
}

/** The name of the class that gives an outcome its colour. */
export function classOf(outcome) {
  return 'ex-is-' + outcome.replace(/\W+/g, '-');
}
