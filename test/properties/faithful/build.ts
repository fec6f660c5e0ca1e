import { ApiObject, App, Chart } from 'cdk8s';
import {
  AccessGuardrail, AccessGuardrailProps, BreakGlass, Condition, CorsPreflight, DataPlane, Enforcement, GuardrailScope, JwtAccessRule, JwtIssuer, JwtProtectedApi, NetworkPolicies, Operation, PlaintextException, Principal,
  PublicGateway, ServiceAccess, ServiceAccessProps, ServiceWaypoint, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { Access, Api, ApiRule, AppRecipe, exemptBy, Guardrail, Issuer, METRICS_PATH, Op, PlaintextAllowed, Pods, Site, twinOf, When, Who } from './recipe';
import { Place, usersOf, waypointOfSite, waypointsOfServices } from './waypoints';
import { chartOf, rawDeployment, rawService } from '../../support/shop';

const WHY = { reason: 'generated' };
/** A managed gateway that is public under the default deny, and one that is not. */
export const GATEWAYS = { namespace: 'edge', open: 'public', closed: 'private', port: 80 };

/** The app that a recipe is for, with the constructs of the library, and where asked with NetworkPolicies that say the same. */
export function build(recipe: AppRecipe, networks?: NetworkPolicies): App {
  const app = new App();
  const charts = new Map(recipe.sites.map(site => [site.name, chartOf(app, site.name)]));
  const mesh = recipe.mesh && buildMesh(new Chart(app, 'mesh'), recipe.mesh);
  for (const site of recipe.sites) { buildSite(charts.get(site.name)!, site, recipe, networks); }
  const workloads = new Map(recipe.workloads.map(pods => {
    const chart = charts.get(pods.namespace)!;
    return [pods.name, { chart, workload: buildPods(chart, pods) }];
  }));
  const guarded = new Set(recipe.apis.map(({ to }) => to));
  const emergencies = new Map(recipe.accesses.flatMap((access, i): [Access, BreakGlass][] => {
    const { chart, workload } = workloads.get(access.to)!;
    // what is rendered is the same either way: whether tokens are sent is for the requests to say
    const sendsToken = guarded.has(access.to) && access.operations.some(op => !('tcp' in op));
    const made = buildAccess(chart, `access-${i}`, workload, access, sendsToken ? { callersSendToken: true } : {});
    return made ? [[access, made]] : [];
  }));
  recipe.apis.forEach((api, i) => { const { chart, workload } = workloads.get(api.to)!; buildApi(chart, `api-${i}`, workload, api); });
  recipe.guardrails.forEach((guardrail, i) => {
    const { to, law, isDryRun } = guardrail;
    const appliesTo = to === 'mesh' ? GuardrailScope.mesh(mesh!) : 'workload' in to ? GuardrailScope.workload(workloads.get(to.workload)!.workload) : GuardrailScope.namespace(to.namespace);
    const exceptFor = exemptBy(recipe, guardrail).map(access => emergencies.get(access)!);
    new AccessGuardrail(new Chart(app, `guardrail-${i}`), 'guardrail', {
      appliesTo, ...lawOf(law), ...isDryRun ? { enforcement: Enforcement.DRY_RUN } : {}, ...exceptFor.length > 0 ? { exceptFor } : {},
    });
  });
  recipe.exceptions.forEach((exception, i) => { const { chart, workload } = workloads.get(exception.to)!; buildException(chart, `exception-${i}`, workload, exception); });
  return app;
}

function lawOf(law: Guardrail['law']): Omit<AccessGuardrailProps, 'appliesTo'> {
  if ('only' in law) { return { onlyCallers: principals(law.only) }; }
  return 'none' in law ? { forbiddenCallers: principals(law.none) } : { forbiddenOperations: [operationOf(law.noOperation)] };
}

function buildMesh(chart: Chart, { trustDomain, aliases, defaultDeny }: NonNullable<AppRecipe['mesh']>): ZeroTrustMesh {
  const { namespace, open, closed, port } = GATEWAYS;
  for (const name of [open, closed]) {
    const spec = { gatewayClassName: 'istio', listeners: [{ name: 'http', port, protocol: 'HTTP' }] };
    new ApiObject(chart, name, { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name, namespace }, ...{ spec } });
  }
  const publicGateways = [PublicGateway.gatewayApi({ namespace, name: open, ports: [port], reason: 'the shop window' })];
  return new ZeroTrustMesh(chart, 'mesh', { istioVersion: '1.32', asOf: '2026-01-01', trustDomain, trustDomainAliases: [...aliases], ...(defaultDeny ? { defaultDeny, publicGateways } : {}) });
}

function buildSite(chart: Chart, site: Site, recipe: AppRecipe, networkPolicies: NetworkPolicies | undefined): void {
  const { name, plane, metrics } = site;
  if (plane === 'bare') {
    new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'istio-injection': 'enabled' } } });
    return;
  }
  const ambient = plane !== 'sidecar';
  const waypoint = buildWaypoint(recipe, site);
  const serviceWaypoints = buildServiceWaypoints(recipe, site);
  new ZeroTrustNamespace(chart, 'baseline', {
    name,
    dataPlane: ambient ? DataPlane.AMBIENT : DataPlane.SIDECAR,
    ...networkPolicies ? { networkPolicies } : {},
    ...waypoint ? { waypoint } : {},
    ...serviceWaypoints.length > 0 ? { serviceWaypoints } : {},
    ...(metrics ? { metricsReaders: principals(metrics.readers), metricsPorts: [metrics.port], ...(ambient ? {} : { metricsPath: METRICS_PATH }) } : {}),
  });
}

function buildWaypoint(recipe: AppRecipe, site: Site): Waypoint | undefined {
  const place = waypointOfSite(recipe, site);
  if (!place) { return undefined; }
  const { guardrails, workloads } = recipe;
  const isOnlyTheirs = guardrails.length === 0 && usersOf(recipe, place).length === 0 && waypointsOfServices(recipe, site).length === 0;
  const forPods = place.namespace === site.name && isOnlyTheirs && isForPods(workloads.filter(pods => pods.namespace === site.name));
  return forPods ? Waypoint.create({ forPods }) : waypointAt(recipe, site, place);
}

function buildServiceWaypoints(recipe: AppRecipe, site: Site): ServiceWaypoint[] {
  return waypointsOfServices(recipe, site).map(({ services, waypoint }) => ({ services: [...services], waypoint: waypointAt(recipe, site, waypoint) }));
}

function waypointAt(recipe: AppRecipe, site: Site, place: Place): Waypoint {
  const usedBy = usersOf(recipe, place);
  return place.namespace === site.name ? Waypoint.create(usedBy.length > 0 ? { usedBy } : {}) : Waypoint.existing(place.namespace, place.name);
}

/** What is sent to pods may pass the waypoint as well where all of them are called by Services, and no guardrail is for pods, which see the waypoint in place of callers: it means the same. */
function isForPods(workloads: readonly Pods[]): boolean { return workloads.length % 2 === 1 && workloads.every(({ service }) => service === 'cluster'); }

function buildPods(chart: Chart, { name, service, hasTwin }: Pods): Workload {
  const container = { ports: [8080, 8081, 9000].map(containerPort => ({ containerPort })) };
  const object = rawDeployment(chart, name, { container });
  const twin = hasTwin ? rawDeployment(chart, twinOf(name), { container, selector: { app: name, role: 'twin' } }) : undefined;
  if (service !== 'none') {
    rawService(chart, name, {
      ...(service === 'headless' ? { clusterIP: 'None' } : {}),
      ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-admin', port: 81, targetPort: 8081 }, { name: 'tcp-raw', port: 90, targetPort: 9000 }],
    }, service === 'opted-out' ? { 'istio.io/use-waypoint': 'none' } : {});
  }
  return Workload.of(object, twin ? { alsoCovers: [Workload.of(twin)] } : {});
}

function buildAccess(chart: Chart, id: string, to: Workload, access: Access, more: Pick<ServiceAccessProps, 'callersSendToken'>): BreakGlass | undefined {
  const { kind, conditions } = access;
  const stated = { callers: principals(access.callers), to, operations: access.operations.map(operationOf), ...more };
  if (kind === 'break glass') { return new BreakGlass(chart, id, { ...stated, ...WHY, ticket: 'INC-1', until: '2026-12-31' }); }
  new ServiceAccess(chart, id, {
    ...stated, ...kind === 'dry run' ? { enforcement: Enforcement.DRY_RUN } : {}, ...conditions.length === 0 ? {} : { conditions: conditions.map(conditionOf) },
  });
  return undefined;
}

function buildApi(chart: Chart, id: string, workload: Workload, api: Api): void {
  const issuers = api.issuers.map(issuerOf);
  new JwtProtectedApi(chart, id, {
    workload,
    issuers,
    rules: api.rules.map(rule => ruleOf(rule, issuers)),
    ...(api.callers ? { callers: principals(api.callers) } : {}),
    ...(api.publicCallers && api.publicOperations.length > 0 ? { publicCallers: principals(api.publicCallers) } : {}),
    ...(api.publicOperations.length === 0 ? {} : { publicOperations: api.publicOperations.map(operationOf) }),
    ...(api.exempt.length === 0 ? {} : { exemptCallers: principals(api.exempt) }),
    ...(api.preflight ? { corsPreflight: preflightOf(api.preflight) } : {}),
    ...(api.ports ? { ports: [...api.ports] } : {}),
  });
}

function buildException(chart: Chart, id: string, workload: Workload, { operations, networks }: PlaintextAllowed): void {
  const what = operations.length === 0 ? { wholeWorkload: true } : { operations: operations.map(operationOf) };
  new PlaintextException(chart, id, { workload, ...what, fromNetworks: [...networks], ...WHY, owner: 'ops', expires: '2026-12-31' });
}

function preflightOf({ origins, callers }: NonNullable<Api['preflight']>): CorsPreflight {
  return { origins: [...origins], ...(callers ? { callers: principals(callers) } : {}) };
}

function principals(who: readonly Who[]): Principal[] {
  return who.map(one => {
    if ('account' in one) {
      const [namespace, name, trustDomain] = one.account.split(/[/@]/);
      return Principal.serviceAccount(namespace, name, trustDomain === undefined ? {} : { trustDomain });
    }
    if ('namespace' in one) { return Principal.namespace(one.namespace, WHY); }
    return one.all === 'anyone' ? Principal.anyone(WHY) : Principal.anyAuthenticated(WHY);
  });
}

function operationOf(op: Op): Operation {
  if ('tcp' in op) { return Operation.tcp(op.tcp); }
  const { methods, paths, hosts, port } = op;
  return Operation.http({ methods: [...methods], paths: [...paths], ...(hosts ? { hosts: [...hosts] } : {}), ...(port ? { ports: [port] } : {}) });
}

function conditionOf(when: When): Condition {
  if ('header' in when) { return when.values[0] === '*' ? Condition.headerPresent(when.header) : Condition.header(when.header, ...when.values); }
  if ('claim' in when) { return Condition.nestedClaim([...when.claim], ...when.values); }
  return 'sni' in when ? Condition.sni(when.sni) : Condition.sourceIp(when.sourceIp);
}

function issuerOf({ issuer, audiences, cookie, param, header, dropsAuthorization, scopeClaim, withoutSubject }: Issuer): JwtIssuer {
  return JwtIssuer.of({
    issuer,
    ...(audiences.length === 0 ? { anyAudience: WHY } : { audiences: [...audiences] }),
    ...(cookie ? { fromCookies: [cookie] } : {}),
    ...(param ? { fromParams: [param] } : {}),
    ...(header ? { fromHeaders: [header] } : {}),
    ...(dropsAuthorization ? { dropAuthorizationHeader: true } : {}),
    scopeClaim,
    tokensWithoutSubject: withoutSubject,
  });
}

function ruleOf({ operations, issuers, claims, scopes, subjects, nested, callers, anyToken }: ApiRule, ofApi: readonly JwtIssuer[]): JwtAccessRule {
  const lists = Object.fromEntries(Object.entries(claims ?? {}).map(([claim, values]) => [claim, [...values]]));
  const onTokens = claims ?? scopes ?? subjects ?? nested;
  const says = onTokens ?? (anyToken ? undefined : callers);
  return {
    operations: operations.map(operationOf),
    ...(says ? {} : { anyToken: true }),
    ...(issuers ? { issuers: ofApi.filter(({ _data }) => issuers.includes(_data.issuer)) } : {}),
    ...(claims ? { claims: lists } : {}),
    ...(scopes ? { scopes: [...scopes] } : {}),
    ...(subjects ? { subjects: [...subjects] } : {}),
    ...(nested ? { conditions: [Condition.nestedClaim([...nested.claim], ...nested.values)] } : {}),
    ...(callers ? { callers: principals(callers) } : {}),
  };
}
