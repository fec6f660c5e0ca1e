import { ApiObject, App } from 'cdk8s';
import { Decision, MigrationFinding, MtlsMigration, MtlsStage, Operation, PolicySet, Principal, ServiceAccess, Workload } from 'cdk8s-zero-trust';
import * as fc from 'fast-check';
import { testApp } from '../support/app';
import { chartOf, rawDeployment, rawService } from '../support/shop';

const EXTENT = { seed: 12, numRuns: 150 };
const LABELS = { sidecar: { 'istio-injection': 'enabled' }, ambient: { 'istio.io/dataplane-mode': 'ambient' }, outside: {} };

/** What pods say of the mesh. */
const FACETS = {
  plain: {},
  host: { spec: { hostNetwork: true } },
  uninjected: { labels: { 'sidecar.istio.io/inject': 'false', 'istio.io/dataplane-mode': 'none' } },
  excluded: { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } },
};

interface Recipe {
  readonly stage: MtlsStage;
  readonly plane: 'sidecar' | 'ambient';
  readonly elsewhere: keyof typeof LABELS;
  readonly facets: readonly (keyof typeof FACETS)[];
  readonly isHeadless: boolean;
  readonly mode?: string;
  readonly hasAccess: boolean;
}

const facet = fc.constantFrom(...Object.keys(FACETS) as (keyof typeof FACETS)[]);
const recipes: fc.Arbitrary<Recipe> = fc.record({
  stage: fc.constantFrom(...Object.values(MtlsStage)),
  plane: fc.constantFrom('sidecar', 'ambient'),
  elsewhere: fc.constantFrom('sidecar', 'ambient', 'outside'),
  facets: fc.tuple(facet, facet),
  isHeadless: fc.boolean(),
  mode: fc.option(fc.constantFrom('DISABLE', 'SIMPLE', 'ISTIO_MUTUAL'), { nil: undefined }),
  hasAccess: fc.boolean(),
});

interface Built { readonly app: App; readonly migration: MtlsMigration; readonly api: ApiObject }

/** A server `shop/api` on its way, a client beside it, and one elsewhere. */
function build({ plane, elsewhere, facets, isHeadless, mode }: Recipe, stage: MtlsStage): Built {
  const app = testApp();
  const [chart, old] = [chartOf(app, 'shop'), chartOf(app, 'old')];
  new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: LABELS[plane] } });
  new ApiObject(old, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'old', labels: LABELS[elsewhere] } });
  const api = rawDeployment(chart, 'api', FACETS[facets[0]]);
  rawService(chart, 'api', isHeadless ? { clusterIP: 'None' } : {});
  rawDeployment(chart, 'web', FACETS[facets[1]]);
  rawDeployment(old, 'batch');
  if (mode) {
    new ApiObject(old, 'rule', { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'rule' }, spec: { host: 'api.shop.svc.cluster.local', trafficPolicy: { tls: { mode } } } });
  }
  const migration = new MtlsMigration(chart, 'migration', { namespaces: [{ name: 'shop', stage, ...stage === MtlsStage.OBSERVE ? {} : { reason: 'generated' } }] });
  return { app, migration, api };
}

/** The rendered policies, also of an app in which something stays open under STRICT, which synthesis refuses. */
function policiesAt(recipe: Recipe, stage: MtlsStage): PolicySet {
  const { app } = build(recipe, MtlsStage.PERMISSIVE);
  return PolicySet.fromYaml(stage === MtlsStage.STRICT ? app.synthYaml().replace('mode: PERMISSIVE', 'mode: STRICT') : app.synthYaml());
}

const drawn = fc.sample(recipes, EXTENT);

test('plaintext, and whoever has an identity, is let in as the stage says', () => {
  const differing = drawn.filter(recipe => recipe.facets.every(one => one === 'plain')).flatMap(recipe => {
    const { app, api } = build(recipe, recipe.stage);
    const hasAccess = recipe.hasAccess && recipe.stage !== MtlsStage.OBSERVE;
    const operations = [Operation.anyHttp()];
    if (hasAccess) { new ServiceAccess(api, 'access', { callers: [Principal.serviceAccount('shop', 'web')], to: Workload.of(api, { ports: [{ number: 8080 }] }), operations }); }
    const policies = PolicySet.fromYaml(app.synthYaml());
    return (['web', 'stranger', undefined] as const).filter(account => {
      const source = account === undefined ? {} : { serviceAccount: `shop/${account}` };
      const { decision } = policies.isAuthorized({ source, destination: { namespace: 'shop', workload: 'api', port: 8080 }, http: {} });
      const isMeant = hasAccess ? account === 'web' : account !== undefined || recipe.stage !== MtlsStage.STRICT;
      return decision !== (isMeant ? Decision.ALLOW : Decision.DENY);
    }).map(account => ({ recipe, account }));
  });

  expect(differing).toEqual([]);
});

describe('The report', () => {
  const all = drawn.map(recipe => {
    const report = build(recipe, MtlsStage.PERMISSIVE).migration.report();
    return { recipe, report, now: policiesAt(recipe, MtlsStage.PERMISSIVE), then: policiesAt(recipe, MtlsStage.STRICT) };
  });
  const isNamed = (report: readonly MigrationFinding[], path: string) => report.some(({ constructPath }) => constructPath === path);

  test('names whatever calls the Service now, and does not under STRICT', () => {
    const calls = all.flatMap(({ recipe, report, now, then }) => ['shop/web', 'old/batch'].map(workload => {
      const [before, after] = [now, then].map(policies => policies.isAuthorized({ source: { workload }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} }).decision);
      const breaks = before === Decision.ALLOW && after !== Decision.ALLOW;
      return { recipe, workload, breaks, named: ['shop/api-service', 'old/rule', workload].some(path => isNamed(report, path)) };
    }));

    expect(calls.filter(({ breaks, named }) => breaks && !named)).toEqual([]);
    expect(calls.filter(({ breaks }) => breaks).length).toBeGreaterThan(20);
  });

  test('names whatever takes plaintext under STRICT, and only that', () => {
    const servers = all.map(({ recipe, report, then }) => {
      const { decision } = then.isAuthorized({ destination: { namespace: 'shop', workload: 'api', port: 8080 }, http: {} });
      return { recipe, isOpen: decision === Decision.ALLOW, isNamed: isNamed(report, 'shop/api') };
    });

    expect(servers.filter(({ isOpen, isNamed: named }) => isOpen !== named)).toEqual([]);
    expect(new Set(servers.map(({ isOpen }) => isOpen)).size).toBe(2);
  });
});
