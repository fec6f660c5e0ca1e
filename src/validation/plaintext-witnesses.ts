import { httpOf } from './access-witnesses';
import { Draft } from './draft';
import { portsToClose } from './ports';
import { covers, portsOf, STRANGER, UNNAMED } from './samples';
import { Witness } from './witness';
import { podsOf, requestTo, textAt } from './witness-request';
import { ConditionData } from '../intent/condition';
import { OperationData } from '../intent/operation-data';
import { PlaintextIntent } from '../intent/plaintext-intent';
import { addressOutside } from '../util/ip';

/**
 * Of each operation plaintext from the first network, and of the first of them from the others, passes. From elsewhere it is refused, also with a forged
 * address; with a method and a path that no operation names; and at the other ports by mutual TLS. Whoever has an identity gets nothing by it.
 */
export function plaintextWitnesses(intent: PlaintextIntent): Witness[] {
  const { networks, target } = intent;
  const promised = draftsOf(intent).map(draft => from(networks[0], draft));
  const [first] = promised;
  if (!first) { return []; }
  const elsewhere = from(addressOutsideOf([intent]), first);
  const forged: ConditionData = { kind: 'header', name: 'x-forwarded-for', values: [first.conditions[0].values[0].split('/')[0]] };
  const closed = portsToClose(target).filter(port => !isOpenedBy(intent, port)).map(port => from(networks[0], { port, conditions: [] }));
  return [
    ...asked(intent, [...promised, ...networks.slice(1).map(network => from(network, first))], 'passes'),
    ...asked(intent, [elsewhere, ...first.http ? [{ ...elsewhere, conditions: [...elsewhere.conditions, forged] }] : [], ...otherRequests(intent, first)], 'is forbidden'),
    ...asked(intent, closed, 'is refused as plaintext'),
    ...asked(intent, [{ ...first, caller: STRANGER }], 'is refused'),
  ];
}

/** Whether an exception lets plaintext in on a container port. */
export function isOpenedBy({ operations, target }: PlaintextIntent, port: number): boolean {
  return operations.length === 0 || operations.some(operation => portsOf(operation, target).includes(port));
}

/** An address from which none of some exceptions lets plaintext in; none of them names all there are. */
export function addressOutsideOf(exceptions: readonly PlaintextIntent[]): string {
  const networks = exceptions.flatMap(exception => exception.networks);
  return addressOutside(networks, '4') ?? addressOutside(networks, '6')!;
}

/** Where exceptions go by addresses, what is refused in plaintext is asked from elsewhere: only then it is refused for certain. */
export function fromElsewhere(witness: Witness, exceptions: readonly PlaintextIntent[]): Witness {
  const { request: { source = {} } } = witness;
  if (exceptions.length === 0 || Object.keys(source).length > 0) { return witness; }
  return { ...witness, request: { ...witness.request, source: { ip: addressOutsideOf(exceptions) } } };
}

function draftsOf({ operations, target }: PlaintextIntent): Draft[] {
  const ofWhole = (): Draft[] => target.ports.filter(({ transport }) => transport === 'TCP').map(({ number, protocol }) =>
    ({ port: number, conditions: [], ...protocol === 'http' ? { http: SOMETHING } : {} }));
  const ofOne = (operation: OperationData): Draft[] => portsOf(operation, target).map(port =>
    ({ port, conditions: [], ...operation.kind === 'http' ? { http: httpOf(operation) } : {} }));
  return operations.length === 0 ? ofWhole() : operations.flatMap(ofOne);
}

const SOMETHING = { method: 'GET', path: `/${UNNAMED}` };

function from(network: string, draft: Draft): Draft { return { ...draft, conditions: [{ kind: 'sourceIp', values: [network] }] }; }

/** A method and a path that no operation names. */
function otherRequests({ operations, target }: PlaintextIntent, first: Draft): Draft[] {
  const { http, port } = first;
  if (!http || operations.length === 0) { return []; }
  const here = operations.filter(operation => portsOf(operation, target).includes(port));
  const isNamed = ({ method, path }: typeof http) => here.some(operation => operation.kind === 'tcp' || covers(operation, method, path));
  return [{ ...http, method: 'TRACE' }, { ...http, path: `/${UNNAMED}` }].filter(other => !isNamed(other)).map(other => ({ ...first, http: other }));
}

/** Always of the pods: who sends plaintext is no client of the mesh, and goes past its waypoints. */
function asked({ mesh, target }: PlaintextIntent, drafts: readonly Draft[], outcome: Witness['outcome']): Witness[] {
  const pods = { namespace: target.namespace, workload: podsOf(target) };
  return drafts.map(draft => ({ request: requestTo({ ...pods, port: draft.port }, draft, mesh), outcome, text: textAt(target, draft) }));
}
