/* Dialogs for what changes something: what will be done to what, and then what became of each. */
import {button, field, html, replace} from './dom.js';
import {change} from './executions.js';

/** So many operations go to the container at once, so that progress is seen. */
const BATCH = 20;

/** What can be done with executions: its name for the user, its fields, and the operation for one of them. */
export const ACTIONS = {
  redrive: {
    title: 'Redrive',
    explanation: 'Each goes on at the state where it ended. What is recorded as done is not done again.',
    fields: [],
    operation: ({stateMachine, name}) => ['redrive', stateMachine, name],
  },
  stop: {
    title: 'Stop',
    explanation: 'Each ends with status ABORTED; a saga is undone first.',
    fields: [['error', 'Error name (recorded, may be empty)', false], ['cause', 'Cause (recorded, may be empty)', false]],
    operation: ({stateMachine, name}, {error, cause}) => ['stop', stateMachine, name, error, cause],
  },
  resolve: {
    title: 'Resolve',
    explanation: 'The undo that keeps each of them in doubt counts as done, and the saga goes on after it.',
    fields: [['reason', 'Reason (kept in the history)', true]],
    operation: ({stateMachine, name, undo}, {reason}) => ['resolve', stateMachine, name, undo || '', reason],
  },
  approve: {
    title: 'Approve',
    explanation: 'You are named in the history as who has decided.',
    fields: [['reason', 'Reason (kept in the history, may be empty)', false]],
    operation: ({stateMachine, name}, {reason}) => ['approve', stateMachine, name, reason],
  },
  reject: {
    title: 'Reject',
    explanation: 'You are named in the history as who has decided.',
    fields: [['reason', 'Reason (kept in the history)', true]],
    operation: ({stateMachine, name}, {reason}) => ['reject', stateMachine, name, reason],
  },
  resend: {
    title: 'Send again',
    explanation: 'Each message goes to the queue of requests again, as it is.',
    fields: [],
    operation: ({stateMachine, name}) => ['resend', stateMachine, name],
  },
};

function dialog(title, ...content) {
  const element = html('dialog', {class: 'ex-page ex-dialog', 'aria-labelledby': 'ex-dialog-title'},
    html('h2', {id: 'ex-dialog-title'}, title), ...content);
  element.addEventListener('close', () => element.remove());
  document.body.append(element);
  element.showModal();
  return element;
}

function count(items, noun) {
  return `${items.length} ${noun}${items.length === 1 ? '' : 's'}`;
}

async function perform(action, items, values, onanswer) {
  for (let i = 0; i < items.length; i += BATCH) {
    const batch = items.slice(i, i + BATCH);
    let answers;
    try {
      answers = await change(batch.map(item => action.operation(item, values)));
    } catch (e) {
      // Whether it was done is not known: the list will tell
      answers = batch.map(() => ({problem: `${e.message} It may have been done.`}));
    }
    batch.forEach((item, j) => onanswer(item, answers[j]));
  }
}

function results(items) {
  const rows = html('tbody', {});
  const total = html('p', {role: 'status'}, 'Working…');
  let done = 0;
  let refused = 0;
  return {
    element: html('div', {}, total, html('div', {class: 'ex-scroll', tabindex: 0, role: 'region', 'aria-label': 'Results'},
      html('table', {class: 'ex-table ex-results'},
        html('thead', {}, html('tr', {}, ['Name', 'Result'].map(title => html('th', {scope: 'col'}, title)))), rows))),
    add(item, answer) {
      answer.problem ? refused++ : done++;
      rows.append(html('tr', {},
        html('th', {scope: 'row'}, item.name),
        html('td', {class: answer.problem ? 'ex-refused' : 'ex-done'},
          answer.problem ? `Not done: ${answer.problem}` : `Done: ${answer.value}`)));
      replace(total, document.createTextNode(done + refused < items.length
        ? `${done + refused} of ${items.length}…` : `${done} done, ${refused} not done.`));
    },
  };
}

/**
 * Shows what an action would be done to, does it when the user says so, and shows what became of each.
 *
 * @param action one of ACTIONS
 * @param items `{stateMachine, name}`, of an execution in doubt also `undo`
 * @param noun what the items are
 * @param onend called when the dialog is closed after something was done
 */
export function openAction(action, items, noun, onend) {
  const fields = action.fields.map(([name, label, required]) => [name, html('input', {type: 'text', name, required,
    autocomplete: 'off'}), label]);
  const submit = html('button', {type: 'submit', class: 'ex-button ex-primary'},
    `${action.title} ${count(items, noun)}`);
  const buttons = html('div', {class: 'ex-buttons'}, button('Cancel', () => element.close()), submit);
  const form = html('form', {
    onsubmit: async event => {
      event.preventDefault();
      const values = Object.fromEntries(fields.map(([name, input]) => [name, input.value]));
      const shown = results(items);
      const close = button('Close', () => element.close(), {disabled: true});
      replace(form, shown.element, html('div', {class: 'ex-buttons'}, close));
      element.addEventListener('close', onend);
      const stay = canceled => canceled.preventDefault();
      element.addEventListener('cancel', stay);
      await perform(action, items, values, shown.add);
      element.removeEventListener('cancel', stay);
      close.disabled = false;
      close.focus();
    },
  },
  html('p', {}, action.explanation),
  html('ul', {class: 'ex-preview', tabindex: 0, 'aria-label': `The ${noun}s`}, items.map(item =>
    html('li', {}, item.undo ? `${item.name} (undo: ${item.undo})` : item.name))),
  ...fields.map(([, input, label]) => field(label, input)),
  buttons);
  const element = dialog(`${action.title} ${count(items, noun)}?`, form);
}

const ANSWERS = {
  taskSuccess: ['It has succeeded', [['output', 'Output, a JSON document']],
    (token, {output}) => ['taskSuccess', token, output]],
  taskFailure: ['It has failed', [['error', 'Error name'], ['cause', 'Cause']],
    (token, {error, cause}) => ['taskFailure', token, error, cause]],
  taskHeartbeat: ['It is still being worked on', [], token => ['taskHeartbeat', token]],
};

/** Answers a task by its token, which only whoever was handed the task knows. */
export function openAnswer(may, onend) {
  const token = html('input', {type: 'text', required: true, autocomplete: 'off', spellcheck: 'false'});
  const inputs = {};
  const fields = html('div', {});
  const outcome = html('p', {role: 'status'});
  const kind = html('select', {onchange: () => choose()}, Object.entries(ANSWERS)
    .filter(([operation]) => may.has(operation))
    .map(([operation, [title]]) => html('option', {value: operation}, title)));

  function choose() {
    replace(fields, ...ANSWERS[kind.value][1].map(([name, label]) => {
      inputs[name] = html('input', {type: 'text', required: name !== 'cause', autocomplete: 'off'});
      return field(label, inputs[name]);
    }));
  }

  const form = html('form', {
    onsubmit: async event => {
      event.preventDefault();
      const values = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value]));
      try {
        const [answer] = await change([ANSWERS[kind.value][2](token.value, values)]);
        replace(outcome, document.createTextNode(answer.problem ? `Not done: ${answer.problem}` : answer.value));
      } catch (e) {
        replace(outcome, document.createTextNode(`${e.message} It may have been done.`));
      }
      onend();
    },
  },
  field('Token of the task', token), field('Answer', kind), fields, outcome,
  html('div', {class: 'ex-buttons'}, button('Close', () => element.close()),
    html('button', {type: 'submit', class: 'ex-button ex-primary'}, 'Answer')));
  choose();
  const element = dialog('Answer a task', form);
}
