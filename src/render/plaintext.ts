import { allBut, StatedOperation } from './all-but';
import { Attachment, atPods } from './attachment';
import { checkScope } from './checks';
import { isConnectionOperation, operationOf } from './operation';
import { Rendering } from './rendering';
import { operationText } from '../intent/operation-data';
import { PlaintextIntent } from '../intent/plaintext-intent';
import { AuthorizationPolicyAction, AuthorizationPolicySpec, AuthorizationRule, AuthorizationSource } from '../istio/authorization-policy';
import { MutualTls, MutualTlsMode, PeerAuthenticationSpec } from '../istio/peer-authentication';
import { quoted, unique } from '../util/text';

const STRICT: MutualTls = { mode: MutualTlsMode.STRICT };

/** Not DISABLE, by which the port would take no mutual TLS any more, and which ztunnel does not know for a port. */
const PERMISSIVE: MutualTls = { mode: MutualTlsMode.PERMISSIVE };

/** In plaintext nobody has an identity. Whoever has one needs an access of its own, also from these networks. */
const NO_IDENTITY = { notPrincipals: ['*'] };

/**
 * Always at the pods, where addresses are those of the peers. The mode of the workload is written in any case: what ztunnel makes of a port with a
 * mode hangs on it. What comes in plaintext and is not stated is denied, whatever other policies allow to anyone.
 */
export function renderPlaintext(intent: PlaintextIntent): Rendering<'mtls' | 'exception' | 'plaintext-deny'> {
  const problems: string[] = [];
  const { target, namespace, networks } = intent;
  const pods = atPods(target, namespace);
  checkScope(intent, pods, problems);
  if (pods.proxy === 'ztunnel') { checkConnections(intent, problems); }
  const stated = statedOf(intent, pods, problems);
  const mtls: PeerAuthenticationSpec = { ...pods.scope, ...modesOf(stated) };
  const exception: AuthorizationPolicySpec = { ...pods.scope, rules: rulesOf({ ...NO_IDENTITY, ipBlocks: [...networks] }, stated) };
  const deny: AuthorizationPolicySpec = {
    ...pods.scope,
    action: AuthorizationPolicyAction.DENY,
    rules: [
      { from: [{ source: { ...NO_IDENTITY, notIpBlocks: [...networks] } }] },
      ...stated.length === 0 ? [] : [{ from: [{ source: NO_IDENTITY }], to: allBut(stated, problems).map(operation => ({ operation })) }],
    ],
  };
  return { specs: { mtls, exception, 'plaintext-deny': deny }, problems };
}

/** A waypoint would see HTTP, but in place of the clients an internal address. */
function checkConnections({ operations, target }: PlaintextIntent, problems: string[]): void {
  const http = operations.find(operation => !isConnectionOperation(operation));
  if (http) {
    problems.push(`operations of plaintext in ambient must be ports, got ${quoted(operationText(http))} at ${quoted(target.path)}: ztunnel sees connections only, and a waypoint no addresses; `
      + 'name all of a port: Operation.anyHttp({ ports: […] }) or Operation.tcp(…)');
  }
}

/** HTTP and TCP apart: on a TCP port a proxy drops a rule whole that has an HTTP field anywhere. */
interface Stated extends StatedOperation { readonly isConnection: boolean }

function statedOf({ operations, target }: PlaintextIntent, pods: Attachment, problems: string[]): Stated[] {
  return operations.map(operation => {
    const { ports = [], ...fields } = operationOf(operation, target, pods, problems);
    return { fields, ports, isConnection: isConnectionOperation(operation) };
  });
}

function modesOf(stated: readonly Stated[]): Pick<PeerAuthenticationSpec, 'mtls' | 'portLevelMtls'> {
  if (stated.length === 0) { return { mtls: PERMISSIVE }; }
  const ports = unique(stated.flatMap(one => one.ports));
  return { mtls: STRICT, portLevelMtls: Object.fromEntries(ports.map(port => [port, PERMISSIVE])) };
}

function rulesOf(source: AuthorizationSource, stated: readonly Stated[]): AuthorizationRule[] {
  const from = [{ source }];
  if (stated.length === 0) { return [{ from }]; }
  const byLayer = [stated.filter(({ isConnection }) => isConnection), stated.filter(({ isConnection }) => !isConnection)];
  return byLayer.filter(some => some.length > 0).map(some => ({ from, to: some.map(({ fields, ports }) => ({ operation: { ...fields, ports } })) }));
}
