import { checkWhichTokens, conditionsOf, scopeOf } from './jwt-access-rule';
import { addressBlocks } from '../intent/address-block';
import { Condition, ConditionData, conditionText } from '../intent/condition';
import { IngressClientsData } from '../intent/ingress-intent';
import { Justification, justified } from '../intent/justification';
import { JwtIssuer } from '../intent/jwt-issuer';
import { noFurther } from '../util/arguments';
import { atLeastOne, instancesOf, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** Which tokens clients bring. All that is given must hold; at least one of them beside `issuers` must be. */
export interface IngressTokenOptions {
  /**
   * Whose tokens: issuers of the gateway.
   *
   * @default - all issuers of the gateway
   */
  readonly issuers?: JwtIssuer[];

  /**
   * Top-level claims, each with the values of which it must have one. For nested claims see `conditions`.
   *
   * @default - any
   */
  readonly claims?: { [claim: string]: string[] };

  /**
   * Scopes that the token must have, all of them.
   *
   * @default - any
   */
  readonly scopes?: string[];

  /**
   * Subjects (claim `sub`) of which the token must have one.
   *
   * @default - any
   */
  readonly subjects?: string[];

  /**
   * Further conditions on the token, such as `Condition.nestedClaim`.
   *
   * @default - none
   */
  readonly conditions?: Condition[];

  /**
   * Accept any valid token of the issuers, asked for by name.
   *
   * @default false
   */
  readonly anyToken?: boolean;
}

/** How clients are told from others. All that is given must hold; at least one must be. */
export interface IngressClientOptions {
  /**
   * Addresses or CIDR blocks that clients connect from, before all trusted proxies of the gateway. Rendered as `ipBlocks`, behind such proxies as `remoteIpBlocks` beside `ipBlocks` of these.
   *
   * @default - any
   */
  readonly networks?: string[];

  /**
   * Whole identities in the certificates of clients, as in `spiffe://partners.example/a`. The hosts must be of an `IngressServer.mutualTls`. Rendered as `principals`, which never match a name that is no such
   * identity: for these see `acceptedCertificate`.
   *
   * @default - any
   */
  readonly certificates?: string[];

  /**
   * Whoever has a certificate with one of the `subjectAltNames` of its `IngressServer.mutualTls`.
   *
   * @default false
   */
  readonly acceptedCertificate?: boolean;

  /**
   * Tokens that clients bring.
   *
   * @default - none is asked for
   */
  readonly tokens?: IngressTokenOptions;
}

const TOKENS: InputStruct<IngressTokenOptions> = {
  name: 'IngressTokenOptions', members: { issuers: 'value', claims: 'value', scopes: 'value', subjects: 'value', conditions: 'value', anyToken: 'flag' },
};

const CLIENTS: InputStruct<IngressClientOptions> = {
  name: 'IngressClientOptions', members: { networks: 'value', certificates: 'value', acceptedCertificate: 'flag', tokens: 'value' },
};

/**
 * Who may come in through a gateway. Clients outside have no identity of the mesh: they are told apart by networks, certificates and tokens.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/
 */
export class IngressClients {
  /**
   * Those of whom all of this holds.
   *
   * @param options how they are told from others
   * @throws where nothing is given, by which anyone would come in
   */
  public static of(options: IngressClientOptions): IngressClients {
    noFurther('IngressClients.of', arguments, 1, 'state each kind of client by an access of its own');
    const { networks, certificates, acceptedCertificate = false, tokens } = taken('IngressClients.of', CLIENTS, options);
    if (networks === undefined && certificates === undefined && !acceptedCertificate && tokens === undefined) {
      throw new Error("IngressClients.of must name networks, certificates or tokens, got none; ask for anyone by name: IngressClients.anyone({ reason: '…' })");
    }
    if (certificates !== undefined && acceptedCertificate) {
      throw new Error('certificates must be left out beside acceptedCertificate, by which any that the server accepts will do; keep one of them');
    }
    return new IngressClients({
      networks: networks === undefined ? [] : addressBlocks('networks', networks, { example: NETWORK, cure: 'leave networks out if any address is meant' }),
      certificates: acceptedCertificate ? ['*'] : certificates === undefined ? [] : atLeastOne('certificates', certificates, IDENTITY).map((identity, i) => identityOf(`certificates[${i}]`, identity)),
      tokens: tokens && tokensOf(taken('tokens', TOKENS, tokens)),
    });
  }

  /**
   * Anyone who can connect to the gateway.
   *
   * @param justification why nobody need prove anything
   */
  public static anyone(justification: Justification): IngressClients {
    noFurther('IngressClients.anyone', arguments, 1, 'give one reason');
    return new IngressClients({ networks: [], certificates: [], reason: justified('IngressClients.anyone', justification) });
  }

  /** @internal */
  public readonly _data: ClientsStated;

  private constructor(data: ClientsStated) { this._data = data; }

  /** Who they are, as text for tables and messages: `anyone from 203.0.113.0/24 with a token where claim role is admin`. */
  public describeIngressClients(): string {
    const { networks, certificates, tokens } = this._data;
    const where = networks.length === 0 ? '' : ` from ${networks.join(' or ')}`;
    const certificate = certificates.length === 0 ? '' : certificates.includes('*') ? ' with a certificate that the server accepts' : ` with a certificate of ${certificates.map(name => `spiffe://${name}`).join(' or ')}`;
    return `anyone${where}${certificate}${tokens ? ` with a token${tokenText(tokens)}` : ''}`;
  }
}

/** What is known of clients before their gateway is. */
export interface ClientsStated extends Omit<IngressClientsData, 'tokens'> {
  readonly tokens?: TokensStated;
}

interface TokensStated {
  /** Absent for all of the gateway. */
  readonly given?: readonly JwtIssuer[];
  readonly scopes: readonly string[];
  readonly conditions: readonly ConditionData[];
}

function tokenText({ given, scopes, conditions }: TokensStated): string {
  const whose = given ? ` of ${given.map(({ _data }) => _data.issuer).join(' or ')}` : '';
  const asked = [...scopes.map(scope => `scope ${scope}`), ...conditions.map(conditionText)];
  return `${whose}${asked.length === 0 ? '' : ` where ${asked.join(' and ')}`}`;
}

const NETWORK = "name an address or block, as in '203.0.113.0/24'";

const IDENTITY = "name the identity that stands in the certificate, as in 'spiffe://partners.example/a'";

/** Compared whole: a part of one would match whatever else ends so. */
function identityOf(prop: string, given: string): string {
  const identity = text(prop, given, IDENTITY);
  if (!/^spiffe:\/\/[a-z0-9._-]+(\/[A-Za-z0-9._-]+)+$/.test(identity)) {
    throw new Error(`${prop} must be a whole identity such as 'spiffe://partners.example/a', got ${quoted(identity)}; other names in certificates are compared by the server: `
      + 'IngressServer.mutualTls({ subjectAltNames: […] }) and acceptedCertificate: true');
  }
  return identity.slice('spiffe://'.length);
}

function tokensOf(options: IngressTokenOptions): TokensStated {
  const { issuers, scopes, ...asked } = options;
  if (scopes === undefined && Object.keys(asked).length === 0) {
    throw new Error('tokens must say which, got nothing that does; say it by claims, scopes, subjects or conditions, or by anyToken: true for every valid one');
  }
  checkWhichTokens('tokens', options);
  const conditions = conditionsOf('tokens', options);
  const other = conditions.find(({ kind }) => !['claim', 'audience', 'presenter'].includes(kind));
  if (other) { throw new Error(`tokens.conditions must be on the token, got ${quoted(conditionText(other))}; say who clients are by networks or certificates`); }
  return {
    given: issuers === undefined ? undefined : instancesOf('tokens.issuers', issuers, JwtIssuer, 'name issuers of the gateway'),
    scopes: scopes === undefined ? [] : atLeastOne('tokens.scopes', scopes, 'name the scopes').map((scope, i) => scopeOf(`tokens.scopes[${i}]`, scope)),
    conditions,
  };
}
