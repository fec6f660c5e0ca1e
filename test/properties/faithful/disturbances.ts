import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { BreakGlass } from 'cdk8s-zero-trust';
import { Choices } from './near';
import { AppRecipe } from './recipe';

/** What somebody may do to an app after its intents are stated. */
export interface Disturbance {
  readonly name: string;
  readonly apply: (app: App, choices: Choices, recipe: AppRecipe) => void;
}

const SECURITY = 'security.istio.io/v1';

function objectsOf(app: App, is: (object: ApiObject) => boolean): ApiObject[] {
  return app.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct) && is(construct));
}

function policies(app: App, kind?: string): ApiObject[] {
  return objectsOf(app, object => object.apiGroup === 'security.istio.io' && (kind === undefined || object.kind === kind));
}

function policy(app: App, choices: Choices, kind?: string): ApiObject { return choices.of(policies(app, kind)); }

function workload(app: App, choices: Choices): ApiObject { return choices.of(objectsOf(app, ({ kind }) => kind === 'Deployment')); }

function patched(name: string, kind: string | undefined, ...patches: JsonPatch[]): Disturbance {
  return { name: `a policy of ours that ${name}`, apply: (app, choices) => { policy(app, choices, kind).addJsonPatch(...patches); } };
}

/** A workload is patched, as its template has no other way. */
function leaving(name: string, path: string, value: unknown): Disturbance {
  return { name: `a workload that ${name}`, apply: (app, choices) => { workload(app, choices).addJsonPatch(JsonPatch.add(`/spec/template/${path}`, value)); } };
}

function foreign(name: string, kind: string, spec: object): Disturbance {
  const apply: Disturbance['apply'] = (app, choices, { sites }) => {
    const namespace = choices.of([...sites.map(site => site.name), 'istio-system']);
    new ApiObject(choices.of(app.charts), 'foreign', { apiVersion: SECURITY, kind, metadata: { name: 'foreign', namespace }, ...{ spec } });
  };
  return { name: `another policy: ${name}`, apply };
}

const rule = (operation: object, more: object = {}) => ({ rules: [{ ...more, to: [{ operation }] }] });

/** None of them says who else may call by name: that would be meant. */
export const DISTURBANCES: readonly Disturbance[] = [
  { name: 'a policy of ours that is only tried out', apply: (app, choices) => policy(app, choices).metadata.addAnnotation('istio.io/dry-run', 'true') },
  { name: 'a policy of ours for another control plane', apply: (app, choices) => policy(app, choices).metadata.addLabel('istio.io/rev', 'canary') },
  {
    name: 'a policy of ours that is taken out',
    // not a ServiceAccess, which is stated no more when it is taken out, nor that of a BreakGlass
    apply: (app, choices) => { const { node } = choices.of(policies(app).filter(({ node: { scope } }) => !Chart.isChart(scope) && !(scope instanceof BreakGlass))); node.scope!.node.tryRemoveChild(node.id); },
  },
  patched('is elsewhere', undefined, JsonPatch.replace('/metadata/namespace', 'elsewhere')),
  patched('selects other pods', undefined, JsonPatch.add('/spec/selector', { matchLabels: { app: 'w0' } })),
  patched('has no rules', 'AuthorizationPolicy', JsonPatch.add('/spec/rules', [])),
  patched('allows everything', 'AuthorizationPolicy', JsonPatch.add('/spec', { rules: [{}] })),
  patched('only audits', 'AuthorizationPolicy', JsonPatch.add('/spec/action', 'AUDIT')),
  patched('is permissive', 'PeerAuthentication', JsonPatch.add('/spec/mtls', { mode: 'PERMISSIVE' })),
  leaving('has no sidecar', 'metadata/labels/sidecar.istio.io~1inject', 'false'),
  leaving('is out of ambient mode', 'metadata/labels/istio.io~1dataplane-mode', 'none'),
  leaving('is on the network of its node', 'spec/hostNetwork', true),
  leaving('keeps a port from its sidecar', 'metadata/annotations', { 'traffic.sidecar.istio.io/excludeInboundPorts': '8081' }),
  leaving('lets all pass by ztunnel', 'metadata/annotations', { 'ambient.istio.io/bypass-inbound-capture': 'true' }),
  leaving('has the labels of another', 'metadata/labels/app', 'w1'),
  leaving('has the account of another', 'spec/serviceAccountName', 'w1'),
  {
    name: 'a Namespace without sidecars',
    apply: (app, choices) => choices.of(objectsOf(app, ({ kind }) => kind === 'Namespace')).metadata.addLabel('istio-injection', 'disabled'),
  },
  foreign('everything', 'AuthorizationPolicy', { rules: [{}] }),
  foreign('a path', 'AuthorizationPolicy', rule({ paths: ['/a*'] })),
  foreign('a method', 'AuthorizationPolicy', rule({ methods: ['POST'] })),
  foreign('a port', 'AuthorizationPolicy', rule({ ports: ['9000'] })),
  foreign('every identity', 'AuthorizationPolicy', rule({ hosts: ['a.example'] }, { from: [{ source: { principals: ['*'] } }] })),
  foreign('a namespace', 'AuthorizationPolicy', rule({ methods: ['GET'] }, { from: [{ source: { namespaces: ['elsewhere'] } }] })),
  foreign('whoever is not one', 'AuthorizationPolicy', rule({ methods: ['DELETE'] }, { from: [{ source: { notNamespaces: ['a'] } }] })),
  foreign('a header', 'AuthorizationPolicy', { rules: [{ when: [{ key: 'request.headers[x-tenant]', values: ['acme'] }] }] }),
  foreign('permissive', 'PeerAuthentication', { mtls: { mode: 'PERMISSIVE' } }),
  foreign('permissive on a port', 'PeerAuthentication', { selector: { matchLabels: { app: 'w0' } }, mtls: { mode: 'STRICT' }, portLevelMtls: { 8080: { mode: 'PERMISSIVE' } } }),
  foreign('tokens for any audience', 'RequestAuthentication', { jwtRules: [{ issuer: 'https://one.example' }] }),
];
