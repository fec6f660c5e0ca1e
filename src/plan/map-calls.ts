import { callerOf, workloadSeen } from './identity';
import { Ignored, KnownCall, Reading, SeenAccount, SeenWorkload, UnsayableCall } from './observed-call';
import { faultOf } from './usual-request';
import { AccessMap } from '../analysis/access-map';
import { AccessRow } from '../analysis/access-row';
import { Entry } from '../analysis/entry';
import { OperationData } from '../intent/operation-data';
import { PolicySet } from '../policy/policy-set';
import { Decision } from '../policy/request/decision';
import { ProxyKind } from '../policy/request/request';
import { declaredProtocols } from '../policy/services/declared-protocol';
import { Protocol } from '../policy/services/protocol';
import { kindOfGateway } from '../policy/workloads/gateway-pods';
import { accountOfWaypoint } from '../policy/workloads/waypoint';
import { unique } from '../util/text';

/** A port of a workload behind a destination. */
interface Door extends SeenWorkload { readonly port: number; readonly protocol: Protocol | undefined }

/** What a map of accesses says that may be called: all of it is known, and what an access does not say is asked for. */
export function readMap(source: string, map: AccessMap): Reading {
  const waypoints = waypointAccounts(map._policies);
  const read = map._entries.map(entry => readEntry(entry, map._policies, waypoints));
  const gateways = map._entries.filter(isGateway).reduce((sum, entry) => sum + entry.rows.length, 0);
  const ignored: Ignored[] = gateways === 0 ? [] : [{ source, reason: 'what gateways let in; state who may call workloads through them', count: gateways }];
  return { observed: [], unread: [], ignored, known: read.flatMap(({ known }) => known), unsayable: read.flatMap(({ unsayable }) => unsayable) };
}

function isGateway({ port: { destination } }: Entry): boolean { return destination.gateway !== undefined; }

type Read = Pick<Reading, 'known' | 'unsayable'>;

/** What waypoints send on is not theirs: it stands where the waypoint takes it in. */
function waypointAccounts({ _world: { inventory } }: PolicySet): string[] {
  return inventory.all('KubernetesGateway').filter(gateway => kindOfGateway(inventory, gateway) === ProxyKind.WAYPOINT)
    .map(gateway => `${gateway.namespace}/${accountOfWaypoint(gateway)}`);
}

function readEntry(entry: Entry, policies: PolicySet, waypoints: readonly string[]): Read {
  if (isGateway(entry)) { return { known: [], unsayable: [] }; }
  const { port } = entry;
  const [number = 0, ...others] = unique(port.listening);
  const isPortUnknown = port.isOther === true || port.listening.length === 0 || others.length > 0;
  const doors = port.behind.map((workload): Door =>
    ({ namespace: workload.namespace, name: workload.name, port: number, protocol: protocolOf(policies, workload, number) }));
  const undecided = entry.undecided.flatMap(({ reason }) => doors.map((to): UnsayableCall => ({ caller: 'anyone', to, text: `undecided: ${reason}`, isCallerUnknown: true })));
  const rows = entry.rows.flatMap(row => doors.map(door => readRow(row, isPortUnknown, door, waypoints)));
  return { known: rows.flatMap(({ known }) => known), unsayable: [...undecided, ...rows.flatMap(({ unsayable }) => unsayable)] };
}

/** The one protocol that is declared. */
function protocolOf(policies: PolicySet, workload: Entry['port']['behind'][number], port: number): Protocol | undefined {
  const { inventory, mesh } = policies._world;
  const declared = declaredProtocols(inventory, mesh, workload, port);
  return declared.length === 1 ? declared[0].protocol : undefined;
}

function readRow(row: AccessRow, isPortUnknown: boolean, { namespace, name, ...door }: Door, waypoints: readonly string[]): Read {
  const to = { namespace, name };
  // what is no name of Kubernetes is nothing that an access could be for, nor text for a program
  const isSayable = !isPortUnknown && row.decision === Decision.ALLOW && workloadSeen(namespace, name) !== undefined;
  const operation = isSayable ? operationOf(row, door) : undefined;
  const known: KnownCall[] = [];
  const unsayable: UnsayableCall[] = [];
  for (const caller of row.callers.filter(one => !waypoints.includes(one))) {
    const account = accountOf(caller);
    if (operation && account) {
      known.push({ caller: account, to, operation });
    } else {
      unsayable.push({ caller, to, text: `${row.requests || 'anything'} on ${row.destination}${row._reservation}`, isCallerUnknown: account === undefined });
    }
  }
  return { known, unsayable };
}

/** Of an identity of another mesh a plan is told by somebody who knows that it is meant. */
function accountOf(caller: string): SeenAccount | undefined {
  const [namespace, name, ...more] = caller.split('/');
  const found = more.length > 0 || name === undefined ? undefined : callerOf(`spiffe://own/ns/${namespace}/sa/${name}`);
  return found?.kind === 'account' && name !== 'default' ? { kind: 'account', namespace, name } : undefined;
}

/** The operation that is exactly the requests of a row; undefined where there is none. */
function operationOf({ _asks: { manner, parts } }: AccessRow, { port, protocol }: Pick<Door, 'port' | 'protocol'>): OperationData | undefined {
  const isPlain = [...parts].every(([axis, patterns]) => (axis === 'method' || axis === 'path') && patterns !== undefined);
  if (!isPlain || (manner !== '' && manner !== 'HTTP')) { return undefined; }
  if (protocol === 'TCP') { return parts.size === 0 ? { kind: 'tcp', port } : undefined; }
  if (protocol !== 'HTTP') { return parts.size === 0 && manner === '' ? { kind: 'tcp', port } : undefined; }
  const [methods, paths] = [parts.get('method') ?? ['*'], parts.get('path') ?? ['*']];
  return faultOf(methods, paths) === undefined ? { kind: 'http', methods: unique(methods), paths: unique(paths), hosts: [], ports: [port] } : undefined;
}
