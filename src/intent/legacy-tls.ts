import { Justification, justified } from './justification';
import { noFurther } from '../util/arguments';
import { atLeastOne, objectName, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { isObject } from '../util/shape';
import { listed, quoted } from '../util/text';

/** How the certificate of a server is verified that is not in the mesh. */
export interface LegacySimpleTlsOptions {
  /**
   * Names of which the certificate of the server must have one, letter by letter.
   *
   * @default - the host of the destination
   */
  readonly subjectAltNames?: string[];

  /**
   * File in the proxy of the client with the authorities that are trusted, such as `/etc/certs/ca.pem`.
   *
   * @default - those that the image of the proxy trusts, or with `credentialName` those of the secret
   */
  readonly caCertificates?: string;

  /**
   * Name of the secret beside the client with the authorities that are trusted, as `ca.crt`; or these as `cacert` of the secret of this name and `-cacert`. The proxy of one workload
   * only reads it: name it by `clientWorkload`.
   *
   * @default - files, or the image of the proxy
   */
  readonly credentialName?: string;

  /**
   * Name of the server in the handshake. It must come with `subjectAltNames`: Istio verifies no name where it stands alone.
   *
   * @default - the host of the destination
   */
  readonly sni?: string;

  /**
   * Take any certificate for that of the server: whoever answers in its place reads and changes everything.
   *
   * @default - it is verified
   */
  readonly insecureSkipVerify?: Justification;
}

/** How client and server prove who they are, where the server is not in the mesh. */
export interface LegacyMutualTlsOptions extends LegacySimpleTlsOptions {
  /**
   * File in the proxy of the client with its certificate, such as `/etc/certs/cert.pem`.
   *
   * @default - that of the secret `credentialName`
   */
  readonly clientCertificate?: string;

  /**
   * File in the proxy of the client with the key of its certificate, never the key itself.
   *
   * @default - that of the secret `credentialName`
   */
  readonly privateKey?: string;
}

const VERIFICATION = { subjectAltNames: 'value', caCertificates: 'value', credentialName: 'value', sni: 'value', insecureSkipVerify: 'value' } as const;

const SIMPLE: InputStruct<LegacySimpleTlsOptions> = { name: 'LegacySimpleTlsOptions', members: VERIFICATION };

const MUTUAL: InputStruct<LegacyMutualTlsOptions> = {
  name: 'LegacyMutualTlsOptions', members: { ...VERIFICATION, clientCertificate: 'value', privateKey: 'value' },
};

/** TLS that a proxy starts towards a server that is not in the mesh. */
export interface StartedTlsData {
  readonly mode: 'SIMPLE' | 'MUTUAL';
  /** Empty for the host of the destination. */
  readonly subjectAltNames: readonly string[];
  readonly sni?: string;
  readonly caCertificates?: string;
  readonly clientCertificate?: string;
  readonly privateKey?: string;
  readonly credentialName?: string;
  /** Nothing is verified, for a reason. */
  readonly isUnverified: boolean;
  readonly reasons: readonly string[];
}

/** How clients connect to a server that is not in the mesh. */
export type LegacyTlsData = { readonly mode: 'DISABLE'; readonly reasons: readonly string[] } | StartedTlsData;

/**
 * How clients of the mesh connect to a server that is not in it.
 *
 * Rendered as `tls` of a DestinationRule, always with `mode`, without which it would be plaintext, and with the names that are verified.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
 */
export class LegacyTls {
  /**
   * No TLS, mode DISABLE: whoever is on the way reads and changes everything, and the server cannot tell who calls.
   *
   * @param justification why
   */
  public static disable(justification: Justification): LegacyTls {
    noFurther('LegacyTls.disable', arguments, 1, 'give the reason alone');
    return new LegacyTls({ mode: 'DISABLE', reasons: [justified('LegacyTls.disable', justification)] });
  }

  /**
   * TLS by which the server proves who it is, mode SIMPLE.
   *
   * @param options how its certificate is verified
   */
  public static simple(options: LegacySimpleTlsOptions = {}): LegacyTls {
    noFurther('LegacyTls.simple', arguments, 1, 'put all of it into the options');
    return new LegacyTls(started('SIMPLE', taken('LegacyTls.simple', SIMPLE, options)));
  }

  /**
   * TLS by which the client proves who it is as well, by a certificate that is not that of the mesh, mode MUTUAL.
   *
   * @param options the certificate of the client, and how that of the server is verified
   */
  public static mutual(options: LegacyMutualTlsOptions): LegacyTls {
    noFurther('LegacyTls.mutual', arguments, 1, 'put all of it into the options');
    const given = taken('LegacyTls.mutual', MUTUAL, options);
    const { credentialName, clientCertificate, privateKey } = given;
    if (credentialName === undefined && (clientCertificate === undefined || privateKey === undefined)) {
      const missing = clientCertificate === undefined ? 'clientCertificate' : 'privateKey';
      throw new Error(`${missing} must be given with mode MUTUAL, without which the proxy sends plaintext, got 'undefined'; name the file, or the secret by credentialName`);
    }
    return new LegacyTls(started('MUTUAL', given));
  }

  /** @internal */
  public readonly _data: LegacyTlsData;

  private constructor(data: LegacyTlsData) { this._data = data; }

  /** How clients connect, as text for tables and messages: `TLS, verified by api.pay.example`. */
  public describeLegacyTls(): string {
    const data = this._data;
    if (data.mode === 'DISABLE') { return 'plaintext'; }
    const kind = data.mode === 'MUTUAL' ? 'mutual TLS' : 'TLS';
    return `${kind}, ${data.isUnverified ? 'not verified' : `verified by ${data.subjectAltNames.join(' or ') || 'its host'}`}`;
  }
}

function started(mode: StartedTlsData['mode'], given: LegacyMutualTlsOptions): StartedTlsData {
  const { subjectAltNames, sni, insecureSkipVerify, credentialName } = given;
  const isUnverified = insecureSkipVerify !== undefined;
  const reasons = isUnverified ? [justified('insecureSkipVerify', insecureSkipVerify)] : [];
  if (isUnverified) { refuseBeside('insecureSkipVerify', 'which verifies nothing', given, ['subjectAltNames', 'caCertificates', ...mode === 'SIMPLE' ? ['credentialName'] as const : []]); }
  if (credentialName !== undefined) { refuseBeside('credentialName', 'whose secret holds it', given, ['caCertificates', 'clientCertificate', 'privateKey']); }
  if (sni !== undefined && subjectAltNames === undefined && !isUnverified) {
    throw new Error(`sni must come with subjectAltNames, without which any certificate of a trusted authority would do, got ${quoted(sni)}; name what the certificate must have`);
  }
  return {
    mode,
    subjectAltNames: subjectAltNames === undefined ? [] : atLeastOne('subjectAltNames', subjectAltNames, 'name what the certificate of the server must have').map((name, i) => exactName(`subjectAltNames[${i}]`, name)),
    ...sni === undefined ? {} : { sni: exactName('sni', sni) },
    ...files(given),
    ...credentialName === undefined ? {} : { credentialName: objectName('credentialName', credentialName) },
    isUnverified,
    reasons,
  };
}

function refuseBeside(prop: string, why: string, given: LegacyMutualTlsOptions, others: readonly (keyof LegacyMutualTlsOptions)[]): void {
  const pointless = others.filter(name => given[name] !== undefined);
  if (pointless.length > 0) { throw new Error(`${listed(pointless)} must be left out beside ${prop}, ${why}; keep one of them`); }
}

/** Proxies compare letter by letter: a star in the certificate is for them to read, one here would match nothing else. */
function exactName(prop: string, name: string): string {
  if (text(prop, name, 'name it').includes('*')) { throw new Error(`${prop} must be an exact name, got ${quoted(name)}; name the host, for which a certificate with a star is good as well`); }
  return name;
}

const FILES = ['caCertificates', 'clientCertificate', 'privateKey'] as const;

function files(given: LegacyMutualTlsOptions): { readonly [name in typeof FILES[number]]?: string } {
  return Object.fromEntries(FILES.flatMap(name => given[name] === undefined ? [] : [[name, file(name, given[name])]]));
}

/** What may be a key is not shown. */
function file(prop: string, path: string): string {
  if (typeof path === 'string' && /^\/\S*[^/\s]$/.test(path)) { return path; }
  const got = isObject(path) || String(path).includes('-----') ? 'something else' : quoted(path);
  throw new Error(`${prop} must be the absolute path of a file in the proxy, got ${got}; mount it there, as in '/etc/certs/${prop === 'privateKey' ? 'key' : 'cert'}.pem', and keep keys out of the app`);
}
