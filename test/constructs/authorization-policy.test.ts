import { ApiObject, JsonPatch } from 'cdk8s';
import { AuthorizationPolicy, AuthorizationPolicyAction, AuthorizationPolicyProps, ZeroTrustMesh } from 'cdk8s-zero-trust';
import { rendered, shop } from './security-resources';
import { keptWarnings } from '../../src/constructs/private/findings/kept-warnings';

describe('AuthorizationPolicy construct', () => {
  test('renders what it is given', () => {
    const chart = shop();

    const policy = new AuthorizationPolicy(chart, 'web-to-api', {
      metadata: { name: 'web-to-api', annotations: { 'istio.io/dry-run': 'true' } },
      selector: { matchLabels: { app: 'api' } },
      action: AuthorizationPolicyAction.ALLOW,
      rules: [{
        from: [{ source: { principals: ['td/ns/shop/sa/web'], notIpBlocks: ['10.0.0.0/8'] } }],
        to: [{ operation: { methods: ['GET'], paths: ['/api/*'], ports: ['8080'] } }],
        when: [{ key: 'request.headers[x-tenant]', values: ['a'] }],
      }],
    });

    expect(policy.authorizationPolicyName).toBe('web-to-api');
    expect(rendered(chart)).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'web-to-api', namespace: 'shop', annotations: { 'istio.io/dry-run': 'true' } },
      spec: {
        selector: { matchLabels: { app: 'api' } },
        action: 'ALLOW',
        rules: [{
          from: [{ source: { principals: ['td/ns/shop/sa/web'], notIpBlocks: ['10.0.0.0/8'] } }],
          to: [{ operation: { methods: ['GET'], paths: ['/api/*'], ports: ['8080'] } }],
          when: [{ key: 'request.headers[x-tenant]', values: ['a'] }],
        }],
      },
    });
  });

  test.each<[AuthorizationPolicyProps, object]>([
    [{}, {}],
    [{ rules: [] }, { rules: [] }],
    [{ rules: [{}] }, { rules: [{}] }],
  ])('renders %j as it is', (props, spec) => {
    const chart = shop();

    new AuthorizationPolicy(chart, 'policy', props);

    expect(rendered(chart)).toMatchObject({ spec });
    expect((rendered(chart) as { spec: object }).spec).toEqual(spec);
  });

  test('can be patched through its ApiObject', () => {
    const chart = shop();
    const policy = new AuthorizationPolicy(chart, 'policy', {});

    ApiObject.of(policy).addJsonPatch(JsonPatch.add('/spec/action', 'DENY'));

    expect(rendered(chart)).toMatchObject({ spec: { action: 'DENY' } });
  });

  test.each<[string, AuthorizationPolicyProps, string]>([
    ['what the schema refuses', { rules: [{ when: [{ key: 'source.ip', values: [1 as unknown as string] }] }] },
      "[shop/policy] AuthorizationPolicy: rules[0].when[0].values[0] must be text, got '1'; put it in quotes"],
    ['what the webhook refuses', { action: AuthorizationPolicyAction.DENY },
      '[shop/policy] AuthorizationPolicy: rules must not be empty with action DENY, got none, which never matches; write [{}] to match every request'],
    ['what Envoy refuses', { rules: [{ to: [{ operation: { paths: ['{*}'] } }] }] },
      "[shop/policy] AuthorizationPolicy: rules[0].to[0].operation.paths[0] must begin with '/'"],
    ['a field that Istio does not know', { rules: [{ form: [{}] } as object] },
      "[shop/policy] AuthorizationPolicy: rules[0].form must be a field of the API, got 'form'; did you mean 'from'?"],
    ['an empty field that Istio does not know', { rules: [{ whenn: [] } as object] }, "[shop/policy] AuthorizationPolicy: rules[0].whenn must be a field of the API, got 'whenn'; did you mean 'when'?"],
    ['undefined in a list', { rules: [{ from: [{ source: { principals: [undefined as unknown as string] } }] }] },
      "rules[0].from[0].source.principals[0] must have a value where it is written, got 'undefined'; give it one, or leave it out on purpose"],
    ['a hole in a list', { rules: [{ to: [{ operation: { hosts: Array(1) as string[] } }] }] }, "hosts[0] must have a value where it is written, got 'undefined'"],
    ['an undefined field', { selector: undefined, rules: [{}] }, "selector must have a value where it is written, got 'undefined'"],
    ['an empty list of callers', { rules: [{ from: [] }] }, "rules[0].from must not be empty, which is as good as absent, got '[]'; fill it, or leave it out where what its absence means is meant"],
    ['an empty value list beside another', { rules: [{ from: [{ source: { principals: [], namespaces: ['a'] } }] }] }, 'rules[0].from[0].source.principals must not be empty'],
    ['an empty selector', { selector: { matchLabels: {} } }, 'selector.matchLabels must not be empty, which is as good as absent'],
    ['null', { rules: null as unknown as [] }, "rules must be a list, got 'null'; give it a value, or leave it out"],
    ['what is no plain data', { provider: new Date(0) as object }, "provider must be plain data, got an instance of 'Date'; give the value itself"],
    ['a bad name', { metadata: { name: 'A' } }, "metadata.name must be at most 253 lower case letters, digits, inner '-' and '.', got 'A'; rename it"],
    ['conflicting props', { selector: {}, targetRefs: [] }, 'props must have at most one of selector, targetRef and targetRefs'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new AuthorizationPolicy(shop(), 'policy', props)).toThrow(message);
  });

  test('lists all that it refuses in one error, each prop once', () => {
    const create = (): unknown => new AuthorizationPolicy(shop(), 'policy', {
      action: 'deny' as AuthorizationPolicyAction,
      rules: [{ to: [{ operation: { ports: [80 as unknown as string] } }] }],
    });

    expect(create).toThrow([
      '[shop/policy] AuthorizationPolicy: ',
      "  - action must be one of ALLOW, DENY, AUDIT, CUSTOM, got 'deny'; case matters",
      "  - rules[0].to[0].operation.ports[0] must be text, got '80'; put it in quotes",
    ].join('\n'));
  });

  test('keeps what Istio only warns of', () => {
    const chart = shop();

    const policy = new AuthorizationPolicy(chart, 'policy', { action: AuthorizationPolicyAction.DENY, rules: [{ to: [{ operation: { methods: ['GET'] } }] }] });

    expect(keptWarnings(chart)).toEqual([{ construct: policy, problem: expect.objectContaining({ field: 'spec.rules[0]' }) }]);
    expect(keptWarnings(shop())).toEqual([]);
  });

  test.each([
    ['1.24', ['AuthorizationPolicy: rules[0].from[0].source.serviceAccounts must be left out, as Istio 1.24 does not know serviceAccounts; it came with 1.25']],
    ['1.25', []],
  ])('with a field that came with 1.25, in a mesh of %s', (istioVersion, problems) => {
    const chart = shop();
    const policy = new AuthorizationPolicy(chart, 'policy', { rules: [{ from: [{ source: { serviceAccounts: ['shop/web'] } }] }] });
    new ZeroTrustMesh(chart, 'mesh', { istioVersion });

    chart.node.root.node.validate();

    expect(policy.node.validate()).toEqual(problems);
  });
});
