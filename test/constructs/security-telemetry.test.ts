import { ApiObject, App, Chart, Duration, JsonPatch } from 'cdk8s';
import {
  AuditTrail, MeshSettingsOutput, SecurityTelemetry, SecurityTelemetryProps, Telemetry, TelemetryMode, TelemetryProps, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';

interface Manifest { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: object; readonly annotations: Record<string, string> }; readonly spec: any; readonly data: any }

/** An app of a mesh with a security log, and a chart for more. */
function app(props: SecurityTelemetryProps = {}): { readonly root: App; readonly security: SecurityTelemetry; readonly shop: Chart } {
  const root = new App();
  const mesh = new Chart(root, 'mesh', { namespace: 'monitoring' });
  new ZeroTrustMesh(mesh, 'mesh', { istioVersion: '1.29', rootNamespace: 'mesh-root', settings: MeshSettingsOutput.istioOperator() });
  return { root, security: new SecurityTelemetry(mesh, 'security', props), shop: new Chart(root, 'shop', { namespace: 'shop' }) };
}

/** What synthesis refuses. */
function problems(root: App): string[] {
  root.node.validate();
  return root.node.findAll().flatMap(construct => construct.node.validate());
}

function objects(root: App): Manifest[] {
  expect(problems(root)).toEqual([]);
  return root.node.findAll().filter((construct): construct is ApiObject => construct instanceof ApiObject).map(object => object.toJson() as Manifest);
}

const providersOf = (root: App): { name: string; envoyFileAccessLog?: { path: string; logFormat: { labels: Record<string, string> } } }[] =>
  objects(root).find(({ kind }) => kind === 'IstioOperator')!.spec.meshConfig.extensionProviders;

describe('SecurityTelemetry', () => {
  test('writes what is refused in the mesh, by a Telemetry in the root namespace and a provider of the mesh', () => {
    const { root } = app();

    const telemetries = objects(root).filter(({ kind }) => kind === 'Telemetry');
    const [{ name, envoyFileAccessLog: log }] = providersOf(root);

    expect(telemetries).toHaveLength(1);
    expect(telemetries[0].metadata.namespace).toBe('mesh-root');
    expect(telemetries[0].spec).toEqual({ accessLogging: [{ providers: [{ name: 'zero-trust-security' }], filter: { expression: expect.stringContaining("startsWith('rbac_access_denied')") } }] });
    expect(name).toBe('zero-trust-security');
    expect(log!.path).toBe('/dev/stdout');
    expect(Object.keys(log!.logFormat.labels)).toEqual(expect.arrayContaining(['caller', 'caller_at_waypoint', 'destination', 'method', 'path', 'decision', 'policy']));
  });

  test('writes no personal data of a token, unless there is a reason, which stays visible', () => {
    const without = app();
    const asked = app({ logTokenSubject: { reason: 'fraud is looked into by subject' } });

    expect(Object.keys(providersOf(without.root)[0].envoyFileAccessLog!.logFormat.labels)).not.toContain('token_subject');
    expect(JSON.stringify(providersOf(without.root))).not.toContain('jwt_authn');
    expect(providersOf(asked.root)[0].envoyFileAccessLog!.logFormat.labels.token_subject).toBe('%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:payload:sub)%');
    expect(objects(asked.root).find(({ kind }) => kind === 'Telemetry')!.metadata.annotations['cdk8s-zero-trust/reason']).toBe('fraud is looked into by subject');
  });

  test('keeps access logs that go on beside it, and writes where it is told', () => {
    const { root, security } = app({ providerName: 'siem', path: '/var/log/siem.json', keepProviders: ['envoy'] });

    expect(objects(root).find(({ kind }) => kind === 'Telemetry')!.spec.accessLogging).toEqual([expect.objectContaining({ providers: [{ name: 'siem' }] }), { providers: [{ name: 'envoy' }] }]);
    expect(security.describeSecurityTelemetry()).toBe('what is refused in the mesh, as JSON to /var/log/siem.json');
  });

  test('renders rules and a dashboard only where they are asked for', () => {
    const kinds = (props: SecurityTelemetryProps) => objects(app(props).root).map(({ kind }) => kind).filter(kind => ['PrometheusRule', 'ConfigMap'].includes(kind));

    expect(kinds({})).toEqual([]);
    expect(kinds({ alerts: {}, dashboard: {} })).toEqual(['PrometheusRule', 'ConfigMap']);
  });

  test('puts bounds and metadata into the rules and the dashboard', () => {
    const { root } = app({
      alerts: { denialsPerMinute: 7, workloadCertificateLeft: Duration.minutes(5), rootCertificateLeft: Duration.days(60), metadata: { name: 'rules', labels: { release: 'prometheus' } } },
      dashboard: { metadata: { name: 'board', namespace: 'grafana', labels: { folder: 'security' } } },
    });
    const [rule, board] = objects(root).filter(({ kind }) => ['PrometheusRule', 'ConfigMap'].includes(kind));
    const expressions = rule.spec.groups[1].rules.map(({ expr }: { expr: string }) => expr).join('\n');

    expect(rule).toMatchObject({ apiVersion: 'monitoring.coreos.com/v1', metadata: { name: 'rules', namespace: 'monitoring', labels: { release: 'prometheus' } } });
    expect(expressions).toContain('* 60 > 7');
    expect(expressions).toContain('< 300');
    expect(expressions).toContain('< 5184000');
    expect(board).toMatchObject({ metadata: { name: 'board', namespace: 'grafana', labels: { folder: 'security', grafana_dashboard: '1' } } });
    expect(JSON.parse(board.data['zero-trust-security.json'])).toMatchObject({ title: 'Zero trust: security' });
  });

  test('stays in the access logs of what is audited', () => {
    const { root, shop } = app();
    new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });
    const api = Workload.fromPods({ namespace: 'shop', labels: { app: 'api' }, serviceAccount: 'api', ports: [{ number: 8080, name: 'http' }] });
    new AuditTrail(shop, 'audit', { workload: api });

    const [ofMesh, ofPods] = objects(root).filter(({ kind }) => kind === 'Telemetry').map(({ spec }) => spec.accessLogging);

    expect(ofPods).toEqual([expect.objectContaining({ providers: [{ name: 'zero-trust-audit' }] }), ...ofMesh]);
  });

  const LOG = { providers: [{ name: 'zero-trust-security' }] };

  test.each<[string, string, TelemetryProps]>([
    ['disabled', 'disabled', { accessLogging: [{ disabled: true }] }],
    ['disabled beside the log itself', 'disabled', { accessLogging: [LOG, { disabled: true }] }],
    ['with a log of its own', 'logs of its own', { selector: { matchLabels: { app: 'api' } }, accessLogging: [{ providers: [{ name: 'envoy' }] }] }],
    ['that narrows the filter', 'logs of its own', { accessLogging: [{ filter: { expression: 'response.code >= 500' } }] }],
    ['with the log, by another filter', 'logs of its own', { accessLogging: [{ ...LOG, filter: { expression: 'response.code >= 500' } }] }],
    ['with the log, and again by another filter, which is the one that holds', 'logs of its own', { accessLogging: [LOG, { ...LOG, filter: { expression: 'response.code >= 500' } }] }],
    ['with the log, and again for servers by another filter', 'logs of its own', { accessLogging: [LOG, { ...LOG, match: { mode: TelemetryMode.SERVER }, filter: { expression: 'response.code >= 500' } }] }],
    ['with the log of clients alone', 'logs of its own', { accessLogging: [{ ...LOG, match: { mode: TelemetryMode.CLIENT } }] }],
  ])('refuses a Telemetry of a namespace that is %s', (_, how, props) => {
    const { root, shop } = app();
    new Telemetry(shop, 'quiet', { metadata: { name: 'quiet' }, ...props });

    const [first, ...others] = problems(root);

    expect(others).toEqual([]);
    expect(first).toMatch(/^Telemetry 'shop\/quiet' at 'shop\/quiet\/Resource' must not end the security log of its pods, got accessLogging with /);
    expect(first).toContain(how);
  });

  test.each<[string, TelemetryProps]>([
    ['metrics and spans alone', { metrics: [{ providers: [{ name: 'prometheus' }] }], tracing: [{ randomSamplingPercentage: 1 }] }],
    ['the log without filter', { accessLogging: [LOG] }],
    ['the log twice', { accessLogging: [LOG, LOG] }],
    ['another log beside it', { accessLogging: [LOG, { providers: [{ name: 'envoy' }] }] }],
  ])('takes a Telemetry of a namespace with %s', (_, props) => {
    const { root, shop } = app();
    new Telemetry(shop, 'more', props);

    expect(problems(root)).toEqual([]);
  });

  test('refuses another Telemetry for the mesh, of which Istio takes one', () => {
    const { root, shop } = app();
    new Telemetry(shop, 'mesh', { metadata: { name: 'default', namespace: 'mesh-root' }, tracing: [{ randomSamplingPercentage: 1 }] });

    expect(problems(root)).toEqual([expect.stringContaining("Telemetry 'mesh-root/default' at 'shop/mesh/Resource' must not be for the mesh, for which Istio takes one, the oldest")]);
  });

  test('refuses a second security log', () => {
    const { root, shop } = app();
    new SecurityTelemetry(shop, 'another', { providerName: 'other' });

    expect(problems(root)).toEqual([expect.stringContaining("the mesh must have one security log, got another one at 'mesh/security'")]);
  });

  test('refuses a Telemetry of its own that was patched, but for metrics', () => {
    const [patched, extended] = [app(), app()];
    ApiObject.of(patched.security).addJsonPatch(JsonPatch.add('/spec/accessLogging/0/disabled', true));
    ApiObject.of(extended.security).addJsonPatch(JsonPatch.add('/spec/metrics', [{ providers: [{ name: 'prometheus' }] }]));

    expect(problems(patched.root)).toEqual([expect.stringContaining('must stay as it was made')]);
    expect(problems(extended.root)).toEqual([]);
  });

  test.each([['alerts', '/spec/groups', []], ['alerts', '/spec', {}], ['dashboard', '/data', {}]])('refuses %s of its own whose %s were emptied', (part, path, value) => {
    const { root, security } = app({ alerts: {}, dashboard: {} });
    (security.node.findChild(part) as ApiObject).addJsonPatch(JsonPatch.replace(path, value));

    expect(problems(root)).toEqual([expect.stringContaining(`'mesh/security/${part}' must stay as it was made, got another ${part}`)]);
  });

  test('refuses rules that were taken out, and takes another label of them', () => {
    const [without, labelled] = [app({ alerts: {} }), app({ alerts: {} })];
    without.security.node.tryRemoveChild('alerts');
    (labelled.security.node.findChild('alerts') as ApiObject).addJsonPatch(JsonPatch.add('/metadata/labels', { release: 'prometheus' }));

    expect(problems(without.root)).toEqual([expect.stringContaining("'mesh/security/alerts' must stay as it was made, got taken out")]);
    expect(problems(labelled.root)).toEqual([]);
  });

  test.each<[string, object[], boolean]>([
    ['to others', [{ providers: [{ name: 'envoy' }] }, { providers: [{ name: 'envoy' }], overrides: [{ tagOverrides: { request_host: { operation: 'REMOVE' } } }] }], true],
    ['to Prometheus, too', [{ providers: [{ name: 'envoy' }] }, { providers: [{ name: 'prometheus' }] }], false],
    ['to whom the mesh says', [{ overrides: [{ tagOverrides: { request_host: { operation: 'REMOVE' } } }] }], false],
  ])('has alerts see what they are about, with metrics that go %s', (_, metrics, isRefused) => {
    const [patched, beside, without] = [app({ alerts: {} }), app({ alerts: {} }), app()];
    ApiObject.of(patched.security).addJsonPatch(JsonPatch.add('/spec/metrics', metrics));
    new Telemetry(beside.shop, 'elsewhere', { metrics });
    new Telemetry(without.shop, 'elsewhere', { metrics });

    for (const { root } of [patched, beside]) {
      expect(problems(root)).toEqual(isRefused ? [expect.stringContaining("must not keep metrics from the alerts, got metrics for 'envoy' alone, of which Prometheus gets nothing")] : []);
    }
    expect(problems(without.root)).toEqual([]);
  });

  test.each<[string, object, string | undefined]>([
    ['all metrics disabled', { disabled: true }, 'ALL_METRICS disabled'],
    ['a metric disabled at servers', { match: { metric: 'REQUEST_COUNT', mode: 'SERVER' }, disabled: true }, 'REQUEST_COUNT disabled'],
    ['a metric disabled by its own name', { match: { customMetric: 'istio_requests_total' }, disabled: true }, 'istio_requests_total disabled'],
    ['a label removed', { match: { metric: 'ALL_METRICS' }, tagOverrides: { source_workload: { operation: 'REMOVE' } } }, "a tag 'source_workload' of ALL_METRICS that is changed"],
    ['a metric disabled at clients', { match: { metric: 'REQUEST_COUNT', mode: 'CLIENT' }, disabled: true }, undefined],
    ['another metric disabled', { match: { metric: 'REQUEST_DURATION' }, disabled: true }, undefined],
    ['another label removed', { tagOverrides: { request_host: { operation: 'REMOVE' } } }, undefined],
  ])('has alerts see what they are about, with %s', (_, override, fault) => {
    const [patched, beside, without] = [app({ alerts: {} }), app({ alerts: {} }), app()];
    ApiObject.of(patched.security).addJsonPatch(JsonPatch.add('/spec/metrics', [{ overrides: [override] }]));
    new Telemetry(beside.shop, 'quiet', { metrics: [{ overrides: [override] }] });
    new Telemetry(without.shop, 'quiet', { metrics: [{ overrides: [override] }] });

    expect(problems(patched.root)).toEqual(fault ? [expect.stringContaining(`must not keep metrics from the alerts, got ${fault}; patch nothing of the kind in, or leave alerts out`)] : []);
    expect(problems(beside.root)).toEqual(fault ? [expect.stringContaining(`at 'shop/quiet/Resource' must not keep metrics from the alerts, got ${fault}; take that out, or leave alerts out`)] : []);
    expect(problems(without.root)).toEqual([]);
  });

  test('refuses an app without a mesh', () => {
    const root = new App();
    new SecurityTelemetry(new Chart(root, 'alone', { namespace: 'monitoring' }), 'security');

    expect(problems(root)).toEqual([expect.stringContaining('ZeroTrustMesh')]);
  });

  test.each<[string, string | undefined]>([['envoyy', 'envoy'], ['envoyyy', 'envoy'], ['enovy', 'envoy'], ['stakdrivr', 'stackdriver'], ['otel', undefined], ['siem', undefined]])('refuses a slip in the name of a log that goes on: %s', (name, meant) => {
    const { root } = app({ keepProviders: [name] });

    expect(problems(root)).toEqual(meant === undefined ? [] : [expect.stringContaining(`keepProviders[0] must be a provider of the mesh, got '${name}', which its settings do not have; did you mean '${meant}'?`)]);
  });

  test.each<[string, SecurityTelemetryProps, string]>([
    ['a member that nobody knows', { alert: {} } as SecurityTelemetryProps, "SecurityTelemetry: 'alert' must be a member of SecurityTelemetryProps"],
    ['a bound of nothing', { alerts: { denialsPerMinute: 0 } }, "denialsPerMinute must be a whole number from 1, got '0'"],
    ['a time that is no Duration', { alerts: { rootCertificateLeft: '30d' as unknown as Duration } }, "rootCertificateLeft must be a Duration in whole days, from 1, got '30d'"],
    ['parts of a minute', { alerts: { workloadCertificateLeft: Duration.seconds(30) } }, "workloadCertificateLeft must be a Duration in whole minutes, from 1, got '0.5 minutes'"],
    ['itself beside it', { keepProviders: ['zero-trust-security'] }, "keepProviders must be other ones, got 'zero-trust-security'"],
    ['a name of Istio', { providerName: 'envoy' }, "must not be one of Istio's own providers"],
    ['a path that throws the log away', { path: '/dev/null' }, "path must be where somebody reads, got '/dev/null'"],
    ['no reason', { logTokenSubject: { reason: '' } }, 'logTokenSubject'],
  ])('refuses %s', (_, props, message) => {
    expect(() => app(props)).toThrow(message);
  });
});
