import { ApiObject, App, Chart, Cron, Helm, Include, JsonPatch, Lazy, Testing } from 'cdk8s';
import * as kplus28 from 'cdk8s-plus-28';
import * as kplus32 from 'cdk8s-plus-32';
import * as kplus33 from 'cdk8s-plus-33';
import { PortProtocol, Workload } from 'cdk8s-zero-trust';
import { Construct } from 'constructs';
import { refresh } from '../../src/constructs/private/index/clusters';
import { tempFile, testApp } from '../support/app';

/* eslint-disable @typescript-eslint/no-explicit-any -- versions of cdk8s-plus have no type in common */
const VERSIONS: [string, any][] = [['28', kplus28], ['32', kplus32], ['33', kplus33]];
const ADDRESS = 'cdk8s.io/metadata.addr';

function chart(app: App = testApp()) {
  return new Chart(app, 'shop', { namespace: 'shop' });
}

function deployment(scope: Construct, id: string, options: { pod?: any; spec?: any; template?: any; namespace?: string } = {}) {
  return new ApiObject(scope, id, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: id, namespace: options.namespace },
    spec: {
      selector: { matchLabels: { app: id } },
      template: {
        metadata: { labels: { app: id, tier: 'front' }, ...options.template },
        spec: { serviceAccountName: id, containers: [{ name: id, image: id, ports: [{ containerPort: 8080, name: 'web' }] }], ...options.pod },
      },
      ...options.spec,
    },
  });
}

function service(scope: Construct, name: string, options: { spec?: any; labels?: any; namespace?: string } = {}) {
  return new ApiObject(scope, `${name}-service`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: options.labels, namespace: options.namespace },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'web', appProtocol: 'http' }], ...options.spec },
  });
}

describe.each(VERSIONS)('Workload of cdk8s-plus-%s', (_, kplus) => {
  const account = (scope: Construct) => new kplus.ServiceAccount(scope, 'sa', { metadata: { name: 'web' } });
  const containers = [{ image: 'web', ports: [{ number: 8080, name: 'http' }] }];

  test.each(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod'])('reads a %s', kind => {
    const scope = chart();
    const more: Record<string, any> = {
      StatefulSet: { service: new kplus.Service(scope, 'svc', { metadata: { name: 'web' }, ports: [{ port: 80, targetPort: 8080, name: 'http' }] }) },
      CronJob: { schedule: Cron.daily() },
    };
    const web = new kplus[kind](scope, 'web', { serviceAccount: account(scope), containers, ...more[kind] });

    const facts = Workload.of(web)._facts();

    expect(facts).toMatchObject({ path: 'shop/web', kind, name: web.name, namespace: 'shop', serviceAccount: 'web' });
    expect(facts.selectorLabels).toEqual({ [ADDRESS]: web.podMetadata.getLabel(ADDRESS) });
    expect(facts.ports.map(p => p.number)).toEqual([8080]);
    expect(facts.services.map(s => s.name)).toEqual(kind === 'StatefulSet' ? ['web'] : []);
    expect(Workload.of(ApiObject.of(web))._facts()).toEqual(facts);
  });

  test('finds its Services, and whatever is added before synthesis', () => {
    const scope = chart();
    const web = new kplus.Deployment(scope, 'web', { serviceAccount: account(scope), metadata: { name: 'web' } });
    const workload = Workload.of(web);
    web.addContainer({ image: 'web', ports: [{ number: 8080, name: 'http' }] });
    web.podMetadata.addLabel('team', 'front');
    web.podMetadata.addAnnotation('note', 'late');
    const exposed = web.exposeViaService({ name: 'web', ports: [{ port: 80, targetPort: 8080, name: 'http' }] });
    exposed.metadata.addLabel('istio.io/use-waypoint', 'none');

    const facts = workload._facts();

    expect(facts.podLabels).toMatchObject({ team: 'front' });
    expect(facts.pod.annotations).toMatchObject({ note: 'late' });
    expect(facts.services).toEqual([{
      name: exposed.name,
      namespace: 'shop',
      headless: false,
      labels: { 'istio.io/use-waypoint': 'none' },
      annotations: {},
      unresolvedPorts: [],
      useWaypoint: 'none',
      useWaypointNamespace: undefined,
      origin: exposed.node.path + '/Resource',
      ports: [{ port: 80, targetPort: 8080, name: 'http', protocol: 'http', transport: 'TCP' }],
    }]);
    expect(facts.ports).toEqual([{ number: 8080, name: 'http', transport: 'TCP', protocol: 'http', declaredBy: `Service '${exposed.name}' port 'http'` }]);
  });

  test('leaves the manifest as it is, spread or not', () => {
    const manifest = (read: boolean) => {
      const scope = chart();
      const web = new kplus.Deployment(scope, 'web', { serviceAccount: account(scope), spread: true, containers, replicas: 2 });
      const workload = Workload.of(web);
      if (read) { workload._facts(); refresh(web); workload._facts(); refresh(web); }
      return Testing.synth(scope);
    };

    expect(manifest(true)).toEqual(manifest(false));
  });

  test.each(['Deployment', 'CronJob', 'Pod'])('sees JSON patches on a %s as far as they matter, and stumbles over no others', kind => {
    const scope = chart();
    const web = new kplus[kind](scope, 'web', { serviceAccount: account(scope), containers, schedule: kind === 'CronJob' ? Cron.daily() : undefined });
    const template = ({ Deployment: '/spec/template', CronJob: '/spec/jobTemplate/spec/template', Pod: '' } as Record<string, string>)[kind];
    ApiObject.of(web).addJsonPatch(
      JsonPatch.add(`${template}/metadata/labels/team`, 'front'),
      JsonPatch.replace(`${template}/spec/serviceAccountName`, 'patched'),
      JsonPatch.replace(`${template}/spec/hostNetwork`, true),
      JsonPatch.add(`${template}/spec/containers/0/ports/-`, { containerPort: 9090 }),
      JsonPatch.replace(`${template}/spec/containers/0/image`, 'other'),
      JsonPatch.replace(`${template}/spec/containers/0/securityContext/privileged`, false),
      JsonPatch.add(`${template}/spec/priorityClassName`, 'high'),
    );

    const facts = Workload.of(web)._facts();

    const rendered = ApiObject.of(web).toJson();
    const pod = kind === 'Pod' ? rendered : kind === 'CronJob' ? rendered.spec.jobTemplate.spec.template : rendered.spec.template;
    expect(facts.podLabels).toEqual(pod.metadata.labels);
    expect(facts.serviceAccount).toBe(pod.spec.serviceAccountName);
    expect(facts.pod.hostNetwork).toBe(pod.spec.hostNetwork);
    expect(facts.ports.map(p => p.number)).toEqual(pod.spec.containers[0].ports.map((p: any) => p.containerPort));
  });

  test('refuses to be moved to another namespace by a JSON patch', () => {
    const scope = chart();
    const web = new kplus.Deployment(scope, 'web', { serviceAccount: account(scope), containers });
    ApiObject.of(web).addJsonPatch(JsonPatch.replace('/metadata/namespace', 'other'));

    expect(() => Workload.of(web)._facts()).toThrow("is changed to 'other' by a JSON patch");
  });

  test('is not held up by a Service that has no port yet', () => {
    const scope = chart();
    const web = new kplus.Deployment(scope, 'web', { serviceAccount: account(scope), containers });
    new kplus.Service(scope, 'empty');

    expect(Workload.of(web)._facts().services).toEqual([]);
  });

  test('reads probes, host network and labels of its own choice', () => {
    const scope = chart();
    const web = new kplus.Deployment(scope, 'web', {
      serviceAccount: account(scope),
      hostNetwork: true,
      select: false,
      podMetadata: { labels: { app: 'web' } },
      containers: [{ image: 'web', portNumber: 8080, readiness: kplus.Probe.fromHttpGet('/ready'), liveness: kplus.Probe.fromCommand(['true']) }],
    });
    web.select(kplus.LabelSelector.of({ labels: { app: 'web' } }));

    const { selectorLabels, pod } = Workload.of(web)._facts();

    expect(selectorLabels).toEqual({ app: 'web' });
    expect(pod.hostNetwork).toBe(true);
    expect(pod.probes).toEqual([
      { container: 'main', use: 'readiness', kind: 'http', port: 8080 },
      { container: 'main', use: 'liveness', kind: 'exec' },
      { container: 'main', use: 'startup', kind: 'tcp', port: 8080 },
    ]);
  });
});

describe('Workload of a raw object', () => {
  const template = { metadata: { labels: { app: 'web' } }, spec: { serviceAccountName: 'web', containers: [{ name: 'web', ports: [{ containerPort: 8080 }] }] } };
  const selector = { matchLabels: { app: 'web' } };
  const rows: [string, string, any][] = [
    ['v1', 'Pod', { metadata: template.metadata, spec: template.spec }],
    ['apps/v1', 'Deployment', { spec: { selector, template } }],
    ['apps/v1', 'StatefulSet', { spec: { selector, template } }],
    ['apps/v1', 'DaemonSet', { spec: { selector, template } }],
    ['apps/v1', 'ReplicaSet', { spec: { selector, template } }],
    ['batch/v1', 'Job', { spec: { template } }],
    ['batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template } } } }],
  ];

  test.each(rows)('reads a %s %s', (apiVersion, kind, body) => {
    const object = new ApiObject(chart(), 'web', { apiVersion, kind, ...body });

    expect(Workload.of(object)._facts()).toMatchObject({
      path: 'shop/web',
      kind,
      namespace: 'shop',
      selectorLabels: { app: 'web' },
      podLabels: { app: 'web' },
      serviceAccount: 'web',
      ports: [{ number: 8080, transport: 'TCP', protocol: 'undeclared' }],
    });
  });

  test('reads Lazies and JSON patches when it is asked, not before', () => {
    const scope = chart();
    const late: Record<string, string> = {};
    const web = deployment(scope, 'web', { template: { labels: Lazy.any({ produce: () => ({ app: 'web', ...late }) }) } });
    const workload = Workload.of(web);
    late.team = 'front';
    web.addJsonPatch(JsonPatch.replace('/spec/template/spec/serviceAccountName', 'other'));

    expect(workload._facts()).toMatchObject({ podLabels: { app: 'web', team: 'front' }, serviceAccount: 'other' });
  });

  test('takes the generated class of cdk8s-plus, and a construct that holds a workload as its default child', () => {
    const scope = chart();
    const wrapper = new Construct(scope, 'wrapper');
    new kplus28.k8s.KubeDeployment(wrapper, 'Default', {
      metadata: { name: 'web' },
      spec: { selector, template: { metadata: { labels: { app: 'web' } }, spec: { serviceAccountName: 'web', containers: [{ name: 'web' }] } } },
    });

    expect(Workload.of(wrapper)._facts()).toMatchObject({ name: 'web', selectorLabels: { app: 'web' }, serviceAccount: 'web', ports: [] });
  });

  test('reads the deprecated field of the service account, native sidecars, probes and ports of other transports', () => {
    const web = deployment(chart(), 'web', {
      pod: {
        serviceAccountName: undefined,
        serviceAccount: 'old',
        initContainers: [
          { name: 'setup', ports: [{ containerPort: 1 }] },
          { name: 'agent', restartPolicy: 'Always', ports: [{ containerPort: 9000 }], readinessProbe: { grpc: { port: 9000 } } },
        ],
        containers: [{ name: 'web', ports: [{ containerPort: 53, protocol: 'UDP', name: 'dns' }], livenessProbe: { httpGet: { port: 'dns' } } }],
      },
    });

    const facts = Workload.of(web)._facts();

    expect(facts.serviceAccount).toBe('old');
    expect(facts.ports.map(p => `${p.number}/${p.transport}`)).toEqual(['53/UDP', '9000/TCP']);
    expect(facts.pod.probes).toEqual([
      { container: 'web', use: 'liveness', kind: 'http', port: 53 }, { container: 'agent', use: 'readiness', kind: 'grpc', port: 9000 },
    ]);
  });

  test.each([
    ['its own selector, not all its labels', {}, { app: 'web' }],
    ['all its labels where expressions take part', { selector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] } }, { app: 'web', tier: 'front' }],
    ['all its labels where it selects by expressions only', { selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }, { app: 'web', tier: 'front' }],
  ])('selects by %s', (_, spec, expected) => {
    expect(Workload.of(deployment(chart(), 'web', { spec }))._facts().selectorLabels).toEqual(expected);
  });

  test('selects by the label of cdk8s-plus where its own selector will not do', () => {
    const web = deployment(chart(), 'web', { template: { labels: { [ADDRESS]: 'x', app: 'web' } }, spec: { selector: { matchExpressions: [{}] } } });

    expect(Workload.of(web)._facts().selectorLabels).toEqual({ [ADDRESS]: 'x' });
  });
});

describe('Services of a workload', () => {
  test('are those of its namespace whose selector its pods meet', () => {
    const app = testApp();
    const scope = chart(app);
    const web = deployment(scope, 'web');
    service(scope, 'web', { spec: { clusterIP: 'None' }, labels: { 'istio.io/use-waypoint': 'wp', 'istio.io/use-waypoint-namespace': 'infra' } });
    service(scope, 'front', { spec: { selector: { tier: 'front' }, ports: [{ port: 443, targetPort: 8443, name: 'https' }] } });
    service(scope, 'other', { spec: { selector: { app: 'web', tier: 'back' } } });
    service(scope, 'by-hand', { spec: { selector: undefined } });
    service(scope, 'external', { spec: { type: 'ExternalName', externalName: 'example.com' } });
    service(new Chart(app, 'elsewhere', { namespace: 'elsewhere' }), 'elsewhere');

    const facts = Workload.of(web)._facts();

    expect(facts.services.map(s => s.name)).toEqual(['front', 'web']);
    expect(facts.services[1]).toMatchObject({ headless: true, useWaypoint: 'wp', useWaypointNamespace: 'infra', ports: [{ port: 80, targetPort: 8080, protocol: 'http' }] });
    expect(facts.ports.map(p => [p.number, p.protocol])).toEqual([[8080, 'http'], [8443, 'tcp']]);
  });

  test('are narrowed to the one that is named', () => {
    const scope = chart();
    const web = deployment(scope, 'web');
    service(scope, 'web');
    service(scope, 'front', { spec: { selector: { tier: 'front' } } });

    expect(Workload.of(web, { service: 'front' })._facts().services.map(s => s.name)).toEqual(['front']);
    expect(() => Workload.of(web, { service: 'back' })._facts())
      .toThrow("service 'back' must select 'shop/web' (Deployment), and does not; these do: front, web");
  });

  test('give way to no statement', () => {
    const scope = chart();
    const web = deployment(scope, 'web');
    service(scope, 'web', { spec: { ports: [{ port: 80, targetPort: 8080, name: 'tcp' }] } });

    expect(Workload.of(web, { ports: [{ number: 9000, protocol: PortProtocol.HTTP }] })._facts().ports[1]).toEqual(
      { number: 9000, transport: 'TCP', protocol: 'http', declaredBy: 'stated' });
    expect(() => Workload.of(web, { ports: [{ number: 8080, protocol: PortProtocol.HTTP }] })._facts())
      .toThrow("'shop/web' (Deployment): port 8080 is stated to be http, but Service 'web' port 'tcp' declares it tcp");
  });
});

const YAML = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart }
spec:
  selector: { matchLabels: { app: cart, canary: n } }
  template:
    metadata: { labels: { app: cart, canary: n } }
    spec: { serviceAccountName: cart, containers: [{ name: cart, image: cart, ports: [{ containerPort: 7070 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: cart }
spec: { selector: { app: cart }, ports: [{ port: 80, targetPort: 7070, name: grpc }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: redis }
spec: { selector: { matchLabels: { app: redis } }, template: { metadata: { labels: { app: redis } }, spec: { serviceAccountName: redis, containers: [] } } }
`;

describe('Workload.named', () => {
  const sources: [string, (scope: Construct) => Construct][] = [
    ['an Include', scope => new Include(scope, 'all', { url: tempFile('all.yaml', YAML) })],
    ['a Helm', scope => new Helm(scope, 'all', { chart: 'any', helmExecutable: tempFile('helm', `#!/bin/sh\ncat <<'END'\n${YAML}\nEND\n`, 0o755) })],
    ['a chart', scope => { new Include(scope, 'all', { url: tempFile('all.yaml', YAML) }); return scope; }],
  ];

  test.each(sources)('finds a workload in %s', (_, make) => {
    const all = make(chart());

    // an unquoted n is a boolean to YAML 1.1
    expect(Workload.named(all, 'cart')._facts()).toMatchObject({
      kind: 'Deployment',
      namespace: 'shop',
      serviceAccount: 'cart',
      selectorLabels: { app: 'cart', canary: 'false' },
      services: [{ name: 'cart', ports: [{ port: 80, targetPort: 7070, protocol: 'http' }] }],
    });
  });

  test('may be asked before the workload is there', () => {
    const scope = chart();
    const workload = Workload.named(scope, 'web');
    deployment(scope, 'web');

    expect(workload._namespace()).toBe('shop');
  });

  test('refuses a name that is not there, or there twice, and says what is', () => {
    const scope = chart();
    const all = new Include(scope, 'all', { url: tempFile('all.yaml', YAML) });
    new ApiObject(scope, 'other', { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'cart' } });

    expect(() => Workload.named(all, 'card')._facts())
      .toThrow("'shop/all' holds no workload named 'card'; it holds Deployment 'cart' in shop, StatefulSet 'redis' in shop");
    expect(() => Workload.named(scope, 'cart')._facts()).toThrow("holds several workloads named 'cart': Deployment 'cart' in shop, Job 'cart' in shop");
  });

  test('is what Workload.of asks for where there are several objects', () => {
    const all = new Include(chart(), 'all', { url: tempFile('all.yaml', YAML) });

    expect(() => Workload.of(all)._namespace()).toThrow("'shop/all' is not a workload: it holds Deployment 'cart' in shop, StatefulSet 'redis' in shop; " +
      "pass the workload itself, or name one: Workload.named(construct, 'cart')");
  });
});

describe('Workload.fromPods', () => {
  const pods = { namespace: 'pay', labels: { app: 'pay' }, serviceAccount: 'pay' };

  test('takes everything as stated', () => {
    const workload = Workload.fromPods({
      ...pods,
      ports: [{ number: 9000, protocol: PortProtocol.TCP }],
      services: [{ name: 'pay', ports: [{ port: 80, targetPort: 8080, protocol: PortProtocol.HTTP }, { port: 90, name: 'grpc-x' }] }],
    });

    expect(workload._namespace()).toBe('pay');
    expect(workload._facts()).toMatchObject({
      path: 'pay/pay',
      kind: 'Pods',
      name: 'pay',
      selectorLabels: { app: 'pay' },
      serviceAccount: 'pay',
      ports: [{ number: 90, protocol: 'http' }, { number: 8080, protocol: 'http' }, { number: 9000, protocol: 'tcp' }],
      services: [{ name: 'pay', origin: 'stated', headless: false, ports: [{ port: 80, targetPort: 8080 }, { port: 90, targetPort: 90 }] }],
    });
  });

  test.each([
    [{ namespace: '' }, "namespace must be a namespace name of lower-case letters, digits and '-', got ''"],
    [{ namespace: 'pay*' }, "namespace must be a namespace name of lower-case letters, digits and '-', got 'pay*'"],
    [{ serviceAccount: '' }, "serviceAccount must be an object name of lower-case letters, digits, '-' and '.', got ''"],
    [{ serviceAccount: 'pay*' }, "serviceAccount must be an object name of lower-case letters, digits, '-' and '.', got 'pay*'"],
    [{ labels: {} }, 'labels must not be empty'],
    [{ labels: { app: 'pay', tier: undefined as unknown as string } }, 'labels.tier must be the exact value that the pods carry, got \'undefined\''],
    [{ labels: { app: 'pay*' } }, "labels.app must be the exact value that the pods carry, got 'pay*'"],
    [{ ports: [{ number: 80, protocol: 'HTTP' as never }] }, "protocol must be one of 'http', 'tcp', got 'HTTP'"],
    [{ services: [{ name: '', ports: [] }] }, "services[0].name must be an object name of lower-case letters, digits, '-' and '.', got ''"],
    [{ serviceAccount: 'default' }, "the service account 'default'"],
    [{ serviceAccount: 'default', allowDefaultServiceAccount: { reason: ' ' } }, 'allowDefaultServiceAccount is wider than least privilege and must have a reason'],
    [{ ports: [{ number: 0 }] }, "ports[0].number must be a whole number from 1 to 65535, got '0'"],
  ])('refuses %j', (wrong, message) => {
    expect(() => Workload.fromPods({ ...pods, ...wrong })).toThrow(message);
  });
});

describe('Workload', () => {
  test('knows its namespace at once, and says what to do where it cannot', () => {
    const app = testApp();
    const nowhere = new Chart(app, 'nowhere');

    expect(Workload.of(deployment(nowhere, 'a', { namespace: 'own' }))._namespace()).toBe('own');
    expect(() => Workload.of(deployment(nowhere, 'b'))._namespace())
      .toThrow("the namespace of 'nowhere/b' (Deployment) is not known; give its chart a namespace, or set metadata.namespace on it");
  });

  test.each([
    ['a kind that is no workload', (s: Chart) => new ApiObject(s, 'x', { apiVersion: 'v1', kind: 'Service' }), "'shop/x' is a Service, not a workload; pass the workload that it leads to"],
    ['a kind of another group', (s: Chart) => new ApiObject(s, 'x', { apiVersion: 'example.com/v1', kind: 'Deployment' }), 'not a workload'],
    ['an empty construct', (s: Chart) => new Construct(s, 'x'), 'it holds no workload'],
    ['no pod template', (s: Chart) => new ApiObject(s, 'x', { apiVersion: 'apps/v1', kind: 'Deployment', spec: {} }), "'shop/x' (Deployment) has no pod template"],
    ['pods without labels', (s: Chart) => deployment(s, 'x', { template: { labels: {} }, spec: { selector: {} } }), 'have no labels, so no policy can select them'],
    ['a selector its pods do not meet', (s: Chart) => deployment(s, 'x', { template: { labels: { app: 'y' } } }), "selects pods by app: 'x', which its own pods do not carry"],
    ['a namespace that is patched', (s: Chart) => {
      const x = deployment(s, 'x');
      x.addJsonPatch(JsonPatch.replace('/metadata/namespace', 'y'));
      return x;
    }, "is changed to 'y' by a JSON patch"],
  ])('refuses %s', (_, make, message) => {
    const construct = make(chart());

    expect(() => Workload.of(construct)._facts()).toThrow(message);
  });

  test('refuses the service account default, unless told why', () => {
    const web = deployment(chart(), 'web', { pod: { serviceAccountName: undefined } });

    expect(() => Workload.of(web)._facts()).toThrow("'shop/web' (Deployment) runs as the service account 'default', which it shares with every other pod that names none; " +
      "give it a WorkloadIdentity: new WorkloadIdentity(chart, 'identity', { workload }), or say why not by allowDefaultServiceAccount: { reason: '…' }");
    expect(Workload.of(web, { allowDefaultServiceAccount: { reason: 'alone there' } })._facts()).toMatchObject({ serviceAccount: 'default', defaultServiceAccountReason: 'alone there' });
    expect(() => Workload.of(web, { allowDefaultServiceAccount: { reason: '' } })).toThrow('allowDefaultServiceAccount is wider than least privilege and must have a reason');
  });
});
