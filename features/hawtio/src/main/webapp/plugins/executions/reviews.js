/* The tasks that wait for a person's decision. */
import {ACTIONS, openAction} from './actions.js';
import {button, html, replace} from './dom.js';
import {reviews} from './executions.js';
import {jsonTree} from './json.js';
import {refreshing} from './refresh.js';
import {dateTime} from './time.js';

const PAGE = 50;

/** Opens the view in an element. */
export function reviewsView(element, context, first) {
  let parameters = first;
  let nextToken;
  const chosen = new Set();
  const body = html('tbody', {});
  const actions = html('div', {class: 'ex-actions'});
  const empty = html('p', {role: 'status'});
  const pages = html('div', {class: 'ex-pages'});
  const refresh = refreshing(() => context.attempt(load));

  function drawActions() {
    const items = [...chosen].map(name => ({stateMachine: parameters.stateMachine, name}));
    replace(actions,
      html('span', {role: 'status'}, `${items.length} chosen`),
      ...['approve', 'reject'].filter(name => context.may.has(name)).map(name => button(`${ACTIONS[name].title}…`,
        () => openAction(ACTIONS[name], items, 'execution', () => {
          chosen.clear();
          context.attempt(load);
        }), {disabled: items.length === 0})),
      refresh.element);
  }

  function row(task) {
    const box = html('input', {type: 'checkbox', checked: chosen.has(task.name), 'aria-label': `Choose ${task.name}`,
      onchange: event => {
        event.target.checked ? chosen.add(task.name) : chosen.delete(task.name);
        drawActions();
      }});
    return html('tr', {},
      html('td', {class: 'ex-choose'}, box),
      html('th', {scope: 'row'}, html('a', {
        href: context.href({view: 'execution', stateMachine: parameters.stateMachine, name: task.name}),
      }, task.name)),
      html('td', {}, task.state),
      html('td', {class: 'ex-number'}, dateTime(task.since)),
      html('td', {class: 'ex-number'}, dateTime(task.until)),
      html('td', {class: 'ex-details'}, jsonTree(task.parameters)));
  }

  async function load() {
    const page = await reviews(parameters.stateMachine, PAGE, parameters.token);
    const names = new Set(page.tasks.map(task => task.name));
    [...chosen].filter(name => !names.has(name)).forEach(name => chosen.delete(name));
    nextToken = page.nextToken;
    replace(body, ...page.tasks.map(row));
    replace(empty, page.tasks.length === 0 && document.createTextNode('Nothing waits for a decision.'));
    replace(pages, button('Next page', () => context.go({view: 'reviews', stateMachine: parameters.stateMachine,
      token: nextToken}), {disabled: !nextToken}));
    drawActions();
  }

  element.classList.remove('ex-read-only');
  replace(element, actions,
    html('div', {class: 'ex-scroll', tabindex: 0, role: 'region', 'aria-label': 'Reviews'},
      html('table', {class: 'ex-table ex-reviews'},
        html('thead', {}, html('tr', {}, ['Choose', 'Name', 'State', 'Since (UTC)', 'Until (UTC)', 'What is decided']
          .map(title => html('th', {scope: 'col'}, title)))),
        body)),
    empty, pages);
  context.attempt(load);

  return {
    update(changed) {
      parameters = changed;
      context.attempt(load);
    },
    close: () => refresh.close(),
  };
}
