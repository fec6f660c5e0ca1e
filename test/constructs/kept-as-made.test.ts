import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  AccessGuardrail, AuditTrail, BreakGlass, DataPlane, Enforcement, ExtensionProvider, ExternalAuthorization, Findings, GuardrailScope, JwtIssuer, JwtProtectedApi, Operation, PlaintextException,
  Principal, Quarantine, ServiceAccess, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace, ZeroTrustNamespaceProps,
} from 'cdk8s-zero-trust';
import { IConstruct } from 'constructs';
import { testApp } from '../support/app';
import { chartOf, manifests, problemsOf, rawDeployment, rawService } from '../support/shop';

type Plane = 'sidecar' | 'waypoint';
const PLANES: Plane[] = ['sidecar', 'waypoint'];

interface Shop { readonly app: App; readonly chart: Chart; readonly api: ApiObject; readonly web: ApiObject; readonly access: ServiceAccess }

/** A shop in which web may read api. */
function shop(plane: Plane = 'sidecar', baseline: Partial<ZeroTrustNamespaceProps> = {}): Shop {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { asOf: '2026-11-27', istioVersion: '1.29' });
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', { ...plane === 'waypoint' ? { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() } : {}, ...baseline });
  const [web, api] = ['web', 'api'].map(name => { rawService(chart, name); return rawDeployment(chart, name); });
  const access = new ServiceAccess(chart, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a')] });
  return { app, chart, api, web, access };
}

/** Each construct whose objects must stay as they were made, of id `made`. */
const MAKERS: { readonly [what: string]: (shop: Shop) => IConstruct } = {
  'a quarantine': ({ chart, api }) => new Quarantine(chart, 'made', { workload: Workload.of(api), reason: 'r' }),
  'a quarantine of an account': ({ chart, web }) => new Quarantine(chart, 'made', { account: Principal.workload(web), reason: 'r' }),
  'a guardrail': ({ chart, api, web }) => new AccessGuardrail(chart, 'made', { appliesTo: GuardrailScope.workload(Workload.of(api)), onlyCallers: [Principal.workload(web)] }),
  'a guardrail that is tried out': ({ chart, api, web }) =>
    new AccessGuardrail(chart, 'made', { appliesTo: GuardrailScope.workload(Workload.of(api)), onlyCallers: [Principal.workload(web)], enforcement: Enforcement.DRY_RUN }),
  'an audit': ({ chart, access }) => new AuditTrail(chart, 'made', { watches: [access] }),
  'an exception': ({ chart, api }) => new PlaintextException(chart, 'made', {
    workload: Workload.of(api), operations: [Operation.anyHttp({ ports: [8080] })], fromNetworks: ['10.20.0.0/16'], reason: 'r', owner: 'o', expires: '2026-12-31',
  }),
  'an authorizer': ({ chart, api }) => new ExternalAuthorization(chart, 'made', {
    workload: Workload.of(api), provider: ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opa.elsewhere.svc.cluster.local', port: 9191 }),
  }),
};

const TRIED_OUT_ACCESS = 'an access that is tried out';
const accessTriedOut = ({ chart, api }: Shop) => new ServiceAccess(chart, 'made', {
  callers: [Principal.serviceAccount('ops', 'x')], to: Workload.of(api), operations: [Operation.get('/b')], enforcement: Enforcement.DRY_RUN,
});

const CASES = PLANES.flatMap(plane => [...Object.entries(MAKERS), [TRIED_OUT_ACCESS, accessTriedOut] as const].map(([what, make]) => [plane, what, make] as const));

/** The objects of a construct, which it may be itself. */
function objectsOf(construct: IConstruct): ApiObject[] { return construct.node.findAll().filter((one): one is ApiObject => ApiObject.isApiObject(one)); }

type ApiObjectAt = (made: Shop & { readonly users: IConstruct }) => IConstruct;

/** One object of a shop with readers of metrics, and an API for users. */
function opened(find: ApiObjectAt): { readonly app: App; readonly object: ApiObject } {
  const made = shop('sidecar', { metricsReaders: [Principal.serviceAccount('monitoring', 'prometheus')], metricsPorts: [8080] });
  const users = new JwtProtectedApi(made.chart, 'users', {
    workload: Workload.of(made.api),
    issuers: [JwtIssuer.of({ issuer: 'https://auth.example.com', audiences: ['api'] })],
    rules: [{ anyToken: true, operations: [Operation.get('/a')] }],
    exemptCallers: [Principal.workload(made.web)],
  });
  expect(problemsOf(made.app)).toEqual([]);
  return { app: made.app, object: find({ ...made, users }) as ApiObject };
}

/** What becomes of each object of a construct, once it is changed in an app of its own. */
function outcomesOf(plane: Plane, make: (shop: Shop) => IConstruct, change: (object: ApiObject) => unknown): [string, string[]][] {
  const first = shop(plane);
  const whole = make(first);
  first.app.synth();
  const objects = objectsOf(whole);
  expect(objects).not.toEqual([]);
  return objects.map((_, i) => {
    const made = shop(plane);
    const construct = make(made);
    made.app.synth();
    const object = objectsOf(construct)[i];
    change(object);
    return [object.node.path, problemsOf(made.app)];
  });
}

describe('What closes, cuts, watches, opens plaintext or is only tried out', () => {
  test.each(CASES)('must stay as it was made: in %s mode %s', (plane, _, make) => {
    for (const [path, problems] of outcomesOf(plane, make, object => object.addJsonPatch(JsonPatch.replace('/spec', { any: 'thing' })))) {
      expect(problems).toEqual([`[shop/made] '${path}' must stay as it was made, got another spec; undo that, and state what is meant by the props of its construct`]);
    }
  });

  test.each(CASES)('must stay where it was made: in %s mode %s', (plane, _, make) => {
    for (const [path, problems] of outcomesOf(plane, make, object => object.addJsonPatch(JsonPatch.replace('/metadata/namespace', 'elsewhere')))) {
      expect(problems).toEqual([expect.stringContaining(`[shop/made] '${path}' must stay as it was made, got another namespace; `)]);
    }
  });

  test.each(CASES)('must stay enforced as it was made: in %s mode %s', (plane, _, make) => {
    const toggle = (object: ApiObject) => object.metadata.addAnnotation('istio.io/dry-run', 'maybe');
    for (const [path, problems] of outcomesOf(plane, make, toggle)) {
      expect(problems).toEqual([expect.stringContaining(`[shop/made] '${path}' must stay as it was made, got another annotation 'istio.io/dry-run'; `)]);
    }
  });

  test.each(CASES.filter(([, what]) => what !== TRIED_OUT_ACCESS))('must stay in the app: in %s mode %s', (plane, _, make) => {
    for (const [path, problems] of outcomesOf(plane, make, ({ node }) => node.scope!.node.tryRemoveChild(node.id))) {
      expect(problems).toEqual([`[shop/made] '${path}' must stay as it was made, got taken out; leave it in, or take its construct out as a whole`]);
    }
  });

  test.each(CASES)('may say what it likes to others than Istio: in %s mode %s', (plane, _, make) => {
    const labelled = (object: ApiObject) => {
      object.addJsonPatch(JsonPatch.add('/metadata/labels', { team: 'a' }), JsonPatch.add('/metadata/annotations/team.example~1owner', 'a'));
      object.metadata.addLabel('tier', 'b');
    };
    for (const [, problems] of outcomesOf(plane, make, labelled)) { expect(problems).toEqual([]); }
  });

  test.each<[string, string, string, (object: ApiObject) => unknown]>([
    ['its last day', 'an exception', 'expires', object => object.addJsonPatch(JsonPatch.replace('/metadata/annotations/cdk8s-zero-trust~1expires', '2099-01-01'))],
    ['its last day, at once', 'an exception', 'expires', object => object.metadata.addAnnotation('cdk8s-zero-trust/expires', '2099-01-01')],
    ['whose it is', 'an exception', 'owner', object => object.addJsonPatch(JsonPatch.remove('/metadata/annotations/cdk8s-zero-trust~1owner'))],
    ['why it is', 'a quarantine', 'reason', object => object.addJsonPatch(JsonPatch.remove('/metadata/annotations/cdk8s-zero-trust~1reason'))],
    ['what it cuts', 'a quarantine', 'cuts', object => object.addJsonPatch(JsonPatch.replace('/metadata/annotations/cdk8s-zero-trust~1cuts', 'nothing'))],
  ])('must go on to say %s', (_, what, annotation, change) => {
    const made = shop();
    change(MAKERS[what](made).node.findChild('Resource') as ApiObject);

    expect(problemsOf(made.app)).toEqual([expect.stringContaining(`[shop/made] 'shop/made/Resource' must stay as it was made, got another annotation 'cdk8s-zero-trust/${annotation}'; `)]);
  });

  test.each<[string, string, ApiObjectAt, JsonPatch, string]>([
    ['an access, for which pods it is', 'shop/web-to-api', ({ access }) => access, JsonPatch.remove('/spec/selector'), 'selector'],
    ['an access, by an empty selector', 'shop/web-to-api', ({ access }) => access, JsonPatch.replace('/spec/selector', { matchLabels: {} }), 'selector'],
    ['what readers of metrics may', 'shop/baseline', ({ chart }) => chart.node.findChild('baseline').node.findChild('metrics'), JsonPatch.remove('/spec/rules/0/to'), 'spec'],
    ['whose tokens are good', 'shop/users', ({ users }) => users.node.findChild('jwt'), JsonPatch.add('/spec/jwtRules/0/audiences/-', 'other'), 'spec'],
    ['of which pods tokens are verified', 'shop/users', ({ users }) => users.node.findChild('jwt'), JsonPatch.remove('/spec/selector'), 'spec'],
  ])('is found in what else opens more than was meant: %s', (_, reporter, find, patch, part) => {
    const { app, object } = opened(find);
    object.addJsonPatch(patch);

    expect(problemsOf(app)).toEqual([expect.stringContaining(`[${reporter}] '${object.node.path}' must stay as it was made, got another ${part}; `)]);
  });

  test('leaves it to the app what is done with a good token', () => {
    const { app, object } = opened(({ users }) => users.node.findChild('jwt'));
    object.addJsonPatch(JsonPatch.add('/spec/jwtRules/0/forwardOriginalToken', true));
    expect(problemsOf(app)).toEqual([]);
  });

  test('is found where it is changed after the app was synthesized', () => {
    const { app, chart, api } = shop();
    const { node } = new Quarantine(chart, 'made', { workload: Workload.of(api), reason: 'r' });
    expect(problemsOf(app)).toEqual([]);
    (node.findChild('egress') as ApiObject).addJsonPatch(JsonPatch.replace('/spec/egress/0/hosts', ['*/*']));

    expect(problemsOf(app)).toEqual([expect.stringContaining("[shop/made] 'shop/made/egress' must stay as it was made, got another spec; ")]);
  });
});

describe('A workload that was taken out of the app', () => {
  const ALL = {
    ...MAKERS,
    [TRIED_OUT_ACCESS]: accessTriedOut,
    'an access': ({ chart, api }: Shop) => new ServiceAccess(chart, 'made', {
      callers: [Principal.serviceAccount('ops', 'x')], to: Workload.of(api), operations: [Operation.get('/b')],
    }),
  };

  test.each(Object.entries(ALL).filter(([what]) => what !== 'a quarantine of an account'))('is one for which nobody can state anything: %s', (_, make) => {
    const made = shop();
    make(made);
    made.chart.node.tryRemoveChild('api');

    const problem = "'shop/api' (Deployment) must be a workload of this app, and was taken out of it; leave it in, or take out what is stated of it";
    expect(problemsOf(made.app)).toEqual([expect.stringContaining(problem)]);
  });

  test('names nobody', () => {
    const made = shop();
    made.chart.node.tryRemoveChild('web');

    expect(problemsOf(made.app)).toEqual(["[shop/web-to-api] 'shop/web' (Deployment) must be a workload of this app, and was taken out of it; leave it in, or take out what is stated of it"]);
  });
});

describe('What is cut by a quarantine', () => {
  test('with labels of somebody else is refused no more than without, and is cut still', () => {
    const { app, chart, api } = shop();
    const made = new Quarantine(chart, 'made', { workload: Workload.of(api), reason: 'r' });
    objectsOf(made).forEach(object => object.addJsonPatch(JsonPatch.add('/metadata/labels', { team: 'a' })));
    new AccessGuardrail(chart, 'guard', { appliesTo: GuardrailScope.namespace('shop'), forbiddenCallers: [Principal.serviceAccount('dev', 'x')] });

    expect(problemsOf(app)).toEqual([]);
    expect(Findings.of(app).all().map(({ message }) => message).join()).toContain("'shop/api' is in quarantine, which cuts 'shop/web-to-api'");
  });

  test('is cut of an API with tokens, too', () => {
    const { app, chart, api, web } = shop();
    chart.node.tryRemoveChild('web-to-api');
    new JwtProtectedApi(chart, 'users', {
      workload: Workload.of(api),
      issuers: [JwtIssuer.of({ issuer: 'https://auth.example', jwksUri: 'https://auth.example/jwks', audiences: ['api'] })],
      rules: [{ callers: [Principal.workload(web)], operations: [Operation.get('/a')] }],
    });
    new Quarantine(chart, 'made', { account: Principal.workload(web), reason: 'r' }).node.tryRemoveChild('caller');

    expect(problemsOf(app)).toEqual([expect.stringContaining("[shop/made] 'shop/made/caller' must stay as it was made, got taken out; ")]);
  });
});

describe('What an audit watches', () => {
  test.each<[string, (access: ServiceAccess) => unknown, string]>([
    ['lets in somebody else', access => access.addJsonPatch(JsonPatch.add('/spec/rules/0/from/0/source/principals/-', 'cluster.local/ns/dev/sa/joe')), 'another spec; '],
    ['is taken out', ({ node }) => node.scope!.node.tryRemoveChild(node.id), 'taken out; '],
  ])('must stay as it was made, or it escapes the log: where it %s', (_, change, got) => {
    const made = shop();
    MAKERS['an audit'](made);
    change(made.access);

    expect(problemsOf(made.app)).toEqual([expect.stringContaining(`[shop/made] 'shop/web-to-api' must stay as it was made, got ${got}`)]);
  });

  test('has a Telemetry that may say more than its log', () => {
    const made = shop();
    (MAKERS['an audit'](made).node.findChild('access-log') as ApiObject).addJsonPatch(JsonPatch.add('/spec/tracing', [{ randomSamplingPercentage: 10 }]));

    expect(problemsOf(made.app)).toEqual([]);
    expect(manifests(made.app).find(({ kind }) => kind === 'Telemetry')).toMatchObject({ spec: { tracing: [{ randomSamplingPercentage: 10 }], accessLogging: [{}] } });
  });
});

describe('Broken glass', () => {
  const broken = ({ chart, api }: Shop) => new BreakGlass(chart, 'glass', {
    callers: [Principal.serviceAccount('ops', 'bg')], to: Workload.of(api), operations: [Operation.get('/x')], until: '2026-12-31', ticket: 't', reason: 'r',
  });

  test.each([['audit'], ['access']])('is open and seen, or not at all: without %s it is refused', id => {
    const made = shop();
    broken(made).node.tryRemoveChild(id);

    expect(problemsOf(made.app)).toContainEqual(`[shop/glass] 'shop/glass/${id}' must stay as it was made, got taken out; leave it in, or take its construct out as a whole`);
    expect(problemsOf(made.app)).toHaveLength(1);
  });

  test.each<[string, JsonPatch]>([
    ['somebody else', JsonPatch.add('/spec/rules/0/from/0/source/principals/-', 'cluster.local/ns/dev/sa/joe')],
    ['more paths', JsonPatch.replace('/spec/rules/0/to/0/operation/paths', ['/x', '/y'])],
    ['until another day', JsonPatch.replace('/metadata/annotations/cdk8s-zero-trust~1until', '2099-01-01')],
  ])('is for nobody and nothing else: %s', (_, patch) => {
    const made = shop();
    (broken(made).node.findChild('access') as ApiObject).addJsonPatch(patch);

    expect(problemsOf(made.app)).toEqual([expect.stringContaining("[shop/glass/audit] 'shop/glass/access' must stay as it was made, got another ")]);
  });
});
