/* Shows when an execution was in which state. */
import {html} from './dom.js';
import {classOf} from './outcomes.js';
import {pieces} from './pieces.js';
import {duration, timeOfDay} from './time.js';

const NARROWEST = 0.4;

/** The timeline of the visits of states; `set(visits, execution)` shows them. */
export function timeline() {
  const rows = html('tbody', {});
  let start = 0;
  let length = 1;

  const list = pieces(rows, visit => {
    const to = visit.to || new Date().toISOString();
    const left = 100 * (new Date(visit.from) - start) / length;
    const width = Math.max(NARROWEST, 100 * (new Date(to) - new Date(visit.from)) / length);
    return html('tr', {},
      html('th', {scope: 'row'}, visit.state),
      html('td', {}, html('span', {class: `ex-outcome ${classOf(visit.outcome)}`}, visit.outcome)),
      html('td', {class: 'ex-number'}, timeOfDay(visit.from)),
      html('td', {class: 'ex-number'}, duration(visit.from, to)),
      html('td', {class: 'ex-track', 'aria-hidden': 'true'},
        html('div', {
          class: `ex-bar ${classOf(visit.outcome)}`,
          style: `margin-left: ${Math.min(left, 100 - NARROWEST)}%; width: ${Math.min(width, 100 - Math.min(left, 99))}%`,
        })));
  });

  return {
    element: html('div', {},
      html('div', {class: 'ex-scroll', tabindex: 0, role: 'region', 'aria-label': 'Timeline'},
        html('table', {class: 'ex-table ex-timeline'},
          html('thead', {}, html('tr', {}, ['State', 'Outcome', 'Entered', 'Duration'].map(title =>
            html('th', {scope: 'col'}, title)), html('th', {scope: 'col', class: 'ex-track'}, 'When'))),
          rows)),
      list.element),
    set(visits, execution) {
      start = new Date(execution.startDate);
      const end = execution.stopDate ? new Date(execution.stopDate) : new Date();
      length = Math.max(1, end - start);
      list.set(visits);
    },
  };
}
