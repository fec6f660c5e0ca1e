import { ApiObject, Chart, Cron } from 'cdk8s';
import * as kplus28 from 'cdk8s-plus-28';
import * as kplus32 from 'cdk8s-plus-32';
import * as kplus33 from 'cdk8s-plus-33';
import { Workload } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';

const VERSIONS = [['28', kplus28], ['32', kplus32], ['33', kplus33]] as [string, any][];

function chart() {
  return new Chart(testApp(), 'shop', { namespace: 'shop' });
}

describe.each(VERSIONS)('Workload of cdk8s-plus-%s', (_, kplus) => {
  const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod'];

  test.each(kinds)('reads a %s', kind => {
    const scope = chart();
    const serviceAccount = new kplus.ServiceAccount(scope, 'sa', { metadata: { name: 'web' } });
    const more: any = {
      StatefulSet: () => ({ service: new kplus.Service(scope, 'svc', { metadata: { name: 'web' }, ports: [{ port: 80, targetPort: 8080, name: 'http' }] }) }),
      CronJob: () => ({ schedule: Cron.daily() }),
    };
    const web = new kplus[kind](scope, 'web', {
      serviceAccount, containers: [{ image: 'web', ports: [{ number: 8080, name: 'http' }] }], ...more[kind]?.(),
    });

    const facts = Workload.of(web)._facts();

    expect(facts).toMatchObject({ path: 'shop/web', kind, namespace: 'shop', serviceAccount: 'web', selectorLabels: expect.any(Object) });
    expect(Object.keys(facts.selectorLabels)).toEqual(['cdk8s.io/metadata.addr']);
    expect(facts.ports.map(p => p.number)).toEqual([8080]);
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
      kind,
      namespace: 'shop',
      selectorLabels: { app: 'web' },
      podLabels: { app: 'web' },
      serviceAccount: 'web',
      ports: [{ number: 8080, transport: 'TCP', protocol: 'undeclared' }],
    });
  });
});
