/* Draws the graph of a state machine. The layout is dagre's, which comes with hawtio. */
import {svg} from './dom.js';
import {classOf} from './outcomes.js';

const END = '\u0000end';
const CHARACTER = 7.6;
const HEIGHT = 48;
const MARGIN = 12;

function layout(graph, sentences) {
  const drawn = new dagre.graphlib.Graph({multigraph: true})
    // Of this version of dagre the only ranker that takes two ways between the same states
    .setGraph({ranker: 'longest-path', rankdir: 'TB', nodesep: 36, ranksep: 46, marginx: MARGIN, marginy: MARGIN})
    .setDefaultEdgeLabel(() => ({}));
  drawn.setNode('', {width: 20, height: 20, isTerminal: true});
  drawn.setNode(END, {width: 20, height: 20, isTerminal: true});
  graph.states.forEach(state => {
    const longest = Math.max(state.name.length * 1.05, sentences(state).length);
    drawn.setNode(state.name, {width: Math.max(120, longest * CHARACTER + 28), height: HEIGHT, state});
  });
  graph.ways.forEach((way, i) => drawn.setEdge(way.from, way.to === '' ? END : way.to,
    {way, width: way.label.length * 6.4, height: way.label ? 16 : 0, labelpos: 'c'}, String(i)));
  dagre.layout(drawn);
  return drawn;
}

function curve(points) {
  const [first, ...others] = points;
  let path = `M${first.x},${first.y}`;
  for (let i = 0; i < others.length - 1; i++) {
    const middle = {x: (others[i].x + others[i + 1].x) / 2, y: (others[i].y + others[i + 1].y) / 2};
    path += ` Q${others[i].x},${others[i].y} ${middle.x},${middle.y}`;
  }
  const last = others[others.length - 1];
  return `${path} L${last.x},${last.y}`;
}

function drawWay(edge, isTaken) {
  const {way, points} = edge;
  const classes = `ex-way ex-way-${way.kind.toLowerCase()}${isTaken ? ' ex-taken' : ''}`;
  return svg('g', {class: classes},
    svg('path', {d: curve(points), 'marker-end': `url(#${isTaken ? 'ex-arrow-taken' : 'ex-arrow'})`}),
    way.label ? svg('text', {x: edge.x, y: edge.y + 4, 'text-anchor': 'middle'}, way.label) : null);
}

function badge(node, text) {
  const width = text.length * 6.4 + 14;
  return svg('g', {class: 'ex-badge', transform: `translate(${node.width / 2 - width + 16},${-HEIGHT / 2 - 10})`},
    svg('rect', {width, height: 18, rx: 9}),
    svg('text', {x: width / 2, y: 13, 'text-anchor': 'middle'}, text));
}

function drawState(node, shown, onselect) {
  const {state} = node;
  const label = [state.name, shown.sentence, shown.badge].filter(Boolean).join(', ');
  const select = () => onselect && onselect(state.name);
  return svg('g', {
    class: `ex-state ex-type-${state.type.toLowerCase()} ${shown.outcome ? classOf(shown.outcome) : ''}`,
    transform: `translate(${node.x},${node.y})`,
    'data-state': state.name,
    tabindex: onselect ? 0 : undefined,
    role: onselect ? 'button' : 'img',
    'aria-label': label,
    onclick: select,
    onkeydown: event => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        select();
      }
    },
  },
  svg('rect', {x: -node.width / 2, y: -HEIGHT / 2, width: node.width, height: HEIGHT,
    rx: state.type === 'Choice' ? HEIGHT / 2 : 6}),
  svg('text', {class: 'ex-state-name', y: -3, 'text-anchor': 'middle'}, state.name),
  svg('text', {class: 'ex-state-outcome', y: 15, 'text-anchor': 'middle'}, shown.sentence),
  shown.badge ? badge(node, shown.badge) : null);
}

function arrow(id) {
  return svg('marker', {id, viewBox: '0 0 10 10', refX: 9, refY: 5, markerUnits: 'userSpaceOnUse',
    markerWidth: 9, markerHeight: 9, orient: 'auto'},
    svg('path', {d: 'M0,0 L10,5 L0,10 z'}));
}

/**
 * The picture of a graph.
 *
 * @param graph `states` and `ways`, as the container describes them
 * @param shownOf gives for a state what is to be said of it: `{sentence, outcome, badge}`
 * @param options `label` for who does not see it; `taken`, the ways that were gone; `onselect(name)`
 */
export function drawGraph(graph, shownOf, {label, taken = new Set(), onselect}) {
  const drawn = layout(graph, state => shownOf(state).sentence);
  const {width, height} = drawn.graph();
  const picture = svg('svg', {
    class: 'ex-graph',
    viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
    // Not larger than it is, and smaller where there is less room
    style: `max-width: ${Math.ceil(width)}px`,
    role: 'group',
    'aria-label': label,
  }, svg('defs', {}, arrow('ex-arrow'), arrow('ex-arrow-taken')));
  const edges = drawn.edges().map(id => drawn.edge(id))
    .map(edge => [edge, taken.has(`${edge.way.from}\n${edge.way.to}`)])
    // What was gone lies above what was not
    .sort(([, first], [, second]) => first - second);
  picture.append(...edges.map(([edge, isTaken]) => drawWay(edge, isTaken)));
  for (const name of drawn.nodes()) {
    const node = drawn.node(name);
    picture.append(node.isTerminal
      ? svg('circle', {class: name === '' ? 'ex-start' : 'ex-end', cx: node.x, cy: node.y, r: 9})
      : drawState(node, shownOf(node.state), onselect));
  }
  return picture;
}
