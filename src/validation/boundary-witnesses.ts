import { Opening } from './openings';
import { portName } from './ports';
import { STRANGER, UNNAMED } from './samples';
import { Bystander, Witness } from './witness';
import { principalOf, requestTo, textOf } from './witness-request';
import { MeshIntent, NamespaceIntent } from '../intent/intent';
import { DataPlane, MeshFacts } from '../intent/mesh';
import { AccessRequest } from '../policy/request/request';

/** At every port of its pods a namespace refuses plaintext, and callers that nobody names; readers of metrics pass. */
export function namespaceWitnesses({ mesh, namespace }: NamespaceIntent, bystanders: readonly Bystander[]): Witness[] {
  const { metrics, dataPlane } = namespace;
  const [someone] = bystanders;
  const reads: Witness[] = metrics && someone ? metrics.readers.slice(0, 1).flatMap(reader => metrics.ports.map(port => ({
    outcome: 'passes',
    request: {
      destination: podOf(someone, port),
      source: { principal: principalOf(reader, mesh) },
      http: { method: 'GET', path: dataPlane === DataPlane.SIDECAR ? metrics.path : '/' },
    },
    text: `metrics on port ${port} of ${nameOf(someone)}`,
  }))) : [];
  return [...reads, ...bystanders.flatMap(pods => [...plaintext(pods), ...stranger(pods, mesh), ...opened(pods, mesh)])];
}

/** A mesh refuses plaintext at all pods, whatever their namespace, and strangers where nothing else is said, if it denies by default. */
export function meshWitnesses({ mesh, deniesByDefault }: MeshIntent, bystanders: readonly Bystander[]): Witness[] {
  const undeclared = bystanders.filter(({ namespace }) => namespace === UNNAMED);
  return [...bystanders.flatMap(plaintext), ...deniesByDefault ? undeclared.flatMap(pods => stranger(pods, mesh)) : []];
}

function plaintext(pods: Bystander): Witness[] {
  return pods.ports.map(port => ({
    request: { destination: podOf(pods, port) }, outcome: 'is refused as plaintext', text: `a plaintext connection to ${portName(port)} of ${nameOf(pods)}`,
  }));
}

function stranger(pods: Bystander, mesh: MeshFacts): Witness[] {
  return refused({ caller: STRANGER, http: { method: 'GET', path: `/${UNNAMED}` }, conditions: [], ports: [] }, pods, mesh);
}

/** What rules of other policies let in from callers whom nobody names. */
function opened(pods: Bystander, mesh: MeshFacts): Witness[] { return pods.openings.flatMap(opening => refused(opening, pods, mesh)); }

function refused(opening: Opening, pods: Bystander, mesh: MeshFacts): Witness[] {
  const ports = opening.ports.length > 0 ? opening.ports : pods.ports;
  return ports.map(port => ({
    request: requestTo(podOf(pods, port), opening, mesh), outcome: 'is refused', text: textOf(`${portName(port)} of ${nameOf(pods)}`, opening),
  }));
}

function podOf({ namespace, name, labels }: Bystander, port: number): AccessRequest['destination'] {
  return { namespace, workload: name, ...(labels ? { labels: { ...labels } } : {}), port };
}

function nameOf({ name, namespace }: Bystander): string { return name === UNNAMED ? `pods of namespace '${namespace}'` : `'${namespace}/${name}'`; }
