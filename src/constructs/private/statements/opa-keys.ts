import { isOfCluster } from './legacy-host';
import { openedByHand } from './network-policies-by-hand';
import { isNamed } from '../../../intent/caller';
import { EgressIntent } from '../../../intent/egress-intent';
import { DataPlane } from '../../../intent/mesh';
import { OpaPolicyData } from '../../../intent/opa-policy';
import { WorkloadFacts } from '../../../intent/workload';
import { isIp } from '../../../util/ip';
import { quoted, unique } from '../../../util/text';
import { boundariesOf, boundaryOf } from '../index/egress-boundaries';
import { egressNeeds } from '../index/egress-needs';
import { statedIntents } from '../index/network-flows';
import { statementOf } from '../index/statement';
import { World } from '../index/world';

/** OPA fetches the keys of its rules by itself, as istiod does for the mesh: where nothing leaves its pods that is not stated, that must be. */
export function checkKeysAreReached(policy: OpaPolicyData, opa: WorkloadFacts, world: World): string[] {
  const closing = policy.kind === 'rules' ? closingFor(opa, world) : undefined;
  if (policy.kind === 'rego' || closing === undefined) { return []; }
  const addresses = unique(policy.rules.flatMap(({ issuers }) => issuers.flatMap(({ jwks, jwksUri }) => jwks === undefined ? jwksUri ?? [] : [])));
  return addresses.flatMap(address => {
    const end = endOf(address, opa.namespace, world);
    return end === undefined || isLetOut(opa, end, world) ? [] : [`jwksUri must be within reach of OPA, which fetches the keys itself, got ${quoted(address)}, and ${closing} lets nothing out of ${quoted(opa.path)} to port ${end.port} of '${end.host}', `
      + `so that every rule that asks for such a token would refuse; ${cure(end, opa)}, or give the JwtIssuer jwks`];
  });
}

/** What closes the way out of pods, if anything does. */
function closingFor(opa: WorkloadFacts, world: World): string | undefined {
  const { namespace, podLabels: labels } = opa;
  const boundary = world.dataPlane(namespace) === DataPlane.SIDECAR ? boundaryOf({ namespace, pod: { labels } }, world) : undefined;
  if (boundary) { return `EgressBoundary ${quoted(boundary.construct.node.path)}`; }
  // one by hand lets out whatever its author knows of
  const isClosed = world.networkTwins(namespace)?.egress !== undefined && openedByHand(namespace, [labels], 'egress', world).length === 0;
  return isClosed ? `networkPolicies of namespace '${namespace}'` : undefined;
}

/** Where keys are fetched. */
interface End { readonly host: string; readonly port: number; readonly isTls: boolean }

/** What is no address is told by whoever takes it. */
function endOf(address: string, namespace: string, world: World): End | undefined {
  if (!URL.canParse(address)) { return undefined; }
  const { protocol, hostname, port } = new URL(address);
  const isTls = protocol === 'https:';
  return { host: inFull(hostname, namespace, world), port: port === '' ? isTls ? 443 : 80 : Number(port), isTls };
}

/** Services of the cluster may be called by less than all of their names. */
function inFull(host: string, namespace: string, { tree }: World): string {
  const names = host.split('.');
  const [name, place = namespace] = names.slice(-2).includes('svc') ? names.slice(0, -1) : names;
  const isService = names.length <= 3 && tree.servicesIn(place).some(service => service.name === name);
  return isService ? `${name}.${place}.svc.cluster.local` : host;
}

/** An EgressAccess for OPA says at which ports; whatever else is stated says that it is called. */
function isLetOut(opa: WorkloadFacts, { host, port, isTls }: End, world: World): boolean {
  const accesses = statedIntents(world).filter((intent): intent is EgressIntent => intent.kind === 'egress' && intent.host === host && isCaller(opa, intent));
  const isSpoken = (protocol: string) => protocol === 'tcp' || (protocol === 'http') !== isTls;
  if (accesses.length > 0) { return accesses.some(({ ports }) => ports.some(({ number, protocol }) => number === port && isSpoken(protocol))); }
  const bounds = { within: opa.namespace, pods: opa };
  const ofNamespace = boundariesOf(world).filter(({ within }) => within === opa.namespace);
  const ofBoundary = ofNamespace.flatMap(({ construct }) => otherServicesOf(construct, world));
  return [...egressNeeds(bounds, world).hosts, ...ofBoundary].some(known => known.host === host);
}

function isCaller({ namespace, serviceAccount }: WorkloadFacts, { callers }: EgressIntent): boolean {
  return callers.some(caller => {
    if (caller.kind === 'serviceAccount') { return caller.namespace === namespace && caller.name === serviceAccount && caller.trustDomain === undefined; }
    return caller.kind === 'namespace' ? caller.namespace === namespace : !isNamed(caller);
  });
}

function otherServicesOf(construct: Parameters<typeof statementOf>[0], world: World) {
  const intent = statementOf(construct)?.read(world);
  return intent?.kind === 'egress-boundary' ? intent.otherServices ?? [] : [];
}

function cure({ host, port, isTls }: End, { namespace, serviceAccount }: WorkloadFacts): string {
  const callers = `callers: [Principal.serviceAccount('${namespace}', '${serviceAccount}')]`;
  if (isIp(host.replace(/^\[|\]$/g, ''))) { return 'give an address by the name of its host, and state that by an EgressAccess'; }
  if (isOfCluster(host)) { return `state that it is called: new ServiceAccess(…, { ${callers}, … })`; }
  const ports = port === 443 && isTls ? '' : `, ports: [EgressPort.${isTls ? `tls(${port})` : `plaintext(${port}, { reason: '…' })`}]`;
  return `state it: new EgressAccess(…, { ${callers}, host: '${host}'${ports} })`;
}
