/* Asks MBeans over HTTP, as every page of this console does. */

/** A request was not answered; its message is a sentence for the person who made it. */
export class NotAnswered extends Error {}

const EXCEPTION = /^[\w.$]+(Exception|Error) *: */;

function problem(answer) {
  if (answer.status === 403) {
    return 'Refused: your roles do not allow this.';
  }
  let message = String(answer.error || `the container answered with status ${answer.status}`);
  while (EXCEPTION.test(message)) {
    message = message.replace(EXCEPTION, '');
  }
  return message;
}

async function post(body) {
  let response;
  try {
    response = await fetch(new URL('jolokia', document.baseURI), {
      method: 'POST',
      credentials: 'same-origin',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify(body),
    });
  } catch (e) {
    throw new NotAnswered('The container does not answer.');
  }
  if (response.status === 401 || response.status === 403) {
    throw new NotAnswered('Your session has ended. Reload the page and log in again.');
  }
  try {
    return await response.json();
  } catch (e) {
    throw new NotAnswered(`The container answered with status ${response.status}.`);
  }
}

function valueOf(answer) {
  if (answer.status !== 200) {
    throw new NotAnswered(problem(answer));
  }
  return answer.value;
}

/** A request that invokes an operation. */
export function invocation(mbean, operation, ...args) {
  return {type: 'exec', mbean, operation, arguments: args};
}

/** The value that a request is answered with. */
export async function ask(request) {
  return valueOf(await post(request));
}

/** What each of several requests is answered with: `{value}`, or `{problem}` with a sentence. */
export async function askEach(requests) {
  if (requests.length === 0) {
    return [];
  }
  return (await post(requests)).map(answer =>
    (answer.status === 200 ? {value: answer.value} : {problem: problem(answer)}));
}
