/* Shows long lists a piece at a time, so that thousands of rows stay usable. */
import {button, html} from './dom.js';

const SIZE = 200;

/**
 * A list that grows when its reader asks for more.
 *
 * @param body the element that the rows go into
 * @param draw makes the row of an item
 * @return `element` with what is to be put after the list, and `set(items)`, which keeps the rows of items that it has
 */
export function pieces(body, draw) {
  const more = html('p', {class: 'ex-more'});
  let items = [];
  let count = SIZE;
  let drawn = [];

  function fill() {
    const wanted = items.slice(0, count);
    const same = drawn.findIndex((item, i) => item !== wanted[i]);
    const kept = same < 0 ? drawn.length : same;
    while (body.children.length > kept) {
      body.lastElementChild.remove();
    }
    body.append(...wanted.slice(kept).map(draw));
    drawn = wanted;
    more.replaceChildren();
    if (items.length > wanted.length) {
      const next = Math.min(SIZE, items.length - wanted.length);
      more.append(
        html('span', {}, `${wanted.length} of ${items.length} shown. `),
        button(`Show ${next} more`, () => {
          count += SIZE;
          const first = drawn.length;
          fill();
          const row = body.children[first];
          row.tabIndex = -1;
          row.focus();
        }));
    }
  }

  return {
    element: more,
    set(all) {
      items = all;
      fill();
    },
    restart() {
      count = SIZE;
    },
  };
}
