import { AccessRequest, RequestToken, TokenState, Transport } from 'cdk8s-zero-trust';
import { GATEWAYS } from './build';
import { twinOf } from './recipe';

/** A token and where it stands: nowhere means `Authorization: Bearer`. */
export interface AskedToken {
  readonly at: { readonly cookie?: string; readonly query?: string; readonly header?: string; readonly prefix?: string };
  readonly claims: { readonly [claim: string]: unknown };
  readonly isValid: boolean;
}

/** A request as a test asks for it. Ports are always those of the container, also where the Service is addressed. */
export interface Ask {
  readonly to: { readonly namespace: string; readonly name: string; readonly by: 'service' | 'pod' | 'twin' } | { readonly gateway: 'open' | 'closed' };
  readonly port: number;
  /** `namespace/account`, of another trust domain than the one below `namespace/account@domain`; nobody sends plaintext. */
  readonly caller?: string;
  readonly trustDomain: string;
  readonly http?: { readonly method: string; readonly path: string; readonly host: string; readonly headers: { readonly [name: string]: string } };
  readonly tokens: readonly AskedToken[];
  readonly ip: string;
  readonly sni: string;
}

const SERVICE_PORTS: { readonly [port: number]: number } = { 8080: 80, 8081: 81, 9000: 90 };

/** The same for the evaluator. */
export function requestOf(ask: Ask): AccessRequest {
  const [namespace, account, trustDomain = ask.trustDomain] = ask.caller?.split(/[/@]/) ?? [];
  return {
    destination: destinationOf(ask),
    source: ask.caller === undefined ? { ip: ask.ip, transport: Transport.PLAINTEXT }
      : { principal: `${trustDomain}/ns/${namespace}/sa/${account}`, ip: ask.ip, sni: ask.sni },
    ...(ask.http ? { http: httpOf(ask.http), tokens: ask.tokens.map(tokenOf) } : {}),
  };
}

function destinationOf({ to, port }: Ask): AccessRequest['destination'] {
  if ('gateway' in to) { return { namespace: GATEWAYS.namespace, gateway: GATEWAYS[to.gateway], port }; }
  if (to.by !== 'service') { return { namespace: to.namespace, workload: to.by === 'twin' ? twinOf(to.name) : to.name, port }; }
  return { namespace: to.namespace, service: to.name, port: SERVICE_PORTS[port] ?? port };
}

function httpOf({ method, path, host, headers }: NonNullable<Ask['http']>): AccessRequest['http'] {
  return { method, path, authority: host, headers: linesOf(headers) };
}

function linesOf(headers: { readonly [name: string]: string }): { [name: string]: string[] } {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}

function tokenOf({ at, claims, isValid }: AskedToken): RequestToken {
  return { ...at, claims, state: isValid ? TokenState.VALID : TokenState.BAD_SIGNATURE };
}
