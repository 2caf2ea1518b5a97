/* The messages that could not become executions. */
import {ACTIONS, openAction} from './actions.js';
import {button, html, replace} from './dom.js';
import {deadLetters} from './executions.js';
import {jsonTree, parsed} from './json.js';
import {refreshing} from './refresh.js';
import {dateTime} from './time.js';

const MOST = 200;

/** Opens the view in an element. */
export function deadLettersView(element, context, parameters) {
  const {stateMachine} = parameters;
  const body = html('tbody', {});
  const actions = html('div', {class: 'ex-actions'});
  const empty = html('p', {role: 'status'});
  const mayResend = context.may.has('resend');
  const chosen = new Set();
  const refresh = refreshing(() => context.attempt(load));

  function drawActions() {
    const items = [...chosen].map(id => ({stateMachine, name: id}));
    replace(actions,
      mayResend && html('span', {role: 'status'}, `${items.length} chosen`),
      mayResend && button('Send again…', () => openAction(ACTIONS.resend, items, 'message', () => {
        chosen.clear();
        context.attempt(load);
      }), {disabled: items.length === 0}),
      refresh.element);
  }

  function row(letter) {
    const box = html('input', {type: 'checkbox', checked: chosen.has(letter.id), 'aria-label': `Choose ${letter.id}`,
      onchange: event => {
        event.target.checked ? chosen.add(letter.id) : chosen.delete(letter.id);
        drawActions();
      }});
    const content = html('div', {});
    return html('tr', {},
      html('td', {class: 'ex-choose'}, mayResend ? box : null),
      html('td', {class: 'ex-number'}, dateTime(letter.date)),
      html('td', {}, letter.executionName),
      html('td', {}, letter.reason),
      html('td', {class: 'ex-details'}, html('details', {
        ontoggle: () => content.childElementCount > 0 || content.append(jsonTree(parsed(letter.text))),
      }, html('summary', {}, letter.id), content)));
  }

  async function load() {
    const letters = (await deadLetters(stateMachine, MOST)).deadLetters;
    const ids = new Set(letters.map(letter => letter.id));
    [...chosen].filter(id => !ids.has(id)).forEach(id => chosen.delete(id));
    replace(body, ...letters.map(row));
    replace(empty, document.createTextNode(letters.length === 0 ? 'No dead letters.'
      : letters.length === MOST ? `The oldest ${MOST}; there may be more.` : ''));
    drawActions();
  }

  element.classList.toggle('ex-read-only', !mayResend);
  replace(element, actions,
    html('div', {class: 'ex-scroll', tabindex: 0, role: 'region', 'aria-label': 'Dead letters'},
      html('table', {class: 'ex-table ex-letters'},
        html('thead', {}, html('tr', {}, html('th', {scope: 'col', class: 'ex-choose'}, mayResend ? 'Choose' : null),
          ['Date (UTC)', 'Execution', 'Reason', 'Message'].map(title => html('th', {scope: 'col'}, title)))),
        body)),
    empty);
  context.attempt(load);

  return {update() {}, close: () => refresh.close()};
}
