import { complementOf, MAX_OPERATIONS, RequestBox } from './complement';
import { AuthorizationOperation } from '../istio/authorization-policy';
import { groupedBy } from '../util/grouped';
import { unique } from '../util/text';

/** What is stated of some ports: these HTTP requests, or without fields all that is sent there. */
export interface StatedOperation {
  readonly fields: Pick<AuthorizationOperation, 'methods' | 'paths' | 'hosts'>;
  readonly ports: string[];
}

/**
 * All that is none of the operations, by negation: every other port, and on each of their ports what is not stated of it. Each with its ports, since without
 * them HTTP fields close every TCP port. Of `GET /a` and `GET /b` on 8080, and TCP on 9000:
 *
 *     not on 8080, 9000
 *     not GET, on 8080
 *     not /a, not /b, on 8080
 */
export function allBut(stated: readonly StatedOperation[], problems: string[]): AuthorizationOperation[] {
  const named = unique(stated.flatMap(({ ports }) => ports));
  return [{ notPorts: named }, ...restOn(named, stated, 'operations', problems)];
}

/** What is sent to some ports and is not stated of them by a prop, by negation. */
export function restOn(ports: readonly string[], stated: readonly StatedOperation[], prop: string, problems: string[]): AuthorizationOperation[] {
  const rest = [...groupedBy(ports, port => JSON.stringify(unstatedOn(port, stated)))].flatMap(([negations, alike]) =>
    (JSON.parse(negations) as AuthorizationOperation[]).map(negation => ({ ...negation, ports: alike })));
  if (rest.length > MAX_OPERATIONS) {
    problems.push(`${prop} must differ in fewer ways, got so many that the rest would take more than ${MAX_OPERATIONS} rules; `
      + 'use the same methods, hosts and ports for more of them');
  }
  return rest;
}

const ANYTHING: RequestBox = { methods: [], paths: [], hosts: [], ports: [], conditions: [] };

function unstatedOn(port: string, stated: readonly StatedOperation[]): AuthorizationOperation[] {
  const boxes = stated.filter(({ ports }) => ports.includes(port)).map(({ fields }) => ({ ...ANYTHING, ...fields }));
  return complementOf(boxes, MAX_OPERATIONS).map(({ operation }) => operation);
}
