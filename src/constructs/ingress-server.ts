import { hostPattern } from '../intent/http-pattern';
import { IngressServerData } from '../intent/ingress-intent';
import { reasonOf } from '../intent/justification';
import { noFurther } from '../util/arguments';
import { atLeastOne, objectName, portNumber, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** Hosts of a gateway whose clients connect by TLS. */
export interface IngressTlsOptions {
  /** Exact hosts, or `*.example.com` for all below one. */
  readonly hosts: string[];

  /** The secret with certificate and key, in the namespace of the gateway; rendered as `credentialName`, or `certificateRefs`. */
  readonly credentialName: string;

  /**
   * The port that clients call: of the Service of a classic gateway, of the listener of one of the Gateway API.
   *
   * @default 443
   */
  readonly port?: number;
}

/** Hosts of a gateway whose clients prove by a certificate who they are. */
export interface IngressMutualTlsOptions {
  /** Exact hosts, or `*.example.com` for all below one. */
  readonly hosts: string[];

  /** The secret with certificate, key and, as `ca.crt` or in the secret `NAME-cacert`, the authority that signs the certificates of clients. */
  readonly credentialName: string;

  /**
   * The port that clients call.
   *
   * @default 443
   */
  readonly port?: number;

  /**
   * Names of which the certificate of a client must have one, letter by letter. At classic gateways only.
   *
   * @default - any certificate that the authority signed
   */
  readonly subjectAltNames?: string[];
}

/** Hosts of a gateway whose clients connect in the clear. */
export interface IngressPlaintextOptions {
  /** Exact hosts, or `*.example.com` for all below one. */
  readonly hosts: string[];

  /** Why they may, such as a load balancer that ends TLS; stays visible in the output. */
  readonly reason: string;

  /**
   * The port that clients call.
   *
   * @default 80
   */
  readonly port?: number;
}

const TLS: InputStruct<IngressTlsOptions> = { name: 'IngressTlsOptions', members: { hosts: 'needed', credentialName: 'needed', port: 'value' } };

const MUTUAL_TLS: InputStruct<IngressMutualTlsOptions> = {
  name: 'IngressMutualTlsOptions', members: { hosts: 'needed', credentialName: 'needed', port: 'value', subjectAltNames: 'value' },
};

const PLAINTEXT: InputStruct<IngressPlaintextOptions> = { name: 'IngressPlaintextOptions', members: { hosts: 'needed', reason: 'needed', port: 'value' } };

/**
 * Hosts that a gateway serves, and how their clients connect. Rendered as one server of a Gateway, or of the Gateway API as one listener for each host.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings
 */
export class IngressServer {
  /**
   * Clients connect by TLS, which the gateway ends.
   *
   * @param options hosts and secret
   */
  public static tls(options: IngressTlsOptions): IngressServer {
    noFurther('IngressServer.tls', arguments, 1, 'state each server by itself');
    const { hosts, credentialName, port = 443 } = taken('IngressServer.tls', TLS, options);
    return new IngressServer({ hosts: hostsOf(hosts), port: portNumber('port', port, PORT), tls: { credentialName: secret(credentialName), asksCertificate: false, subjectAltNames: [] } });
  }

  /**
   * Clients connect by TLS with a certificate. Rendered as mode MUTUAL, never OPTIONAL_MUTUAL.
   *
   * @param options hosts and secret, and the names in the certificates of clients
   */
  public static mutualTls(options: IngressMutualTlsOptions): IngressServer {
    noFurther('IngressServer.mutualTls', arguments, 1, 'state each server by itself');
    const { hosts, credentialName, port = 443, subjectAltNames } = taken('IngressServer.mutualTls', MUTUAL_TLS, options);
    const names = subjectAltNames === undefined ? [] : atLeastOne('subjectAltNames', subjectAltNames, 'name those of the clients, or leave it out').map((name, i) => altName(`subjectAltNames[${i}]`, name));
    return new IngressServer({
      hosts: hostsOf(hosts), port: portNumber('port', port, PORT), tls: { credentialName: secret(credentialName), asksCertificate: true, subjectAltNames: names },
    });
  }

  /**
   * Clients connect in the clear: whatever they send can be read and changed on its way.
   *
   * @param options hosts, and why
   */
  public static plaintext(options: IngressPlaintextOptions): IngressServer {
    noFurther('IngressServer.plaintext', arguments, 1, 'state each server by itself');
    const { hosts, reason, port = 80 } = taken('IngressServer.plaintext', PLAINTEXT, options);
    return new IngressServer({ hosts: hostsOf(hosts), port: portNumber('port', port, PORT), reason: reasonOf('IngressServer.plaintext', reason) });
  }

  /** @internal */
  public readonly _data: IngressServerData;

  private constructor(data: IngressServerData) { this._data = data; }

  /** What it serves, as text for tables and messages: `shop.example.com by TLS on port 443`. */
  public describeIngressServer(): string {
    const { hosts, port, tls } = this._data;
    const how = tls ? `by ${tls.asksCertificate ? 'mutual ' : ''}TLS` : 'in the clear';
    return `${hosts.join(', ')} ${how} on port ${port}`;
  }
}

const PORT = 'give the port that clients call';

function secret(name: string): string { return objectName('credentialName', name); }

/** Hosts of a server, or of an access through it. */
export function hostsOf(given: readonly string[]): string[] {
  return atLeastOne('hosts', given, "name them, as in ['shop.example.com']").map((host, i) => ingressHost(`hosts[${i}]`, host));
}

/** A name that clients ask for, without its port. */
function ingressHost(prop: string, given: string): string {
  const host = hostPattern(prop, given);
  if (isHost(host)) { return host; }
  const meant = host.toLowerCase().replace(/(:\d+|\.)$/, '');
  const cure = isHost(meant) ? `did you mean ${quoted(meant)}?` : [host, meant].some(isAddress) ? 'name no address: clients ask for a name' : 'name what DNS has for it';
  throw new Error(`${prop} must be a host name of lower-case letters, digits, '-' and '.', or '*.' and one, got ${quoted(host)}; ${cure}`);
}

/** As the API server takes it for a listener and for a route. */
function isHost(host: string): boolean {
  return /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(host) && host.length <= 253 && !isAddress(host);
}

function isAddress(host: string): boolean { return /^[\d.]+$/.test(host) || /^\[?[\da-f]*:[\da-f:.]+\]?$/.test(host); }

/** A star would be compared as such. */
function altName(prop: string, given: string): string {
  const name = text(prop, given, 'name one that stands in the certificates of clients');
  if (name.includes('*')) { throw new Error(`${prop} must be a whole name, got ${quoted(name)}; names are compared letter by letter: name each`); }
  return name;
}
