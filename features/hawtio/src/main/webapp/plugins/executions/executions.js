/* The operations of the MBean of the executions. */
import {ask, askEach, invocation} from './jolokia.js';

const MBEAN = 'org.linkmoderation:type=Executions';
const SECURITY = 'org.apache.karaf:type=security,area=jmx,*';

/** What not every role may do. */
const GUARDED = ['stop', 'redrive', 'resolve', 'taskSuccess', 'taskFailure', 'taskHeartbeat', 'reviews', 'approve',
  'reject', 'resend'];

/** The statuses, in the order of their counts. */
export const STATUSES = ['RUNNING', 'IN_DOUBT', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

/** The largest page of a list and of a history. */
export const LARGEST_PAGE = 1000;

async function invoke(operation, ...args) {
  return JSON.parse(await ask(invocation(MBEAN, operation, ...args)));
}

export function stateMachines() {
  return ask({type: 'read', mbean: MBEAN, attribute: 'StateMachines'});
}

/**
 * A page of a list.
 *
 * @param filter `stateMachine`, and as wanted `status`, `prefix`, `from`, `to`
 */
export function list(filter, limit, token) {
  return invoke('listStarted', filter.stateMachine, filter.status || '', filter.prefix || '', filter.from || '',
    filter.to || '', limit, token || '');
}

export function countByStatus(stateMachine) {
  return invoke('countByStatus', stateMachine);
}

export function countByState(stateMachine) {
  return invoke('countByState', stateMachine);
}

export function describe(stateMachine, name) {
  return invoke('describe', stateMachine, name);
}

export function historyPage(stateMachine, name, after) {
  return invoke('historyPage', stateMachine, name, after, LARGEST_PAGE);
}

export function describeStateMachine(stateMachine) {
  return invoke('describeStateMachine', stateMachine);
}

export function deadLetters(stateMachine, limit) {
  return invoke('deadLetters', stateMachine, limit);
}

/** A page of the tasks that wait for a person's decision. */
export function reviews(stateMachine, limit, token) {
  return invoke('reviews', stateMachine, limit, token || '');
}

/** How many exchanges are in the route of each state now, in this container. */
export async function inFlight(stateMachine, states) {
  const answers = await askEach(states.map(state => ({
    type: 'read',
    mbean: `org.apache.camel:context=${stateMachine},type=routes,name="${state}"`,
    attribute: 'ExchangesInflight',
  })));
  return new Map(states.map((state, i) => [state, answers[i].value || 0]));
}

/** What each of several operations is answered with: `{value}` or `{problem}`. */
export function change(operations) {
  return askEach(operations.map(([operation, ...args]) => invocation(MBEAN, operation, ...args)));
}

/** The operations that the user may invoke, as the container's access control lists say. */
export async function permitted() {
  const [security] = await ask({type: 'search', mbean: SECURITY});
  if (!security) {
    return new Set();
  }
  const answers = await askEach(GUARDED.map(operation =>
    invocation(security, 'canInvoke(java.lang.String,java.lang.String)', MBEAN, operation)));
  return new Set(GUARDED.filter((operation, i) => answers[i].value === true));
}
