import { App, Chart } from 'cdk8s';
import {
  AccessGuardrail, Condition, DataPlane, ExtensionProvider, GuardrailScope, JwtIssuer, JwtProtectedApi, MeshSettingsOutput, Operation, Principal, ServiceAccess, Waypoint, Workload, ZeroTrustMesh,
  ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { Construct, IConstruct } from 'constructs';
import { Arbitrary, array, boolean, constantFrom, integer, option, record, subarray, uniqueArray } from 'fast-check';
import { testApp } from '../support/app';
import { chartOf, deployment, rawDeployment, rawService } from '../support/shop';

/* eslint-disable @typescript-eslint/no-explicit-any -- arguments of any call of the library, as data */

/** A value of the library, as the call that makes it: `{ make: 'Operation.get', args: ['/a'] }`. */
export interface Call { make: string; args: any[] }

/** A construct: its props are plain data, in which calls and names of workloads stand for values. */
export interface Part { readonly id: string; readonly chart: string; readonly construct: string; readonly props: any }

interface WorkloadRecipe { readonly name: string; readonly namespace: string; readonly kplus: boolean; readonly service: 'cluster' | 'headless' | 'opted-out' | 'none' }

/** An app as data, to be built in any order, or with something wrong in it. */
export interface AppRecipe { readonly workloads: readonly WorkloadRecipe[]; readonly parts: readonly Part[] }

type Plane = 'sidecar' | 'ambient' | 'waypoint';
interface Site { readonly name: string; readonly plane: Plane; readonly metrics: boolean }
/** What the choices of an intent are drawn from; only those that its place allows are used. */
interface Draw {
  readonly target: number;
  readonly callers: number[];
  readonly operations: Call[];
  readonly tcp: boolean;
  readonly conditions: Call[];
  readonly jwt: boolean;
  readonly api: any;
}

const call = (make: string, ...args: any[]): Call => ({ make, args });
const SITES = ['a', 'b', 'c'];
const PATHS = ['/', '/a', '/a/*', '*.html', '/u/{*}', '/f/{**}'];

const sites: Arbitrary<Site[]> = uniqueArray(record({ name: constantFrom(...SITES), plane: constantFrom<Plane>('sidecar', 'ambient', 'waypoint'), metrics: boolean() }),
  { minLength: 1, maxLength: 3, selector: site => site.name });

const http = record({
  methods: subarray(['GET', 'POST', 'DELETE'], { minLength: 1 }),
  paths: subarray(PATHS, { minLength: 1 }),
  hosts: subarray(['a.example', '*.b.example'], { minLength: 1 }),
  ports: subarray([8080], { minLength: 1 }),
}, { requiredKeys: ['methods', 'paths'] }).map(options => call('Operation.http', options));
const operation = (): Arbitrary<Call> => array(http, { minLength: 1, maxLength: 1 }).map(([one]) => one);
const operations = array(operation(), { minLength: 1, maxLength: 3 });

const condition = constantFrom(call('Condition.header', 'x-tenant', 'a', 'b*'), call('Condition.headerPresent', 'x-b'));
const claim = constantFrom(call('Condition.nestedClaim', ['realm', 'roles'], 'x'), call('Condition.audience', 'api'), call('Condition.textClaim', ['level'], '3'));

const issuer = (issuerName: string) => record({
  issuer: constantFrom(issuerName),
  audiences: subarray(['api', 'web'], { minLength: 1 }),
  fromCookies: constantFrom(['session']),
  scopeClaim: constantFrom('scp'),
  tokensWithoutSubject: boolean(),
  fromHeaders: constantFrom([{ name: 'x-token', prefix: 'Token ' }]),
}, { requiredKeys: ['issuer', 'audiences'] }).map(props => call('JwtIssuer.of', props));

const rule = record({
  operations,
  claims: constantFrom({ role: ['admin'], team: ['a', 'b'] }),
  scopes: constantFrom(['read', 'list']),
  subjects: constantFrom(['me']),
  conditions: array(claim, { minLength: 1, maxLength: 2 }),
  ofFirst: constantFrom(true),
  callers: constantFrom([call('Principal.serviceAccount', 'edge', 'gateway')]),
}, { requiredKeys: ['operations', 'claims'] });

const api = record({
  issuers: record({ one: issuer('https://one.example'), two: option(issuer('https://two.example/')) }).map(({ one, two }) => two ? [one, two] : [one]),
  rules: array(rule, { minLength: 1, maxLength: 2 }),
  publicOperations: constantFrom([call('Operation.get', '/healthz')], [call('Operation.get', '/healthz'), call('Operation.post', '/login', '/logout')]),
  callers: constantFrom([call('Principal.serviceAccount', 'edge', 'gateway')]),
  publicCallers: constantFrom([call('Principal.serviceAccount', 'ops', 'probe')]),
  exemptCallers: constantFrom([call('Principal.serviceAccount', 'ops', 'cron')]),
  corsPreflight: constantFrom({ origins: ['https://shop.example'], callers: [call('Principal.serviceAccount', 'edge', 'gateway')] }),
  ports: constantFrom([8080]),
}, { requiredKeys: ['issuers', 'rules'] }).map(({ publicCallers, ...made }) => ({
  ...made,
  ...(made.publicOperations && publicCallers ? { publicCallers } : {}),
  rules: made.rules.map(({ ofFirst, ...rest }) => ofFirst ? { ...rest, issuers: [made.issuers[0]] } : rest),
}));

const draws: Arbitrary<Draw[]> = array(record({
  target: integer({ min: 0, max: 3 }),
  callers: uniqueArray(integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 }),
  operations,
  tcp: boolean(),
  conditions: uniqueArray(condition, { maxLength: 2, selector: ({ make }) => make }),
  jwt: boolean(),
  api,
}), { minLength: 1, maxLength: 4 });

const workloads = array(record({ site: integer({ min: 0, max: 2 }), kplus: boolean(), service: constantFrom('cluster' as const, 'cluster' as const, 'headless' as const, 'opted-out' as const, 'none' as const) }),
  { minLength: 1, maxLength: 4 });

const guardrails = array(record({ target: integer({ min: 0, max: 3 }), ofNamespace: boolean(), callers: uniqueArray(constantFrom('one', 'two'), { minLength: 1 }) }), { maxLength: 2 });

/** What the mesh may be set to without a promise being broken. */
const meshConfig = record({
  pathNormalization: constantFrom('BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'),
  outboundTrafficPolicy: constantFrom('REGISTRY_ONLY', 'ALLOW_ANY'),
  numTrustedProxies: constantFrom(0, 2),
  minProtocolVersion: constantFrom('TLSV1_3'),
  extensionProviders: constantFrom([call('ExtensionProvider.accessLog', { name: 'json' }), call('ExtensionProvider.extAuthzGrpc', { name: 'opa', service: 'opa.authz', port: 9191 })]),
  settings: constantFrom(call('MeshSettingsOutput.istioOperator'), call('MeshSettingsOutput.configMap')),
}, { requiredKeys: [] });

/** Apps that are right: whatever is drawn is fitted to what its place can enforce. */
export const apps: Arbitrary<AppRecipe> = record({ sites, workloads, draws, guardrails, trustDomain: option(constantFrom('prod.example')), meshConfig }).map(drawn => {
  const placed = drawn.workloads.map(({ site, ...rest }, i): WorkloadRecipe => ({ ...rest, name: `w${i}`, namespace: drawn.sites[site % drawn.sites.length].name }));
  const guarded = new Set<string>();
  const all = drawn.trustDomain ? drawn.draws : drawn.draws.map(withUsualScopes);
  return {
    workloads: placed,
    parts: [
      ...(drawn.trustDomain ? [{ id: 'mesh', chart: 'mesh', construct: 'ZeroTrustMesh', props: { istioVersion: '1.32', trustDomain: drawn.trustDomain, trustDomainAliases: ['old.example'], ...drawn.meshConfig } }] : []),
      ...drawn.sites.map(site => namespacePart(site, placed)),
      ...all.flatMap((draw, i): Part[] => intentPart(draw, `intent-${i}`, placed, drawn.sites, guarded)).map(part => withToken(part, guarded)),
      ...drawn.guardrails.map((guardrail, i) => guardrailPart(guardrail, `guardrail-${i}`, placed[guardrail.target % placed.length])),
    ],
  };
});

/** Where no version of Istio is stated, only the usual claim holds scopes. */
function withUsualScopes(draw: Draw): Draw {
  const usual = ({ make, args: [{ scopeClaim, ...props }] }: Call): Call => call(make, props);
  const issuers: Call[] = draw.api.issuers.map(usual);
  const rules = draw.api.rules.map((one: any) => one.issuers ? { ...one, issuers: [issuers[0]] } : one);
  return { ...draw, api: { ...draw.api, issuers, rules } };
}

function namespacePart({ name, plane, metrics }: Site, placed: readonly WorkloadRecipe[]): Part {
  const own = placed.filter(({ namespace, service, kplus }) => namespace === name && service === 'cluster' && kplus).map(workload => workload.name);
  return {
    id: 'baseline',
    chart: name,
    construct: 'ZeroTrustNamespace',
    props: {
      name,
      dataPlane: plane === 'sidecar' ? DataPlane.SIDECAR : DataPlane.AMBIENT,
      ...(plane === 'waypoint' ? { waypoint: call('Waypoint.existing', name, 'wp') } : {}),
      ...(plane === 'waypoint' && own.length > 0 ? { serviceWaypoints: [{ services: own, waypoint: call('Waypoint.create', { name: 'own' }) }] } : {}),
      ...(metrics ? { metricsReaders: [call('Principal.serviceAccount', 'monitoring', 'prometheus')], metricsPorts: [15014] } : {}),
    },
  };
}

/** Of callers to whom nothing is promised. */
function guardrailPart({ ofNamespace, callers }: { readonly ofNamespace: boolean; readonly callers: readonly string[] }, id: string, { name, namespace }: WorkloadRecipe): Part {
  return {
    id,
    chart: namespace,
    construct: 'AccessGuardrail',
    props: {
      appliesTo: ofNamespace ? call('GuardrailScope.namespace', namespace) : call('GuardrailScope.workload', { workload: name }),
      forbiddenCallers: callers.map(account => call('Principal.serviceAccount', 'evil', account)),
    },
  };
}

function intentPart(draw: Draw, id: string, placed: readonly WorkloadRecipe[], at: readonly Site[], guarded: Set<string>): Part[] {
  const target = placed[draw.target % placed.length];
  const { plane } = at.find(site => site.name === target.namespace)!;
  const atWaypoint = plane === 'waypoint' && target.service === 'cluster';
  const seesHttp = (plane === 'sidecar' && target.service !== 'none') || atWaypoint;
  if (draw.jwt && seesHttp && !guarded.has(target.name)) {
    guarded.add(target.name);
    return [{ id, chart: target.namespace, construct: 'JwtProtectedApi', props: { workload: { workload: target.name }, ...draw.api } }];
  }
  const sidecars = new Set(at.filter(site => site.plane === 'sidecar').map(site => site.name));
  const callers = draw.callers.map((index): Call => {
    const caller = placed[index];
    const needsAmbient = atWaypoint || (plane !== 'sidecar' && target.service === 'headless');
    return caller && !(needsAmbient && sidecars.has(caller.namespace)) ? call('Principal.workload', { construct: caller.name })
      : call('Principal.serviceAccount', 'elsewhere', `caller-${index}`);
  });
  return [{
    id,
    chart: target.namespace,
    construct: 'ServiceAccess',
    props: {
      callers,
      to: { workload: target.name },
      operations: seesHttp ? [...draw.operations, ...(draw.tcp && draw.conditions.length === 0 ? [call('Operation.tcp', 9000)] : [])] : [call('Operation.tcp', 9000)],
      ...(seesHttp && draw.conditions.length > 0 ? { conditions: draw.conditions } : {}),
    },
  }];
}

/** Callers of an API send a token. */
function withToken(part: Part, guarded: ReadonlySet<string>): Part {
  const isAsked = part.construct === 'ServiceAccess' && guarded.has(part.props.to.workload) && part.props.operations.some(({ make }: Call) => make === 'Operation.http');
  return isAsked ? { ...part, props: { ...part.props, callersSendToken: true } } : part;
}

const LIBRARY: any = {
  AccessGuardrail, Condition, ExtensionProvider, GuardrailScope, JwtIssuer, JwtProtectedApi, MeshSettingsOutput, Operation, Principal, ServiceAccess, Waypoint, ZeroTrustMesh, ZeroTrustNamespace,
};

/** Builds the app: workloads first, since they say where policies go, then the parts in the order given. */
export function build(recipe: AppRecipe, parts: readonly Part[] = recipe.parts): App {
  const app = testApp();
  buildIn(app, recipe, parts);
  return app;
}

/** Builds what an app holds in an app, or in a part of one. */
export function buildIn(scope: Construct, recipe: AppRecipe, parts: readonly Part[] = recipe.parts): void {
  const charts = new Map(['mesh', ...SITES].map(name => [name, chartOf(scope, name)]));
  const constructs = new Map(recipe.workloads.map(workload => [workload.name, buildWorkload(charts.get(workload.namespace)!, workload)]));
  for (const { id, chart, construct, props } of parts) {
    new LIBRARY[construct](charts.get(chart), id, valueOf(props, constructs));
  }
}

function buildWorkload(chart: Chart, { name, kplus, service }: WorkloadRecipe): IConstruct {
  const made = kplus ? deployment(chart, name, { ports: { http: 8080, raw: 9000 }, service: {} })
    : rawDeployment(chart, name, { container: { ports: [{ containerPort: 8080 }, { containerPort: 9000 }] } });
  if (service !== 'none') {
    const selector = kplus ? (made as unknown as { matchLabels: object }).matchLabels : { app: name };
    rawService(chart, name, {
      selector,
      ...(service === 'headless' ? { clusterIP: 'None' } : {}),
      ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp-raw', port: 90, targetPort: 9000 }],
    }, service === 'opted-out' ? { 'istio.io/use-waypoint': 'none' } : {});
  }
  return made;
}

export function valueOf(data: any, constructs: ReadonlyMap<string, IConstruct>): any {
  if (Array.isArray(data)) { return data.map(entry => valueOf(entry, constructs)); }
  if (data === null || typeof data !== 'object') { return data; }
  if ('make' in data) {
    const [owner, method] = data.make.split('.');
    return LIBRARY[owner][method](...(valueOf(data.args, constructs) ?? []));
  }
  if ('construct' in data) { return constructs.get(data.construct); }
  if ('workload' in data && typeof data.workload === 'string') { return Workload.of(constructs.get(data.workload)!); }
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, valueOf(value, constructs)]));
}
