/* The table of the events of an execution. */
import {button, html, replace} from './dom.js';
import {jsonTree, parsed} from './json.js';
import {detailsOf} from './outcomes.js';
import {pieces} from './pieces.js';
import {timeOfDay} from './time.js';

const DOCUMENTS = ['input', 'output', 'parameters'];
const SUMMARY = 72;

function shorten(text) {
  return text.length <= SUMMARY ? text : text.substring(0, SUMMARY - 1) + '…';
}

/** What tells most about an event, on one line. */
function summaryOf(details) {
  const {name, error, cause, resource} = details;
  return error ? shorten(cause ? `${error}: ${cause}` : error) : shorten(name || resource || '');
}

function documents(details) {
  return Object.fromEntries(Object.entries(details).map(([name, value]) =>
    [name, DOCUMENTS.includes(name) ? parsed(value) : value]));
}

function folded(details) {
  if (Object.keys(details).length === 0) {
    return null;
  }
  const content = html('div', {});
  return html('details', {
    ontoggle: () => content.childElementCount > 0 || content.append(jsonTree(documents(details))),
  }, html('summary', {}, summaryOf(details) || 'Details'), content);
}

/** The table; `set(events)` shows events, and `only(state, first, last)` those of a state alone. */
export function eventTable() {
  const rows = html('tbody', {});
  const filter = html('p', {class: 'ex-filter', role: 'status'});
  let all = [];
  let chosen;

  const list = pieces(rows, event => {
    const details = detailsOf(event);
    return html('tr', {class: details.error ? 'ex-event-failed' : undefined},
      html('td', {class: 'ex-number'}, String(event.id)),
      html('td', {class: 'ex-number'}, timeOfDay(event.timestamp)),
      html('td', {}, event.type),
      html('td', {class: 'ex-details'}, folded(details)));
  });

  function show() {
    // The events of a visit follow each other: their ids count from 1 without gaps
    list.set(chosen ? chosen.visits.flatMap(({first, last}) => all.slice(first - 1, last)) : all);
    replace(filter, ...(chosen
      ? [html('span', {}, `Events of ${chosen.state} only. `), button('Show all events', () => {
        chosen = undefined;
        list.restart();
        show();
      })]
      : []));
  }

  return {
    element: html('div', {}, filter,
      html('div', {class: 'ex-scroll', tabindex: 0, role: 'region', 'aria-label': 'Events'},
        html('table', {class: 'ex-table ex-events'},
          html('thead', {}, html('tr', {}, ['Id', 'Time', 'Type', 'Details'].map(title =>
            html('th', {scope: 'col'}, title)))),
          rows)),
      list.element),
    set(events) {
      all = events;
      show();
    },
    only(state, visits) {
      chosen = {state, visits};
      list.restart();
      show();
    },
  };
}
