/* The page: its views, and which of them is shown. */
import {html, replace} from './dom.js';
import {permitted, stateMachines} from './executions.js';
import {deadLettersView} from './dead-letters.js';
import {definitionView} from './definition.js';
import {executionView} from './execution.js';
import {listView} from './list.js';
import {reviewsView} from './reviews.js';

const VIEWS = {
  list: listView,
  execution: executionView,
  reviews: reviewsView,
  definition: definitionView,
  deadLetters: deadLettersView,
};

/** The views that have a tab; with the operation that whoever sees it may invoke, where not everybody may. */
const TABS = [
  ['list', 'Executions'],
  ['reviews', 'Reviews', 'reviews'],
  ['definition', 'Definition'],
  ['deadLetters', 'Dead letters'],
];

/**
 * Opens the page in an element.
 *
 * @param address reads and writes what is shown, `{view, stateMachine, name, …}`
 * @return `show()` shows what the address says; `close()` ends the page
 */
export function openPage(element, address) {
  const header = html('div', {class: 'ex-header'});
  const content = html('div', {class: 'ex-content'});
  const message = html('div', {class: 'ex-message', role: 'alert'});
  const root = html('div', {class: 'ex-page'}, header, message, content);
  let view;
  let shown = '';
  let isClosed = false;
  element.append(root);

  const context = {
    may: new Set(),
    stateMachines: [],
    parameters: () => address.read(),
    go: parameters => address.write(Object.fromEntries(Object.entries(parameters).filter(([, value]) => value))),
    href: parameters => 'executions?' + new URLSearchParams(
      Object.entries(parameters).filter(([, value]) => value)).toString(),
    /** Does something, and says what went wrong if it did not work. */
    attempt: async action => {
      try {
        await action();
        replace(message);
      } catch (e) {
        replace(message, html('p', {}, e.message));
      }
    },
  };

  function drawHeader(parameters) {
    const machine = html('select', {
      onchange: event => context.go({view: parameters.view, stateMachine: event.target.value}),
    }, context.stateMachines.map(name =>
      html('option', {value: name, selected: name === parameters.stateMachine}, name)));
    replace(header,
      html('h1', {}, 'Executions'),
      html('label', {class: 'ex-field ex-inline'}, html('span', {}, 'State machine'), machine),
      html('nav', {'aria-label': 'Views'}, TABS
        .filter(([, , operation]) => !operation || context.may.has(operation))
        .map(([name, title]) => html('a', {
          href: context.href({view: name, stateMachine: parameters.stateMachine}),
          'aria-current': parameters.view === name ? 'page' : undefined,
        }, title))));
  }

  function show() {
    if (isClosed || context.stateMachines.length === 0) {
      return;
    }
    const parameters = {view: 'list', stateMachine: context.stateMachines.includes('moderation')
      ? 'moderation' : context.stateMachines[0], ...address.read()};
    const key = [parameters.view, parameters.stateMachine, parameters.name].join('\n');
    if (view && key === shown) {
      view.update(parameters);
      return;
    }
    shown = key;
    if (view) {
      view.close();
    }
    replace(message);
    replace(content);
    drawHeader(parameters);
    view = (VIEWS[parameters.view] || listView)(content, context, parameters);
  }

  context.attempt(async () => {
    const [names, may] = await Promise.all([stateMachines(), permitted()]);
    context.stateMachines = names;
    context.may = may;
    if (names.length === 0) {
      replace(content, html('p', {}, 'No state machine runs in this container.'));
    }
    show();
  });

  return {
    show,
    close() {
      isClosed = true;
      if (view) {
        view.close();
      }
      root.remove();
    },
  };
}
