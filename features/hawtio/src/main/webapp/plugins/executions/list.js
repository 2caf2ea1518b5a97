/* The list of executions: filters, pages, counts, and what can be done with those that are chosen. */
import {ACTIONS, openAction} from './actions.js';
import {button, field, html, replace} from './dom.js';
import {countByStatus, describeStateMachine, LARGEST_PAGE, list, STATUSES} from './executions.js';
import {classOf} from './outcomes.js';
import {refreshing} from './refresh.js';
import {dateTime, duration, waitsFor} from './time.js';

const PAGE = 50;

/** A page may be empty and have another after it, so their number has a bound too. */
const MOST_PAGES = 20;

/** A value of a field for a date and a time, which is taken as UTC. */
function toInstant(value) {
  return value ? new Date(value + 'Z').toISOString() : '';
}

function toField(instant) {
  return instant ? new Date(instant).toISOString().substring(0, 16) : '';
}

/** The row of an execution, which can be brought up to date without being drawn anew. */
class Row {
  constructor(execution, href, onchoose) {
    this.box = html('input', {type: 'checkbox', 'aria-label': `Choose ${execution.name}`, onchange: onchoose});
    this.status = html('span', {});
    this.waits = html('td', {});
    this.duration = html('td', {class: 'ex-number'});
    this.element = html('tr', {'data-name': execution.name},
      html('td', {class: 'ex-choose'}, this.box),
      html('th', {scope: 'row'}, html('a', {href}, execution.name)),
      html('td', {}, this.status),
      this.waits,
      html('td', {class: 'ex-number'}, dateTime(execution.startDate)),
      this.duration);
    this.update(execution);
  }

  update(execution) {
    this.execution = execution;
    replace(this.status, document.createTextNode(execution.status));
    this.status.className = `ex-outcome ${classOf(execution.status.toLowerCase())}`;
    replace(this.waits, html('span', {}, execution.waiting ? waitsFor(execution.waiting) : ''));
    replace(this.duration, html('span', {}, duration(execution.startDate, execution.stopDate || new Date())));
  }
}

/** Opens the view in an element. */
export function listView(element, context, first) {
  let parameters = first;
  let rows = new Map();
  let nextToken;
  let chosen = new Map();
  let isRedrivable = false;

  const counts = html('div', {class: 'ex-counts', role: 'group', 'aria-label': 'Statuses'});
  const body = html('tbody', {});
  const empty = html('p', {role: 'status'});
  const actions = html('div', {class: 'ex-actions', role: 'group', 'aria-label': 'What to do with the chosen ones'});
  const pages = html('div', {class: 'ex-pages'});
  const chooseAll = html('input', {type: 'checkbox', 'aria-label': 'Choose all of this page', onchange: event => {
    rows.forEach(row => choose(row, event.target.checked));
    drawActions();
  }});
  const prefix = html('input', {type: 'search', autocomplete: 'off'});
  const from = html('input', {type: 'datetime-local'});
  const to = html('input', {type: 'datetime-local'});
  const refresh = refreshing(isWanted => context.attempt(async () => {
    await load();
    // The counts read more than the page, so only who asks for them gets them
    if (isWanted) {
      await count();
    }
  }));

  function filter() {
    const {stateMachine, status, prefix: start, from: earliest, to: latest} = parameters;
    return {stateMachine, status, prefix: start, from: earliest, to: latest};
  }

  function go(changed) {
    context.go({...filter(), view: 'list', ...changed});
  }

  function choose(row, isChosen) {
    row.box.checked = isChosen;
    if (isChosen) {
      chosen.set(row.execution.name, row.execution);
    } else {
      chosen.delete(row.execution.name);
    }
  }

  function drawCounts(numbers) {
    const chip = (status, text) => html('button', {
      type: 'button',
      class: `ex-chip ${status ? classOf(status.toLowerCase()) : ''}`,
      'aria-pressed': String((parameters.status || '') === status),
      onclick: () => go({status, token: ''}),
    }, text);
    replace(counts, chip('', 'All'), ...STATUSES.map(status =>
      chip(status, numbers ? `${status} ${numbers[status]}` : status)));
  }

  function offered() {
    return ['redrive', 'stop', 'resolve'].filter(name => context.may.has(name) && (name !== 'redrive' || isRedrivable));
  }

  /** Asks the container what can be done with executions of this state machine. */
  async function ask() {
    try {
      ({isRedrivable} = await describeStateMachine(parameters.stateMachine));
    } catch (e) {
      // It does not run in this container: its executions can be seen, and not redriven
      isRedrivable = false;
    }
    drawActions();
  }

  function drawActions() {
    element.classList.toggle('ex-read-only', offered().length === 0);
    if (offered().length === 0) {
      return;
    }
    const items = [...chosen.values()].map(execution => ({
      stateMachine: parameters.stateMachine,
      name: execution.name,
      undo: execution.waiting && execution.waiting.reason === 'UNDO_FAILED' ? execution.waiting.state : undefined,
    }));
    replace(actions,
      html('span', {role: 'status'}, `${items.length} chosen`),
      ...offered().map(name => button(`${ACTIONS[name].title}…`,
        () => openAction(ACTIONS[name], items, 'execution', () => {
          chosen = new Map();
          context.attempt(async () => {
            await load();
            await count();
          });
        }), {disabled: items.length === 0})),
      button('Choose all that match', () => context.attempt(chooseAllPages)));
  }

  /** Goes through all pages, up to as many as a person can answer for. */
  async function chooseAllPages() {
    chosen = new Map();
    let token = '';
    let pagesLeft = MOST_PAGES;
    do {
      const page = await list(filter(), LARGEST_PAGE, token);
      page.executions.forEach(execution => chosen.set(execution.name, execution));
      token = page.nextToken;
      pagesLeft--;
    } while (token && chosen.size < LARGEST_PAGE && pagesLeft > 0);
    rows.forEach(row => choose(row, chosen.has(row.execution.name)));
    drawActions();
    if (token) {
      throw new Error(`The first ${chosen.size} are chosen; there may be more that match.`);
    }
  }

  function draw(page) {
    const previous = rows;
    rows = new Map();
    for (const execution of page.executions) {
      const row = previous.get(execution.name) || new Row(execution,
        context.href({view: 'execution', stateMachine: parameters.stateMachine, name: execution.name}),
        event => {
          choose(row, event.target.checked);
          drawActions();
        });
      row.update(execution);
      if (chosen.has(execution.name)) {
        choose(row, true);
      } else {
        row.box.checked = false;
      }
      rows.set(execution.name, row);
    }
    // Rows that stay where they are keep the focus
    const wanted = [...rows.values()].map(row => row.element);
    [...body.children].filter(child => !wanted.includes(child)).forEach(child => child.remove());
    wanted.forEach((child, i) => body.children[i] === child || body.insertBefore(child, body.children[i] || null));
    nextToken = page.nextToken;
    chooseAll.checked = false;
    replace(empty, wanted.length === 0 && document.createTextNode('No executions.'));
    replace(pages,
      button('Newest', () => go({token: ''}), {disabled: !parameters.token}),
      button('Next page', () => go({token: nextToken}), {disabled: !nextToken}));
    drawActions();
  }

  async function load() {
    const asked = JSON.stringify(parameters);
    const page = await list(filter(), PAGE, parameters.token);
    // An answer to an earlier question comes too late
    if (asked === JSON.stringify(parameters)) {
      draw(page);
    }
  }

  async function count() {
    const {stateMachine} = parameters;
    const numbers = await countByStatus(stateMachine);
    if (stateMachine === parameters.stateMachine) {
      drawCounts(numbers);
    }
  }

  function fillFields() {
    prefix.value = parameters.prefix || '';
    from.value = toField(parameters.from);
    to.value = toField(parameters.to);
  }

  replace(element,
    counts,
    html('form', {class: 'ex-filters', onsubmit: event => {
      event.preventDefault();
      go({prefix: prefix.value.trim(), from: toInstant(from.value), to: toInstant(to.value), token: ''});
    }},
    field('Name starts with', prefix), field('Started from (UTC)', from), field('Started before (UTC)', to),
    html('button', {type: 'submit', class: 'ex-button'}, 'Filter'),
    refresh.element),
    actions,
    html('div', {class: 'ex-scroll', tabindex: 0, role: 'region', 'aria-label': 'List of executions'},
      html('table', {class: 'ex-table ex-list'},
        html('thead', {}, html('tr', {},
          html('th', {scope: 'col', class: 'ex-choose'}, chooseAll),
          ['Name', 'Status', 'Waits for', 'Started (UTC)', 'Duration'].map(title => html('th', {scope: 'col'}, title)))),
        body)),
    empty, pages);
  drawActions();
  fillFields();
  drawCounts();
  context.attempt(async () => {
    await Promise.all([ask(), load()]);
    await count();
  });

  return {
    update(changed) {
      const isOther = changed.status !== parameters.status;
      parameters = changed;
      chosen = new Map();
      fillFields();
      if (isOther) {
        counts.querySelectorAll('button').forEach((chip, i) =>
          chip.setAttribute('aria-pressed', String((['', ...STATUSES][i]) === (parameters.status || ''))));
      }
      context.attempt(load);
    },
    close: () => refresh.close(),
  };
}
