/* One execution: its record, the graph of its state machine with what became of each state, timeline and events. */
import {ACTIONS, openAction, openAnswer} from './actions.js';
import {button, html, link, replace} from './dom.js';
import {eventTable} from './events.js';
import {describe, describeStateMachine, historyPage} from './executions.js';
import {drawGraph} from './graph.js';
import {jsonTree} from './json.js';
import {classOf, outcomesOf} from './outcomes.js';
import {refreshing} from './refresh.js';
import {dateTime, duration, waitsFor} from './time.js';
import {timeline} from './timeline.js';

const RUNS = ['RUNNING', 'IN_DOUBT'];

function row(label, value) {
  return value ? [html('dt', {}, label), html('dd', {}, value)] : [];
}

function plural(number, noun) {
  return `${number} ${number === 1 ? noun : noun.replace(/y$/, 'ie') + 's'}`;
}

/** What is said of a state in the graph. */
function shownOf(states) {
  return state => {
    const found = states.get(state.name);
    return found
      ? {outcome: found.outcome, sentence: found.outcome, badge: found.retries ? plural(found.retries, 'retry') : ''}
      : {outcome: 'not reached', sentence: 'not reached'};
  };
}

function recordOf(execution) {
  return html('dl', {class: 'ex-record'},
    html('dt', {}, 'Status'),
    html('dd', {}, html('span', {class: `ex-outcome ${classOf(execution.status.toLowerCase())}`}, execution.status)),
    row('Waits for', execution.waiting && waitsFor(execution.waiting)),
    row('Started', dateTime(execution.startDate)),
    row('Ended', dateTime(execution.stopDate)),
    row('Duration', duration(execution.startDate, execution.stopDate || new Date())),
    row('Redrives', execution.redriveCount ? String(execution.redriveCount) : ''),
    row('Error', execution.error),
    row('Cause', execution.cause),
    row('In doubt', execution.doubt && `${plural(execution.doubt.attempts, 'failed attempt')}, the last at `
      + `${dateTime(execution.doubt.lastAttempt)}: ${execution.doubt.error} ${execution.doubt.cause}`),
    row('Trace', execution.traceUrl ? link(execution.traceUrl, execution.traceId) : execution.traceId));
}

/** Opens the view in an element. */
export function executionView(element, context, parameters) {
  const {stateMachine, name} = parameters;
  const record = html('div', {});
  const picture = html('div', {class: 'ex-picture'});
  const actions = html('div', {class: 'ex-actions'});
  const documents = html('div', {class: 'ex-documents'});
  const progress = html('p', {role: 'status', class: 'ex-progress'});
  const table = eventTable();
  const times = timeline();
  const refresh = refreshing(() => context.attempt(load));
  let graph = {states: [], ways: []};
  let isGraphKnown = false;
  let whyNoGraph = '';
  let loading = Promise.resolve();
  let startDate;
  let events = [];
  let isClosed = false;
  let drawn = '';

  function drawActions(execution, visits) {
    const item = {
      stateMachine,
      name,
      // The undo that fails is the state that it is in
      undo: execution.status === 'IN_DOUBT' && visits.length > 0 ? visits[visits.length - 1].state : undefined,
    };
    const offered = [
      ['redrive', execution.redriveStatus === 'REDRIVABLE'],
      ['stop', RUNS.includes(execution.status)],
      ['resolve', execution.status === 'IN_DOUBT'],
    ].filter(([action, isPossible]) => isPossible && context.may.has(action));
    const mayAnswer = ['taskSuccess', 'taskFailure', 'taskHeartbeat'].some(answer => context.may.has(answer));
    replace(actions,
      ...offered.map(([action]) => button(`${ACTIONS[action].title}…`,
        () => openAction(ACTIONS[action], [item], 'execution', () => context.attempt(load)))),
      execution.waiting && execution.waiting.reason === 'CALLBACK' && mayAnswer
        && button('Answer its task…', () => openAnswer(context.may, () => context.attempt(load))),
      refresh.element);
  }

  function draw(execution) {
    const outcomes = outcomesOf(events, execution, graph.ways);
    replace(record, recordOf(execution));
    drawActions(execution, outcomes.visits);
    // A picture that is the same is left alone: it may have the focus
    const changed = JSON.stringify([execution.status, execution.waiting, events.length, isGraphKnown]);
    if (changed !== drawn) {
      drawn = changed;
      const focused = document.activeElement && document.activeElement.getAttribute('data-state');
      replace(picture, isGraphKnown
        ? drawGraph(graph, shownOf(outcomes.states), {
          label: `Graph of ${stateMachine}: states of ${name}`,
          taken: outcomes.taken,
          onselect: state => table.only(state, outcomes.visits.filter(visit => visit.state === state)),
        })
        : html('p', {}, `There is no graph: ${whyNoGraph}`));
      if (focused) {
        const state = [...picture.querySelectorAll('[data-state]')].find(node => node.dataset.state === focused);
        if (state) {
          state.focus();
        }
      }
      table.set(events);
      replace(documents, html('details', {open: true}, html('summary', {}, 'Input'), jsonTree(execution.input)),
        'output' in execution
          && html('details', {open: true}, html('summary', {}, 'Output'), jsonTree(execution.output)));
    }
    times.set(outcomes.visits, execution);
  }

  /** One after the other: two at once would each append the same events. */
  function load() {
    const next = loading.then(loadNow);
    loading = next.catch(() => {});
    return next;
  }

  async function loadNow() {
    const execution = await describe(stateMachine, name);
    if (execution.startDate !== startDate) {
      // Another one: the name was deleted and used again
      startDate = execution.startDate;
      events = [];
    }
    // Events never change, so only those after the last one are asked for
    let total;
    do {
      const page = await historyPage(stateMachine, name, events.length);
      if (isClosed) {
        return;
      }
      total = page.eventCount;
      events = events.concat(page.events);
      draw(execution);
      replace(progress, events.length < total
        && document.createTextNode(`${events.length} of ${total} events are here…`));
    } while (events.length < total);
  }

  replace(element,
    html('h2', {}, name),
    actions,
    html('div', {class: 'ex-columns'},
      html('section', {'aria-label': 'Graph'}, picture),
      html('section', {'aria-label': 'Record'}, record, documents)),
    html('section', {}, html('h3', {}, 'Timeline'), times.element),
    html('section', {}, html('h3', {}, 'Events'), progress, table.element));

  context.attempt(async () => {
    try {
      ({graph} = await describeStateMachine(stateMachine));
      isGraphKnown = true;
    } catch (e) {
      // Executions can be seen without it
      whyNoGraph = e.message;
    }
    await load();
  });

  return {
    update() {
      // Nothing else in the address is shown here
    },
    close() {
      isClosed = true;
      refresh.close();
    },
  };
}
