import { Justification, justified } from './justification';
import { LegacyTls, StartedTlsData } from './legacy-tls';
import { OutsidePortData } from './outside-server';
import { noFurther } from '../util/arguments';
import { instanceOf, portNumber } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** How the proxy of a caller starts TLS to a host outside. */
export interface EgressTlsOptions {
  /**
   * The port that workloads call, in HTTP without TLS. Not 443, at which clients start TLS themselves.
   *
   * @default 80
   */
  readonly number?: number;

  /**
   * The port that the host listens on.
   *
   * @default 443
   */
  readonly targetPort?: number;

  /**
   * Who the host must prove to be, and who the proxy is to it; rendered as `tls` of a DestinationRule, always with the names that are verified. Secrets, `credentialName`, are for
   * LegacyDestination, which has one workload read them.
   *
   * @default - LegacyTls.simple(): the certificate must be for the host
   */
  readonly tls?: LegacyTls;
}

const TLS_OPTIONS: InputStruct<EgressTlsOptions> = { name: 'EgressTlsOptions', members: { number: 'value', targetPort: 'value', tls: 'value' } };

/** A port of a host outside that workloads may call. */
export interface EgressPortData extends OutsidePortData {
  /** Where the proxy starts TLS, how. */
  readonly tls?: StartedTlsData;
  readonly reasons: readonly string[];
}

const REMEDY = 'give the port that workloads call';

/**
 * A port of a host outside of the cluster, and what workloads speak to it.
 *
 * Rendered as a port of a ServiceEntry; what it speaks says by what the host is known: the server name of TLS, the host of HTTP, or an address.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/
 */
export class EgressPort {
  /**
   * TLS that workloads start themselves, as with `https://`: protocol TLS. Their proxy sees the server name only, and by it whether the host is known; what is inside nobody sees.
   *
   * @param number the port
   */
  public static tls(number: number = 443): EgressPort {
    noFurther('EgressPort.tls', arguments, 1, 'name each port by itself');
    return new EgressPort({ number: portNumber('number', number, REMEDY), targetPort: number, protocol: 'tls', reasons: [] });
  }

  /**
   * HTTP that workloads send without TLS, as with `http://`, and for which their proxy starts TLS, and verifies who answers: protocol HTTP, and `tls` of a DestinationRule.
   *
   * @param options the ports, and the names that are verified
   */
  public static startsTls(options: EgressTlsOptions = {}): EgressPort {
    noFurther('EgressPort.startsTls', arguments, 1, 'put all of it into the options');
    const { number = 80, targetPort = 443, tls = LegacyTls.simple() } = taken('EgressPort.startsTls', TLS_OPTIONS, options);
    if (number === 443) { throw new Error('number must not be 443, at which clients start TLS themselves, into which the proxy would put its own; have them call 80 without TLS, or write EgressPort.tls()'); }
    const data = instanceOf('tls', tls, LegacyTls, 'say who the host must prove to be, as in LegacyTls.simple()')._data;
    if (data.mode === 'DISABLE') { throw new Error("tls must start TLS, got LegacyTls.disable; write EgressPort.plaintext(80, { reason: '…' }) where that is meant"); }
    if (data.credentialName !== undefined) {
      throw new Error(`tls must not read a secret, got credentialName ${quoted(data.credentialName)}, without which proxies send plaintext that may not read it; name files of the proxy, or state a LegacyDestination with clientWorkload`);
    }
    const ports = { number: portNumber('number', number, REMEDY), targetPort: portNumber('targetPort', targetPort, 'give the port that the host listens on') };
    return new EgressPort({ ...ports, protocol: 'http', tls: data, reasons: data.reasons });
  }

  /**
   * HTTP without TLS all the way: whoever is on the way reads and changes everything.
   *
   * @param number the port
   * @param justification why
   */
  public static plaintext(number: number, justification: Justification): EgressPort {
    noFurther('EgressPort.plaintext', arguments, 2, 'name each port by itself');
    const reasons = [justified('EgressPort.plaintext', justification)];
    if (number === 443) { throw new Error('number must not be 443, at which clients start TLS, which no proxy takes for HTTP; write EgressPort.tls()'); }
    return new EgressPort({ number: portNumber('number', number, REMEDY), targetPort: number, protocol: 'http', reasons });
  }

  /**
   * Connections of any other protocol, such as that of a database. They say nothing of their host, so that the access must name the `addresses` that workloads call.
   *
   * @param number the port
   */
  public static tcp(number: number): EgressPort {
    noFurther('EgressPort.tcp', arguments, 1, 'name each port by itself');
    return new EgressPort({ number: portNumber('number', number, REMEDY), targetPort: number, protocol: 'tcp', reasons: [] });
  }

  /** @internal */
  public readonly _data: EgressPortData;

  private constructor(data: EgressPortData) { this._data = data; }

  /** What is spoken on which port, as text for tables and messages: `443 (TLS)`. */
  public describeEgressPort(): string { return egressPortText(this._data); }
}

/** A port as messages show it. */
export function egressPortText({ number, targetPort, protocol, tls }: EgressPortData): string {
  if (tls !== undefined) { return `${number} (TLS started to ${targetPort})`; }
  return `${number} (${protocol === 'http' ? 'HTTP without TLS' : protocol.toUpperCase()})`;
}
