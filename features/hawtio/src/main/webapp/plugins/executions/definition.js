/* A state machine: its graph with what is in each state now, and its definition to copy. */
import {button, html, replace} from './dom.js';
import {countByState, describeStateMachine, inFlight} from './executions.js';
import {drawGraph} from './graph.js';
import {refreshing} from './refresh.js';

/** A text with a button that copies it. */
function copyable(title, text) {
  const code = html('pre', {tabindex: 0, 'aria-label': title});
  const said = html('span', {role: 'status'});
  // Its lines stay, so it is not made visible as other texts are: names are those of the deployed definition
  code.append(document.createTextNode(text));
  const copy = button('Copy', async () => {
    try {
      await navigator.clipboard.writeText(text);
      replace(said, document.createTextNode(' Copied.'));
    } catch (e) {
      // Only a page that came by HTTPS, or from this machine, may use the clipboard
      getSelection().selectAllChildren(code);
      replace(said, document.createTextNode(' Selected: copy it with the keyboard.'));
    }
  }, {'aria-label': `Copy ${title}`});
  return html('section', {'aria-label': title}, html('h2', {}, title), html('p', {}, copy, said), code);
}

/** Opens the view in an element. */
export function definitionView(element, context, parameters) {
  const {stateMachine} = parameters;
  const picture = html('div', {class: 'ex-picture'});
  const legend = html('p', {class: 'ex-legend'});
  const texts = html('div', {class: 'ex-columns'});
  let described;
  let waiting = {waiting: {}, isAll: true};

  function draw(running) {
    const shownOf = state => {
      const waits = waiting.waiting[state.name] || 0;
      const runs = running.get(state.name) || 0;
      const sentence = [runs && `${runs} running`, waits && `${waits} waiting`].filter(Boolean).join(', ');
      return {sentence: sentence || state.type, outcome: waits ? 'waiting' : runs ? 'running' : undefined};
    };
    replace(picture, drawGraph(described.graph, shownOf, {label: `Graph of ${stateMachine}`}));
    replace(legend, document.createTextNode('Running: in this container. Waiting: of all containers'
      + (waiting.isAll ? '.' : ', of the newest 1,000 only.')));
  }

  async function load(isWanted) {
    if (isWanted) {
      waiting = await countByState(stateMachine);
    }
    draw(await inFlight(stateMachine, described.graph.states.map(state => state.name)));
  }

  const refresh = refreshing(isWanted => context.attempt(() => load(isWanted)));
  replace(element, html('div', {class: 'ex-actions'}, refresh.element), picture, legend, texts);
  context.attempt(async () => {
    described = await describeStateMachine(stateMachine);
    await load(true);
    replace(texts,
      copyable('Amazon States Language', JSON.stringify(described.definition, null, 2)),
      copyable('Mermaid', described.mermaid));
  });

  return {update() {}, close: () => refresh.close()};
}
