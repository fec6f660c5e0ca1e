import { admitSpec, isAccepted, policy, refusing } from './admitted';

const refuse = (spec: unknown, metadata?: object): string[] => refusing('AuthorizationPolicy', spec, metadata);

describe('AuthorizationPolicy', () => {
  test.each([
    ['nothing at all', undefined],
    ['an empty spec', {}],
    ['a rule that matches everything', { rules: [{}] }],
    ['an empty list of sources', { rules: [{ from: [] }] }],
    ['several kinds of targets', {
      targetRefs: [
        { kind: 'Service', name: 'a' }, { group: 'networking.istio.io', kind: 'ServiceEntry', name: 'b' },
        { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'c', namespace: '' },
      ],
    }],
    ['an external authorizer', { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] }],
  ])('admits %s', (_, spec) => {
    expect(refuse(spec)).toEqual([]);
  });

  test.each([
    ['selector beside targetRefs', { selector: { matchLabels: { a: 'b' } }, targetRefs: [{ kind: 'Service', name: 'a' }] }, ['schema', 'webhook']],
    ['a number for a port', policy.operation({ ports: [80] }), ['schema', 'webhook']],
    ['an action in lower case', { action: 'deny', rules: [{}] }, ['schema', 'webhook']],
    ['an action as a number, which the webhook reads', { action: 1, rules: [{}] }, ['schema']],
    ['DENY without rules', { action: 'DENY' }, ['webhook']],
    ['DENY with an empty list of rules', { action: 'DENY', rules: [] }, ['webhook']],
    ['CUSTOM without a provider', { action: 'CUSTOM', rules: [{}] }, ['webhook']],
    ['a provider without CUSTOM', { provider: { name: 'opa' }, rules: [{}] }, ['webhook']],
    ['identities with CUSTOM', { action: 'CUSTOM', provider: { name: 'opa' }, ...policy.source({ principals: ['*'] }) }, ['webhook']],
    ['an empty source', policy.source({}), ['webhook']],
    ['an empty operation', policy.operation({}), ['webhook']],
    ['an empty value', policy.operation({ methods: [''] }), ['webhook']],
    ['serviceAccounts beside principals', policy.source({ serviceAccounts: ['a'], principals: ['b'] }), ['schema', 'webhook']],
    ['17 service accounts', policy.source({ serviceAccounts: Array(17).fill('a') }), ['schema', 'webhook']],
    ['513 rules', { rules: Array(513).fill({}) }, ['schema']],
    ['a condition without values', { rules: [{ when: [{ key: 'source.ip' }] }] }, ['webhook']],
    ['an unknown attribute', policy.when('source.ips', '1.2.3.4'), ['webhook']],
    ['a reference to another namespace', { targetRefs: [{ kind: 'Service', name: 'a', namespace: 'b' }] }, ['schema', 'webhook']],
    ['a reference to a Deployment', { targetRefs: [{ group: 'apps', kind: 'Deployment', name: 'a' }] }, ['webhook']],
    ['an unknown field', { rules: [{ from: [{ source: { principals: ['*'], foo: [] } }] }] }, ['unknown-field']],
  ])('refuses %s', (_, spec, layers) => {
    expect(refuse(spec)).toEqual(layers);
  });

  test.each([
    ['10.0.0.0/8', true], ['10.0.0.1', true], ['::1', true], ['::ffff:1.2.3.4', true], ['2001:db8::/32', true], ['10.0.0.1/08', false],
    ['010.0.0.1', false], ['10.0.0.0/33', false], ['1.2.3', false], ['fe80::1%eth0/64', false], ['1:2:3:4:5:6:7::', true], ['1:2:3:4:5:6:7:8::', false],
  ])('takes %s as an IP block: %s', (block, good) => {
    expect(refuse(policy.source({ ipBlocks: [block] }))).toEqual(good ? [] : ['webhook']);
  });

  test.each([
    ['0', true], ['65535', true], ['65536', false], ['+80', false], ['-1', false], ['80-90', false], ['http', false],
  ])('takes %s as a port: %s', (port, good) => {
    expect(refuse(policy.operation({ ports: [port] }))).toEqual(good ? [] : ['webhook']);
  });

  test.each([
    ['/api/*', true], ['*', true], ['/a*b', true], ['/{*}', true], ['/a/{**}', true], ['/{*}/{**}', true],
    ['/{**}/{*}', false], ['/a{*}', false], ['/{id}', false], ['/a*/{*}', false], ['/a//{*}', false], ['/é/{*}', false],
  ])('takes %s as a path: %s', (path, good) => {
    expect(refuse(policy.operation({ paths: [path] }))).toEqual(good ? [] : ['webhook']);
  });

  test.each([
    ['*', true], ['*.example.com', true], ['td*', true], ['**', false], ['a*b', false], ['*a*', false], ['td/x', false],
  ])('takes %s as a trust domain: %s', (domain, good) => {
    expect(refuse(policy.source({ trustDomains: [domain] }))).toEqual(good ? [] : ['webhook']);
  });

  test.each([
    ['web', true], ['foo/web', true], ['foo/', false], ['/web', false], ['a/b/c', false], ['foo/*', false],
  ])('takes %s as a service account: %s', (account, good) => {
    expect(refuse(policy.source({ serviceAccounts: [account] }))).toEqual(good ? [] : ['webhook']);
  });

  test.each([
    ['request.headers[x]', true], ['request.auth.claims[a][b]', true], ['experimental.envoy.filters.a[b]', true], ['connection.sni', true],
    ['request.headers', false], ['request.headers[]', false], ['request.headers[x', false], ['experimental.envoy.filters[b]', false],
    ['destination.labels[app]', false], ['destination.namespace', false], ['Source.ip', false],
  ])('takes %s as an attribute: %s', (key, good) => {
    expect(refuse(policy.when(key, 'x'))).toEqual(good ? [] : ['webhook']);
  });

  test.each([
    ['methods without ports', policy.operation({ methods: ['GET'] }), 1],
    ['ports in another operation', { rules: [{ to: [{ operation: { methods: ['GET'] } }, { operation: { ports: ['80'] } }] }] }, 0],
    ['a request principal', policy.source({ requestPrincipals: ['*'] }), 1],
    ['a trust domain, though it holds on TCP', policy.source({ trustDomains: ['a'] }), 1],
    ['a principal', policy.source({ principals: ['a'] }), 0],
    ['a header condition, though it denies TCP', policy.when('request.headers[x]', 'y'), 0],
    ['an empty selector too', { selector: {}, ...policy.operation({ methods: ['GET'] }) }, 2],
  ])('warns of a DENY rule with %s', (_, spec, warnings) => {
    expect(admitSpec('AuthorizationPolicy', { action: 'DENY', ...spec }).warnings).toHaveLength(warnings);
  });

  test.each([
    ['ALLOW', 'true', []], ['DENY', 'F', []], ['ALLOW', 'yes', ['webhook']], ['AUDIT', 'true', ['webhook']],
  ])('takes action %s with dry-run %s: refused by %j', (action, value, layers) => {
    expect(refuse({ action, rules: [{}] }, { annotations: { 'istio.io/dry-run': value } })).toEqual(layers);
  });

  test('says where, what and the remedy', () => {
    const { problems } = admitSpec('AuthorizationPolicy', policy.operation({ ports: ['80', 'http'] }));

    expect(problems).toEqual([{
      layer: 'webhook',
      field: 'spec.rules[0].to[0].operation.ports[1]',
      message: "must be a port from 0 to 65535 in digits, got 'http'; list single ports",
    }]);
  });

  test('proposes the field that was meant', () => {
    const [problem] = admitSpec('AuthorizationPolicy', { rules: [{ From: [] }] }).problems;

    expect(problem).toMatchObject({ layer: 'unknown-field', field: 'spec.rules[0].From', message: expect.stringContaining("did you mean 'from'?") });
  });

  test('tells a patch of kustomize', () => {
    expect(admitSpec('AuthorizationPolicy', { $patch: 'delete' }).problems[0].message).toBe("must be a field of the API, got '$patch'; it is a patch: build kustomize first");
  });

  test('a client without strict validation loses the unknown field and is let in', () => {
    const admission = admitSpec('AuthorizationPolicy', { selector: { app: 'x' }, rules: [{}] });

    expect([isAccepted(admission), isAccepted(admission, true)]).toEqual([false, true]);
  });

  test('an unknown field that leaves nothing behind is refused either way', () => {
    const admission = admitSpec('AuthorizationPolicy', { rules: [{ from: [{ principals: ['*'] }] }] });

    expect([isAccepted(admission), isAccepted(admission, true)]).toEqual([false, false]);
  });
});
