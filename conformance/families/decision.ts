import {
  AccessRequest, AuthorizationResponse, Decision, DeterminingPolicy, PolicySet, ProxyKind, RequestSource, RequestToken, Stage, TokenState, Transport,
} from 'cdk8s-zero-trust';
import { Check, Family, UNDECIDED } from './family';
import { RecordedConnection, RecordedPeer, RecordedRequest, RecordedToken, World } from './world';
import { meshSettingsOf } from '../../src/policy/resources/mesh-config';

/** Asks the evaluator about every request of a world and compares the answers with the recorded ones. */
export const decision: Family = {
  families: ['sidecar', 'waypoint', 'gateway', 'ztunnel'],
  replay: line => replay(line as World),
};

function* replay(world: World): Iterable<Check> {
  const policies = PolicySet.fromYaml(world.manifests, meshSettingsOf(world.meshConfig));
  for (const [index, { request, recorded, features, isJudged, agrees }] of casesOf(world).entries()) {
    const response = policies.isAuthorized(request);
    yield {
      features: [...world.features, ...features],
      apart: apart(isJudged, response),
      disagreement: agrees(response) ? undefined : {
        where: `${world.id} #${index}`,
        input: `${world.manifests}\n${JSON.stringify(request)}`,
        recorded,
        ours: `${describe(response)}\n${response.explain()}`,
      },
    };
  }
}

/** Envoy's parser refuses some requests beside any policy. What is undecided says why, and is not a disagreement. */
function apart(isJudged: boolean, { decision: made }: AuthorizationResponse): string | undefined {
  if (!isJudged) return "refused by the proxy's HTTP parser";
  return made === Decision.UNDECIDED ? UNDECIDED : undefined;
}

interface Case {
  readonly request: AccessRequest;
  readonly recorded: string;
  readonly features: readonly string[];
  /** Whether the recorded verdict is one that policies lead to. */
  readonly isJudged: boolean;
  agrees(response: AuthorizationResponse): boolean;
}

export function casesOf(world: World): Case[] {
  const requests = (world.requests ?? []).map(recorded => ({
    request: requestOf(world, recorded),
    recorded: [recorded.verdict.by ?? 'allowed', recorded.verdict.status, recorded.verdict.policy ?? ''].join(' ').trim(),
    features: [...recorded.features, `by.${recorded.verdict.by ?? 'allowed'}`],
    isJudged: recorded.verdict.by !== 'http',
    agrees: (response: AuthorizationResponse) => requestAgrees(recorded.verdict, response),
  }));
  const connections = (world.connections ?? []).map(recorded => ({
    request: connectionOf(recorded),
    recorded: recorded.verdict.reason,
    features: [...recorded.features, `by.${recorded.verdict.reason}`],
    isJudged: true,
    agrees: (response: AuthorizationResponse) => connectionAgrees(recorded.verdict, response),
  }));
  return [...requests, ...connections];
}

const STAGES: Readonly<Record<string, Stage[]>> = {
  ap: [Stage.DENY, Stage.ALLOW],
  custom: [Stage.CUSTOM],
  jwt: [Stage.TOKEN],
  transport: [Stage.TRANSPORT],
  http: [Stage.PROTOCOL],
};

/** A request without route passes all policies. Connections that are refused differ only in what the client saw. */
function requestAgrees({ allowed, by, status, policy }: RecordedRequest['verdict'], response: AuthorizationResponse): boolean {
  const passes = allowed || by === 'route';
  if (response.decision !== (passes ? Decision.ALLOW : Decision.DENY)) return false;
  // a request without route is recorded with the last rule that Envoy noted, which may be one of AUDIT
  const named = by === 'route' ? [...response.determiningPolicies, ...response.auditingPolicies] : response.determiningPolicies;
  if (policy !== undefined && !named.some(rule => policy.includes(ruleId(rule)))) return false;
  if (passes) return true;
  return STAGES[by ?? ''].includes(response.stage!) && statusText(response) === (status === 'tls-refused' ? 'reset' : String(status));
}

function connectionAgrees({ allowed, reason }: RecordedConnection['verdict'], { decision: made, stage, determiningPolicies }: AuthorizationResponse): boolean {
  if (made !== (allowed ? Decision.ALLOW : Decision.DENY)) return false;
  switch (reason) {
    case 'ExplicitlyDenied': return stage === Stage.DENY || stage === Stage.TRANSPORT;
    case 'NotAllowed': return stage === Stage.ALLOW;
    case 'AllowPolicyMatch': return determiningPolicies.length > 0;
    default: return determiningPolicies.length === 0;
  }
}

function ruleId({ namespace, name, rule }: DeterminingPolicy): string {
  return `ns[${namespace}]-policy[${name}]-rule[${rule}]`;
}

function statusText({ httpStatus, grpcStatus }: AuthorizationResponse): string {
  return grpcStatus === undefined ? String(httpStatus ?? 'reset') : `grpc${grpcStatus}`;
}

function describe(response: AuthorizationResponse): string {
  const { decision: made, stage } = response;
  return [made === Decision.ALLOW ? 'allowed' : made, stage ?? '', statusText(response), ...response.determiningPolicies.map(ruleId)].join(' ');
}

const PROXIES = { sidecar: ProxyKind.SIDECAR, waypoint: ProxyKind.WAYPOINT, gateway: ProxyKind.GATEWAY, ztunnel: ProxyKind.ZTUNNEL };

function requestOf(world: World, { port, peer, sni, sourceIp, http, tokens }: RecordedRequest): AccessRequest {
  const { namespace, workload, service, serviceEntry, waypoint, gateway, ip } = world.destination!;
  const answers = http?.headers?.['x-ext-authz'] === 'allow';
  return {
    destination: { namespace, workload, service, serviceEntry, waypoint, gateway, ip, port, proxy: PROXIES[world.family] },
    source: sourceOf(peer, sourceIp, sni),
    http: http && {
      version: http.version,
      method: http.method,
      path: http.path,
      authority: http.authority ?? '',
      headers: Object.fromEntries(Object.entries(http.headers ?? {}).map(([name, value]) => [name, [value].flat()])),
    },
    tokens: tokens?.map(tokenOf),
    authorizerAnswers: world.meshConfig?.extensionProviders?.map(({ name }) => ({ provider: name, allows: answers, allowsConnection: false, headers: {} })),
  };
}

function connectionOf({ destination, port, peer, sourceIp }: RecordedConnection): AccessRequest {
  const { namespace, workload, ip } = destination;
  return { destination: { namespace, workload, ip, port, proxy: ProxyKind.ZTUNNEL }, source: sourceOf(peer, sourceIp) };
}

function sourceOf({ principal, plaintext, alpn }: RecordedPeer, ip: string, sni?: string): RequestSource {
  const withoutCertificate = plaintext ? Transport.PLAINTEXT : Transport.ONE_WAY_TLS;
  return { principal, transport: principal === undefined ? withoutCertificate : Transport.MUTUAL_TLS, ip, sni, alpn };
}

function tokenOf({ in: where, prefix, claims, raw, state }: RecordedToken): RequestToken {
  const [place, name] = [where.slice(0, where.indexOf(':')), where.slice(where.indexOf(':') + 1)];
  return { [place]: name, prefix: prefix ?? '', claims, text: raw, state: state.toUpperCase().replace(/-/g, '_') as TokenState };
}
