import { namesOnChain } from './enforced-names';
import { GatewayChain, gatewayChains, isBetweenNetworks } from '../../src/policy/gateways/gateway-chains';
import { Mesh } from '../../src/policy/request/mesh-settings';
import { ProxyKind } from '../../src/policy/request/request';
import { Inventory } from '../../src/policy/resources/inventory';
import { attachedPolicies } from '../../src/policy/workloads/attached-policies';
import { GATEWAY_NAME } from '../../src/policy/workloads/label-names';
import { settingsOf } from '../../src/policy/workloads/proxy-settings';
import { findWorkload, Workload } from '../../src/policy/workloads/workload';

/** A filter chain as it was recorded, as far as it decides anything. */
export interface RecordedChain {
  readonly kind: string;
  readonly sni?: readonly string[];
  readonly alpn?: readonly string[];
  readonly tls: boolean;
  readonly clientCertRequired?: boolean;
  readonly authz: unknown;
  readonly numTrustedProxies?: number;
}

export interface RecordedListener {
  readonly port: number;
  readonly chains: readonly RecordedChain[];
}

/** A chain in words that can be compared. */
type Line = Readonly<Record<string, unknown>>;

/** What a recording says of the listeners of a gateway. */
export function recordedLines(listeners: readonly RecordedListener[]): Line[] {
  return inOrder(listeners.flatMap(({ port, chains }) => chains.map(({ kind, sni, alpn, tls, clientCertRequired, authz, numTrustedProxies }) =>
    ({ port, kind, sni: sni && [...sni].sort(), isMesh: alpn !== undefined, tls, clientCertRequired: clientCertRequired ?? false, authz, trusted: numTrustedProxies }))));
}

/** What the evaluator takes the listeners to be, where it is sure. Secrets that a whole world does not have are not there. */
export function evaluatedLines(inventory: Inventory, mesh: Mesh, manifests: readonly unknown[], pod: string): Line[] | undefined {
  const [namespace, name] = pod.split('/');
  const pods = findWorkload(inventory, namespace, name)!;
  const settings = settingsOf(mesh, pods.annotations, true);
  const [chains, ...others] = gatewayChains(inventory, settings, pods);
  const secrets = secretsOf(manifests);
  return others.length > 0 ? undefined : inOrder(chains.filter(chain => chain.secrets.every(secret => secrets.includes(secret))).flatMap(chain => linesOf(inventory, settings, pods, chain)));
}

function linesOf(inventory: Inventory, mesh: Mesh, pods: Workload, chain: GatewayChain): Line[] {
  const { namespace, name, labels } = pods;
  const attached = attachedPolicies(inventory, { kind: ProxyKind.GATEWAY, namespace, name, labels, gatewayName: labels[GATEWAY_NAME] }, mesh);
  const { port, kind, names, tlsMode = '' } = chain;
  const isMesh = isBetweenNetworks(chain);
  const line = {
    port,
    kind: kind.toLowerCase(),
    isMesh,
    tls: tlsMode !== '' && !tlsMode.endsWith('PASSTHROUGH'),
    clientCertRequired: ['MUTUAL', 'ISTIO_MUTUAL'].includes(tlsMode),
    authz: isMesh ? {} : namesOnChain(attached, kind, mesh),
    trusted: kind === 'HTTP' ? mesh.trustedProxies : undefined,
  };
  return isMesh ? (names ?? []).map(sni => ({ ...line, sni: [sni] })) : [{ ...line, sni: names && [...names].sort() }];
}

function secretsOf(manifests: readonly unknown[]): string[] {
  const objects = manifests as readonly { readonly kind?: string; readonly metadata?: { readonly name?: string; readonly namespace?: string } }[];
  return objects.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => `${metadata?.namespace ?? 'default'}/${metadata?.name ?? ''}`);
}

function inOrder(lines: readonly Line[]): Line[] {
  const text = (line: Line) => JSON.stringify(Object.entries(line).sort(([a], [b]) => a < b ? -1 : 1));
  return [...lines].sort((a, b) => text(a) < text(b) ? -1 : 1);
}
