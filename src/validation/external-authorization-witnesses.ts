import { httpOf } from './access-witnesses';
import { Draft } from './draft';
import { portsOfApi } from './guard';
import { covers, portsOf, STRANGER, UNNAMED } from './samples';
import { Witness } from './witness';
import { principalOf, witnessesFrom } from './witness-request';
import { Caller, callerName } from '../intent/caller';
import { ExternalAuthorizationIntent } from '../intent/external-authorization-intent';
import { waypointCaller } from '../intent/mesh';
import { HttpOperationData } from '../intent/operation-data';

/**
 * At each port it is asked about what nobody names, and where something passes unasked, about what is one field away from it: another method, and a
 * path that a server may take for the same. What passes unasked does. And whoever asks is let in by the authorizer.
 */
export function externalAuthorizationWitnesses(intent: ExternalAuthorizationIntent): Witness[] {
  const { unaskedOperations } = intent;
  const isUnasked = ({ http, port }: Draft) => http !== undefined
    && unaskedOperations.some(operation => portsOfUnasked(operation, intent).includes(port) && covers(operation, http.method, http.path));
  const unasked = unaskedOperations.flatMap(operation => portsOfUnasked(operation, intent).map(port => draft(port, httpOf(operation))));
  const near = unasked.flatMap(({ port, http }) => http ? [draft(port, { ...http, method: 'TRACE' }), draft(port, { ...http, path: `/${http.path}` })] : []);
  const anything = portsOfApi(intent).map(port => draft(port, isHttp(port, intent) ? SOMETHING : undefined));
  const asked = [...anything, ...near].filter(one => !isUnasked(one));
  return [...witnessesFrom(intent, asked, 'is asked'), ...witnessesFrom(intent, unasked, 'is not asked'), ...asking(intent)];
}

const SOMETHING = { method: 'GET', path: `/${UNNAMED}` };

function draft(port: number, http: Draft['http']): Draft { return { caller: STRANGER, port, http, conditions: [] }; }

function portsOfUnasked(operation: HttpOperationData, intent: ExternalAuthorizationIntent): number[] {
  return operation.ports.length > 0 ? portsOf(operation, intent.target) : portsOfApi(intent).filter(port => isHttp(port, intent));
}

function isHttp(wanted: number, { target }: ExternalAuthorizationIntent): boolean {
  return target.ports.some(({ number, protocol }) => number === wanted && protocol === 'http');
}

/** The proxy of the workload asks with its account, a waypoint with its own. */
function asking({ authorizer, namespace: { waypoint }, target, mesh, provider }: ExternalAuthorizationIntent): Witness[] {
  if (!authorizer) { return []; }
  const asker: Caller = waypoint ? waypointCaller(waypoint) : { kind: 'serviceAccount', namespace: target.namespace, name: target.serviceAccount };
  const http = provider.kind === 'extAuthzGrpc' ? { method: 'POST', path: CHECK } : { method: 'GET', path: `${provider.pathPrefix ?? ''}/${UNNAMED}` };
  const { name, namespace, port } = authorizer;
  return [{
    request: { destination: { namespace, service: name, port }, source: { principal: principalOf(asker, mesh) }, http },
    outcome: 'passes',
    text: `${http.method} ${http.path} on port ${port} of Service '${namespace}/${name}', by which ${callerName(asker)} asks the authorizer about '${target.path}',`,
  }];
}

/** What is called to ask over gRPC. */
const CHECK = '/envoy.service.auth.v3.Authorization/Check';
