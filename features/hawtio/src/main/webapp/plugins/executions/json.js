/* Shows a JSON document, to be folded. */
import {html, visible, visibleLines} from './dom.js';

const SHORT = 60;

/** A text of JSON as what it says; another text as it is. */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (e) {
    return text;
  }
}

function scalar(value) {
  return typeof value === 'string'
    ? html('span', {class: 'ex-json-text'}, '"', multiline(value), '"')
    : html('span', {class: 'ex-json-value'}, String(value));
}

function multiline(text) {
  return document.createTextNode(visibleLines(text));
}

function branch(value, label, isOpen) {
  const entries = Array.isArray(value) ? value.map((item, i) => [i, item]) : Object.entries(value);
  const kind = Array.isArray(value) ? 'items' : 'members';
  const children = html('ul', {});
  // The rows of what is folded are made when it is opened
  const fill = () => children.childElementCount > 0
    || children.append(...entries.map(([name, item]) => html('li', {}, tree(item, `${visible(name)}: `, false))));
  const details = html('details', {open: isOpen, ontoggle: fill},
    html('summary', {}, html('span', {class: 'ex-json-name'}, label),
      `${Array.isArray(value) ? '[' : '{'} ${entries.length} ${entries.length === 1 ? kind.slice(0, -1) : kind} ${Array.isArray(value) ? ']' : '}'}`),
    children);
  if (isOpen) {
    fill();
  }
  return details;
}

/** Whether a document is so short that folding it would only hide it. */
function isShort(value) {
  return JSON.stringify(value).length <= SHORT;
}

function tree(value, label, isOpen) {
  return value !== null && typeof value === 'object' && (isOpen ? Object.keys(value).length > 0 : !isShort(value))
    ? branch(value, label, isOpen)
    : html('div', {}, html('span', {class: 'ex-json-name'}, label),
      value !== null && typeof value === 'object' ? JSON.stringify(value) : scalar(value));
}

/** The element that shows a document. */
export function jsonTree(value) {
  return html('div', {class: 'ex-json'}, tree(value, '', true));
}
