/* Asks again, when the user says so or every few seconds. */
import {button, html} from './dom.js';

const SECONDS = 5;

/**
 * A button that refreshes, and a switch that lets it happen by itself.
 *
 * @param refresh called with true if the user asked for it; gives a promise
 * @return `element`, and `close()` which ends it
 */
export function refreshing(refresh) {
  let timer;
  let isBusy = false;

  async function run(isWanted) {
    if (isBusy) {
      return;
    }
    isBusy = true;
    try {
      await refresh(isWanted);
    } finally {
      isBusy = false;
    }
  }

  const automatic = html('input', {
    type: 'checkbox',
    onchange: event => {
      clearInterval(timer);
      if (event.target.checked) {
        timer = setInterval(() => run(false), SECONDS * 1000);
      }
    },
  });
  return {
    element: html('span', {class: 'ex-refresh'},
      button('Refresh', () => run(true)),
      html('label', {}, automatic, ` every ${SECONDS} s`)),
    close: () => clearInterval(timer),
  };
}
