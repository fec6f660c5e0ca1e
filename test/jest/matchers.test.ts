import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'cdk8s-zero-trust/jest';
import { ApiObject, App, Chart, Testing, Yaml } from 'cdk8s';
import { AccessRequest, Operation, PolicySet, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } from '../../src';
import { CLOSED, deployment, from, policy, shop } from '../analysis/support';

const before = shop([...CLOSED, policy('api', { rules: [from(['web'], { methods: ['GET'] })] })]);
const split = shop([...CLOSED, policy('api', { rules: [from(['web'], { methods: ['GET'] }), from(['web'], { methods: ['GET'] })] })]);
const wider = shop([...CLOSED, policy('api', { rules: [from(['web', 'db'], { methods: ['GET'] })] })]);
const asking = shop([...CLOSED, policy('api', { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] })]);
const doubtful = shop([...CLOSED, policy('api', { rules: [{ form: [] }] })]);

const get: AccessRequest = { source: { serviceAccount: 'shop/web' }, destination: { namespace: 'shop', workload: 'api', port: 8080 }, http: {} };
const post: AccessRequest = { ...get, http: { method: 'POST' } };

/** A namespace of a mesh with a trust domain that is not in what it renders, but for principals. */
function app(...callers: string[]): App {
  const made: App = Testing.app();
  new ZeroTrustMesh(new Chart(made, 'mesh'), 'mesh', { trustDomain: 'prod.example.com' });
  const chart = new Chart(made, 'shop', { namespace: 'shop' });
  new ZeroTrustNamespace(chart, 'baseline', { name: 'shop' });
  const [api] = ['api', 'web', 'db'].map(name => new ApiObject(chart, name, deployment(name) as { apiVersion: string; kind: string }));
  new ServiceAccess(chart, 'to-api', {
    callers: callers.map(caller => Principal.serviceAccount('shop', caller)),
    to: Workload.of(api),
    operations: [Operation.tcp(8080)],
  });
  return made;
}

const folder = mkdtempSync(join(tmpdir(), 'matchers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder of manifests, a file for each chart of an app, those of the shop in a folder of their own. */
function written(made: App, ...more: object[]): string {
  const dist = mkdtempSync(join(folder, 'dist-'));
  mkdirSync(join(dist, 'shop'));
  for (const chart of made.charts) { writeFileSync(join(dist, chart.node.id === 'shop' ? 'shop' : '', `${chart.node.id}.k8s.yaml`), Yaml.stringify(...chart.toJson())); }
  writeFileSync(join(dist, 'more.yml'), Yaml.stringify(...more));
  writeFileSync(join(dist, 'README.md'), '# no manifest: [');
  return dist;
}

/** What a test fails with. */
function failure(test: () => void): string {
  try {
    test();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing fails');
}

describe('toAllow and toDeny', () => {
  test('hold where the request passes, and where it is refused', () => {
    expect(before).toAllow(get);
    expect(before).not.toDeny(get);
    expect(before).toDeny(post);
    expect(before).not.toAllow(post);
  });

  test('take an app, and a chart of it', () => {
    const tcp = { source: { serviceAccount: 'shop/web' }, destination: get.destination };

    expect(app('web')).toAllow(tcp);
    expect(app('web').charts[1]).toAllow(tcp);
    expect(app('db')).toDeny(tcp);
  });

  test('fail with the request and the explanation, and nothing else', () => {
    expect(failure(() => expect(before).toAllow(post))).toBe(`request: ${JSON.stringify(post)}\n${before.isAuthorized(post).explain()}`);
    expect(failure(() => expect(before).not.toAllow(get))).toBe(`request: ${JSON.stringify(get)}\n${before.isAuthorized(get).explain()}`);
    expect(failure(() => expect(before).toDeny(get))).toContain('\nALLOW\n');
    expect(failure(() => expect(before).not.toDeny(post))).toContain('\nDENY\n');
  });

  test.each([['CONDITIONAL', asking], ['UNDECIDED', doubtful]])('fail either way where it is %s, and say so', (decision, policies) => {
    const failures = [
      () => expect(policies).toAllow(get), () => expect(policies).not.toAllow(get),
      () => expect(policies).toDeny(get), () => expect(policies).not.toDeny(get),
    ].map(failure);

    expect(failures.map(message => message.split('\n')[1].split(/[ ,]/)[0])).toEqual(Array(4).fill(decision));
  });

  test('hold once the authorizer has answered', () => {
    expect(asking).toAllow({ ...get, authorizerAnswers: [{ provider: 'opa', allows: true }] });
    expect(asking).toDeny({ ...get, authorizerAnswers: [{ provider: 'opa', allows: false }] });
  });
});

describe('toAllowNobody', () => {
  test('holds where nothing passes, and shows a request that does', () => {
    expect(before).toAllowNobody('shop/db');
    expect(failure(() => expect(before).toAllowNobody('shop/api'))).toMatch(/^shop\/api:8080 from shop\/web: GET\nrequest: \{.*\}\nALLOW\n/);
  });
});

describe('toAllowOnly', () => {
  test('holds where nobody else gets in, whether or not all of those do', () => {
    expect(before).toAllowOnly('shop/api', ['shop/web']);
    expect(before).toAllowOnly('shop/api', ['shop/web', 'shop/db']);
    expect(app('web')).toAllowOnly('shop/api', ['shop/web']);
  });

  test('shows a request of somebody else', () => {
    expect(failure(() => expect(wider).toAllowOnly('shop/api', ['shop/web']))).toMatch(/^shop\/api:8080 from shop\/db, shop\/web: GET\nrequest: \{.*\}\nALLOW\n/);
  });

  test('fails where it is not decided', () => {
    expect(failure(() => expect(doubtful).toAllowOnly('shop/api', ['shop/web']))).toMatch(/^it is not decided what may reach shop\/api:8080: /);
  });

  test('refuses names that are not there, and no callers', () => {
    expect(() => expect(before).toAllowOnly('shop/apo', ['shop/web'])).toThrow("did you mean 'shop/api'?");
    expect(() => expect(before).toAllowOnly('shop/api', [])).toThrow("callers must have at least one entry, got '[]'; name the service accounts: NAMESPACE/NAME; or, where nobody may reach it, expect toAllowNobody(to)");
  });
});

describe('toGrantNothingNewSince', () => {
  test('holds where nothing newly passes', () => {
    expect(before).toGrantNothingNewSince(before);
    expect(before).toGrantNothingNewSince(wider);
    expect(app('web')).toGrantNothingNewSince(app('web', 'db'));
  });

  test('shows what does, and how it was answered', () => {
    const message = failure(() => expect(wider).toGrantNothingNewSince(before));

    expect(message).toMatch(/^GRANTED shop\/api:8080 to shop\/db: GET\nrequest: \{.*\}\nby: AuthorizationPolicy shop\/[^\n]*\nbefore: DENY\n[^]*\nafter: ALLOW\n/);
    expect(message).toContain('spiffe://cluster.local/ns/shop/sa/db');
  });

  test('shows each change, with an empty line between', () => {
    const both = shop([...CLOSED.slice(1), policy('api', { rules: [from(['web', 'db'], { methods: ['GET'] })] })]);

    expect(failure(() => expect(both).toGrantNothingNewSince(before))).toMatch(/^GRANTED shop\/api:8080 [^]*\n\nGRANTED shop\/web:8080 /);
  });

  test('fails where it is not decided', () => {
    expect(failure(() => expect(doubtful).toGrantNothingNewSince(before))).toMatch(/^it is not decided what may reach shop\/api:8080: /);
  });

  test('reads a folder of manifests, folders within it included, in the mesh of what is received', () => {
    const dist = written(app('web'));

    expect(app('web')).toGrantNothingNewSince(dist);
    expect(PolicySet.fromApp(app('web'))).toGrantNothingNewSince(dist);
    expect(failure(() => expect(app('web', 'db')).toGrantNothingNewSince(dist))).toContain('GRANTED shop/api:8080 to shop/db');
  });

  test('reads a file', () => {
    const file = join(written(app('web'), ...app('web').charts.flatMap(chart => chart.toJson())), 'more.yml');

    expect(app('web')).toGrantNothingNewSince(file);
    expect(failure(() => expect(app('db')).toGrantNothingNewSince(file))).toContain('GRANTED shop/api:8080 to shop/db');
  });

  test('goes by what the folder says of its mesh', () => {
    const meshConfig = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'trustDomain: test.example.com' } };

    expect(failure(() => expect(app('web')).toGrantNothingNewSince(written(app('web'), meshConfig)))).toContain('GRANTED shop/api:8080');
  });

  test('does not take what the manifests of one side say of the mesh for the other', () => {
    const manifests = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } },
      deployment('api'),
      policy('api', { rules: [{ from: [{ source: { principals: ['old.example.com/ns/shop/sa/web'] } }] }] }),
    ];
    const file = join(folder, 'without-aliases.yaml');
    writeFileSync(file, Yaml.stringify(...manifests));
    const mesh = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'trustDomainAliases: [old.example.com]' } };

    expect(failure(() => expect(PolicySet.fromManifests([...manifests, mesh])).toGrantNothingNewSince(file))).toContain('GRANTED shop/api:8080');
  });
});

describe('toBeEquivalentTo', () => {
  test('holds where all requests are answered alike', () => {
    expect(split).toBeEquivalentTo(before);
    expect(before).not.toBeEquivalentTo(wider);
    expect(app('web')).toBeEquivalentTo(app('web'));
    expect(app('web')).toBeEquivalentTo(written(app('web')));
  });

  test('shows what differs, seen from the other', () => {
    expect(failure(() => expect(wider).toBeEquivalentTo(before))).toMatch(/^GRANTED shop\/api:8080 to shop\/db: GET\nrequest: /);
    expect(failure(() => expect(before).toBeEquivalentTo(wider))).toMatch(/^REVOKED shop\/api:8080 to shop\/db: GET\nrequest: /);
    expect(failure(() => expect(split).not.toBeEquivalentTo(before))).toBe('all requests are answered alike');
  });

  test('fails either way where it is not decided', () => {
    expect(failure(() => expect(doubtful).toBeEquivalentTo(before))).toMatch(/^it is not decided what may reach shop\/api:8080: /);
    expect(failure(() => expect(doubtful).not.toBeEquivalentTo(before))).toMatch(/^it is not decided what may reach shop\/api:8080: /);
  });
});

describe('the matchers refuse', () => {
  test.each<[string, () => void, string]>([
    ['what holds no policies', () => expect({ kind: 'List' }).toAllow(get), "the received value must be an App, a Chart or a PolicySet, got 'Object'; read YAML by PolicySet.fromYaml(…)"],
    ['a path to ask about', () => expect('dist').toAllowOnly('shop/api', ['shop/web']), "the received value must be an App, a Chart or a PolicySet, got 'dist'; read YAML by PolicySet.fromYaml(…)"],
    ['nothing', () => expect(undefined).toGrantNothingNewSince(before), "the received value must be an App, a Chart or a PolicySet, got 'undefined'"],
    ['a construct without chart', () => expect(app('web').charts[1].node.findChild('web')).toDeny(get), 'app must be an App or a Chart'],
    ['nothing to compare with', () => expect(before).toBeEquivalentTo(undefined as unknown as string), "other must be an App, a Chart or a PolicySet, got 'undefined'"],
    ['a folder that is not there', () => expect(before).toGrantNothingNewSince(join(folder, 'nowhere')), "which is not there; write them first, as 'cdk8s synth' does"],
    ['a folder without manifests', () => expect(before).toGrantNothingNewSince(mkdtempSync(join(folder, 'empty-'))), "which holds no YAML; write them first, as 'cdk8s synth' does"],
    ['.not.toAllowNobody', () => expect(before).not.toAllowNobody('shop/api'), 'toAllowNobody has no .not'],
    ['.not.toAllowOnly', () => expect(before).not.toAllowOnly('shop/api', ['shop/web']), 'toAllowOnly has no .not, which any one request would fulfil; expect that which passes: toAllow(request)'],
    ['.not.toGrantNothingNewSince', () => expect(wider).not.toGrantNothingNewSince(before), 'toGrantNothingNewSince has no .not, which any one request would fulfil; expect that which passes: toAllow(request)'],
    ['a request that is none', () => expect(before).toAllow({ ...get, destination: { ...get.destination, port: 0 } }), 'port'],
  ])('%s', (_, test_, message) => {
    expect(failure(test_)).toContain(message);
  });
});
