import { STRANGER, UNNAMED } from './samples';
import { Bystander, Witness } from './witness';
import { principalOf } from './witness-request';
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
    text: `metrics on port ${port} of '${someone.name}'`,
  }))) : [];
  return [...reads, ...bystanders.flatMap(pods => [...plaintext(pods), ...stranger(pods, mesh)])];
}

/** A mesh refuses plaintext at all pods, whatever their namespace, and strangers where nothing else is said, if it denies by default. */
export function meshWitnesses({ mesh, deniesByDefault }: MeshIntent, bystanders: readonly Bystander[]): Witness[] {
  const undeclared = bystanders.filter(({ namespace }) => namespace === UNNAMED);
  return [...bystanders.flatMap(plaintext), ...deniesByDefault ? undeclared.flatMap(pods => stranger(pods, mesh)) : []];
}

function plaintext(pods: Bystander): Witness[] {
  return pods.ports.map(port => ({
    request: { destination: podOf(pods, port) }, outcome: 'is refused as plaintext', text: `a plaintext connection to port ${port} of ${nameOf(pods)}`,
  }));
}

function stranger(pods: Bystander, mesh: MeshFacts): Witness[] {
  return pods.ports.slice(0, 1).map(port => ({
    request: { destination: podOf(pods, port), source: { principal: principalOf(STRANGER, mesh) }, http: { method: 'GET', path: `/${UNNAMED}` } },
    outcome: 'is refused',
    text: `GET /${UNNAMED} on port ${port} of ${nameOf(pods)} from a caller that nobody names`,
  }));
}

function podOf({ namespace, name, labels }: Bystander, port: number): AccessRequest['destination'] { return { namespace, workload: name, labels: { ...labels }, port }; }

function nameOf({ name, namespace }: Bystander): string { return name === UNNAMED ? `pods of namespace '${namespace}'` : `'${name}'`; }
