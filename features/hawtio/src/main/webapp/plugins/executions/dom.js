/*
 * Makes elements. Text becomes text nodes and attributes, never markup: most of it comes from outside.
 */
const SVG = 'http://www.w3.org/2000/svg';
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const INVISIBLE_BUT_LINES = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function code(character) {
  return Array.from({length: character.length}, (unused, i) =>
    '\\u' + character.charCodeAt(i).toString(16).toUpperCase().padStart(4, '0')).join('');
}

/** A text in which each character is seen: what would end a line or reverse the order of letters is its code. */
export function visible(text) {
  return String(text).replace(INVISIBLE, code);
}

/** The same for a text that may have several lines. */
export function visibleLines(text) {
  return String(text).replace(INVISIBLE_BUT_LINES, code);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.substring(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== undefined && value !== null) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false)
    .map(child => (child instanceof Node ? child : document.createTextNode(visible(child)))));
  return element;
}

/**
 * An element of HTML.
 *
 * @param name its name
 * @param attributes attributes; one such as `onclick` is a function that listens; true is an attribute without a value,
 *     false and undefined leave it out
 * @param children elements and texts; null leaves one out
 */
export function html(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** An element of SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** Puts elements in the place of all that an element holds. */
export function replace(element, ...children) {
  element.replaceChildren(...children.flat().filter(Boolean));
}

/** A button. */
export function button(text, onclick, attributes = {}) {
  return html('button', {type: 'button', class: 'ex-button', onclick, ...attributes}, text);
}

/**
 * A link to a page elsewhere, which opens beside this one and is not told where its reader came from; the text alone if
 * the URL is not one of HTTP.
 */
export function link(url, text) {
  return /^https?:\/\//i.test(url) ? html('a', {href: url, target: '_blank', rel: 'noopener noreferrer'}, text) : text;
}

/** A field with its label. */
export function field(label, control) {
  return html('label', {class: 'ex-field'}, html('span', {}, label), control);
}
