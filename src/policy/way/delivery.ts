import { Hop, Way } from './hop';
import { MutualTlsMode } from '../../istio/peer-authentication';
import { SentTransport } from '../clients/sent-transport';
import { Mesh } from '../request/mesh-settings';
import { RequestSource, Transport } from '../request/request';
import { fullName } from '../resources/policy';

/** What of a client arrives at the first proxy of a way. */
export interface Delivery {
  /** How it connects, as far as its proxy says it. */
  readonly source: Pick<RequestSource, 'transport' | 'sni' | 'alpn'>;
  /** Whether it comes through a tunnel; undefined where that is not known. */
  readonly tunnelled?: boolean;
  /** Whether the server name is the host of the request, where it is HTTP. */
  readonly namesHost?: boolean;
  readonly notes: readonly string[];
  /** Why nothing arrives. */
  readonly broken?: string;
  /** Why it is not known what arrives. */
  readonly unknown?: string;
}

/** As notes tell that a rule says how a client connects, between its name and the mode. */
export const SETS_TLS = ' sets TLS to ';

/** What arrives of what a proxy sends: `serverName` is the one that it gives the server by itself. */
export function delivered(sent: SentTransport, way: Way, serverName: string, mesh: Mesh): Delivery {
  const { tunnel, by } = sent;
  const note = by && `${by.rule.madeOf ?? `DestinationRule ${fullName(by.rule)}`}${SETS_TLS}${by.tls.mode ?? 'no mode, which is DISABLE'}`;
  const notes = note === undefined ? [] : [note];
  const [first] = way.hops;
  if (tunnel || first?.at === 'waypoint') return { ...throughTunnel(sent, first, notes), tunnelled: true };
  return { ...pastTunnel(sent, way, serverName, mesh, notes), tunnelled: false };
}

function pastTunnel(sent: SentTransport, way: Way, serverName: string, mesh: Mesh, notes: readonly string[]): Delivery {
  const { tls, by } = sent;
  const [first] = way.hops;
  if (tls === 'none') return { source: { transport: Transport.PLAINTEXT }, notes };
  const broken = tls === 'istio' ? whyNoHandshake(first, way) : undefined;
  const mistaken = broken ?? whyNotTrusted(sent, first, way, mesh);
  if (mistaken !== undefined) return { source: {}, notes, broken: mistaken };
  if (tls === 'istio') return { source: { transport: Transport.MUTUAL_TLS, sni: by?.tls.sni || serverName }, notes };
  return ofOwnTls(sent, first, notes);
}

/** The identity shows; what is inside is for the workload, unless a waypoint looks into it. The tunnel to a gateway ends at a ztunnel before it. */
function throughTunnel({ tls }: SentTransport, first: Hop | undefined, notes: readonly string[]): Delivery {
  if (first?.at === 'gateway') {
    const note = `a tunnel leads to the ztunnel of '${fullName(first.proxy)}', whose policies are not evaluated: the gateway sees no identity`;
    return { source: { transport: tls === 'none' ? Transport.PLAINTEXT : Transport.ONE_WAY_TLS }, notes: [...notes, note] };
  }
  const source = { transport: Transport.MUTUAL_TLS, sni: '' };
  if (tls === 'none' || first?.at !== 'waypoint') return { source, notes };
  return { source, notes, unknown: 'the waypoint gets TLS of the client by a DestinationRule, and starts its own: what it sees is not evaluated' };
}

/** Whoever does not end Istio's mutual TLS cannot answer its handshake. */
function whyNoHandshake(first: Hop | undefined, { to, unknown }: Way): string | undefined {
  if (unknown !== undefined) return undefined;
  if (!first) return `nothing arrives: mutual TLS is sent to '${to}', where no proxy ends it`;
  if (first.at === 'ztunnel') return `nothing arrives: mutual TLS is sent past the tunnel to '${to}', where ztunnel does not end it`;
  const isDisabled = first.at === 'sidecar' && first.mode.modes.every(mode => mode === MutualTlsMode.DISABLE);
  return isDisabled ? `nothing arrives: mutual TLS is sent to '${to}', whose mode is DISABLE` : undefined;
}

/** Names that the client insists on, and the server does not have. */
function whyNotTrusted({ tls, by }: SentTransport, first: Hop | undefined, { server }: Way, mesh: Mesh): string | undefined {
  const names = by?.tls.subjectAltNames ?? [];
  if (names.length === 0 || !server || first?.at !== 'sidecar' && tls !== 'istio') return undefined;
  if (server.serviceAccount === undefined) return undefined;
  const identity = mesh.identities.of(`${server.namespace}/${server.serviceAccount}`);
  return names.includes(identity) ? undefined : `nothing arrives: the server is '${identity}', and the client insists on ${names.map(name => `'${name}'`).join(', ')}`;
}

/** Protocols are not offered as in the mesh. A certificate in a file or a secret is taken to be the client's own. */
function ofOwnTls({ tls, by }: SentTransport, first: Hop | undefined, notes: readonly string[]): Delivery {
  const { sni = '', credentialName = '', clientCertificate = '' } = by?.tls ?? {};
  const isSeen = tls === 'mutual' && first !== undefined && first.at !== 'ztunnel';
  const namesHost = sni === '';
  if (!isSeen) return { source: { transport: Transport.ONE_WAY_TLS, sni, alpn: [] }, namesHost, notes };
  const certificate = credentialName === '' ? `in ${clientCertificate}` : `in the secret ${credentialName}`;
  const assumed = `the certificate ${certificate} is not in the manifests; it is taken to be the client's own, of the mesh`;
  return { source: { transport: Transport.MUTUAL_TLS, sni, alpn: [] }, namesHost, notes: [...notes, assumed] };
}
