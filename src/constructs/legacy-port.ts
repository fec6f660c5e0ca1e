import { PortProtocol } from './workload-options';
import { LegacyServerData } from '../intent/legacy-destination-intent';
import { LegacyTlsData } from '../intent/legacy-tls';
import { OutsidePortData } from '../intent/outside-server';
import { atLeastOne, oneOf, portNumber } from '../util/given';
import { contains, isIp } from '../util/ip';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** A port by which a destination that is not in the mesh is called. */
export interface LegacyPort {
  /** The port that clients call. Where their proxy starts TLS it is not 443, at which they start it themselves. */
  readonly number: number;

  /**
   * The port that the server listens on; of a host outside of the cluster only, as a Service has its own.
   *
   * @default - `number`
   */
  readonly targetPort?: number;

  /**
   * What clients speak; of a host outside of the cluster only, as a Service declares it itself.
   *
   * @default PortProtocol.HTTP
   */
  readonly protocol?: PortProtocol;
}

const PORT: InputStruct<LegacyPort> = { name: 'LegacyPort', members: { number: 'needed', targetPort: 'value', protocol: 'value' } };

/** What is said of the ports of a host outside of the cluster, and of its addresses. */
export interface OutsideFacets {
  readonly ports?: readonly LegacyPort[];
  readonly addresses?: readonly string[];
}

/** Clients call port 80 in the clear, and their proxy the port of HTTPS. */
const HTTPS: OutsidePortData = { number: 80, targetPort: 443, protocol: 'http' };

/** A host outside of the cluster. */
export function outsideServer({ ports, addresses }: OutsideFacets, tls: LegacyTlsData): LegacyServerData {
  if (ports === undefined && tls.mode === 'DISABLE') {
    throw new Error("ports must be given for a host outside of the cluster that gets plaintext, got 'undefined'; name those that clients call, as in [{ number: 8080 }]");
  }
  const known = outsideAddresses(addresses);
  const server = { kind: 'outside', ports: ports === undefined ? [HTTPS] : portsOf(ports).map(outsidePort), addresses: known } as const;
  server.ports.forEach((port, i) => refuseHttps(`ports[${i}]`, port, tls));
  const tcp = server.ports.findIndex(({ protocol }) => protocol === 'tcp');
  if (tcp >= 0 && known.length === 0) {
    throw new Error(`ports[${tcp}] must come with addresses, as a TCP port says nothing of its host, so that the proxy would send there all that goes to port ${server.ports[tcp].number} of anything; name the addresses that clients call`);
  }
  return server;
}

/** At port 443 clients start TLS themselves. */
function refuseHttps(prop: string, { number, protocol }: OutsidePortData, { mode }: LegacyTlsData): void {
  if (number !== 443) { return; }
  if (mode !== 'DISABLE') {
    throw new Error(`${prop}.number must not be 443, at which clients start TLS themselves, into which the proxy would put its own; have them call 80 in the clear: { number: 80, targetPort: 443 }`);
  }
  if (protocol === 'http') { throw new Error(`${prop}.protocol must be 'tcp' at 443, where clients start TLS, which no proxy takes for HTTP, got 'http'; say PortProtocol.TCP`); }
}

/** The ports of a Service that are meant; its own protocols and target ports hold. */
export function servicePortNumbers(ports: readonly LegacyPort[] | undefined): number[] {
  if (ports === undefined) { return []; }
  return portsOf(ports).map((port, i) => {
    const own = (['targetPort', 'protocol'] as const).find(name => port[name] !== undefined);
    if (own !== undefined) { throw new Error(`ports[${i}].${own} must be left out for a Service, which has its own, got ${quoted(port[own])}; say it there`); }
    return port.number;
  });
}

function portsOf(given: readonly LegacyPort[]): LegacyPort[] {
  const ports = atLeastOne('ports', given, 'name those that clients call, as in [{ number: 80 }]').map((port, i) => taken(`ports[${i}]`, PORT, port));
  ports.forEach(({ number }, i) => {
    portNumber(`ports[${i}].number`, number);
    if (ports.findIndex(port => port.number === number) < i) { throw new Error(`ports[${i}].number must not be that of another port, got '${number}' again; leave one out`); }
  });
  return ports;
}

function outsidePort({ number, targetPort = number, protocol = PortProtocol.HTTP }: LegacyPort, index: number): OutsidePortData {
  portNumber(`ports[${index}].targetPort`, targetPort);
  return { number, targetPort, protocol: oneOf(`ports[${index}].protocol`, protocol, Object.values(PortProtocol)) };
}

/** The addresses by which clients call a host, if any. */
export function outsideAddresses(addresses: readonly string[] | undefined): string[] {
  return addresses === undefined ? [] : atLeastOne('addresses', addresses, 'name those that clients call').map(address);
}

/** A single address: istiod takes no block where it asks DNS. */
function address(given: string, index: number): string {
  if (typeof given !== 'string' || !isIp(given)) { throw new Error(`addresses[${index}] must be an IP address, got ${quoted(given)}; name each by itself, without a prefix length`); }
  if (NOT_OUTSIDE.some(block => contains(block, given))) {
    throw new Error(`addresses[${index}] must be outside of the pods that call it, got ${quoted(given)}, by which a proxy takes any address, or a pod means itself or many; name the address of the host, or one that nothing has, such as '240.240.0.10'`);
  }
  return given;
}

/** Any address, the pod itself, and groups; as IPv6 has them, too. */
const NOT_OUTSIDE = ['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/4', '255.255.255.255', '::/128', '::1/128', 'ff00::/8', '::ffff:0.0.0.0/104', '::ffff:127.0.0.0/104', '::ffff:224.0.0.0/100'];
