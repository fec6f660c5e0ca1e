import { ApiObject, Chart, Cron, Include, Testing } from 'cdk8s';
import * as kplus28 from 'cdk8s-plus-28';
import * as kplus32 from 'cdk8s-plus-32';
import * as kplus33 from 'cdk8s-plus-33';
import { Workload, WorkloadIdentity } from 'cdk8s-zero-trust';
import { Construct } from 'constructs';
import { tempFile, testApp } from '../support/app';

/* eslint-disable @typescript-eslint/no-explicit-any -- versions of cdk8s-plus have no type in common */
function chart() {
  return new Chart(testApp(), 'shop', { namespace: 'shop' });
}

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web' }] } };
const spec = { selector: { matchLabels: { app: 'web' } }, template };
const accountOf = (objects: any[], kind: string) => {
  const object = objects.find(o => o.kind === kind);
  return (kind === 'Pod' ? object.spec : kind === 'CronJob' ? object.spec.jobTemplate.spec.template.spec : object.spec.template.spec).serviceAccountName;
};

describe('WorkloadIdentity', () => {
  test('creates a service account without a token and puts it on the workload', () => {
    const scope = chart();
    const web = new ApiObject(scope, 'web', { apiVersion: 'apps/v1', kind: 'Deployment', spec });
    const workload = Workload.of(web);
    const identity = new WorkloadIdentity(scope, 'identity', { workload, metadata: { name: 'web' } });

    expect(workload._facts().serviceAccount).toBe('web');
    expect(identity.serviceAccountName).toBe('web');
    const objects = Testing.synth(scope);
    expect(accountOf(objects, 'Deployment')).toBe('web');
    expect(objects.find(o => o.kind === 'ServiceAccount')).toEqual(
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'web', namespace: 'shop', annotations: { 'cdk8s-zero-trust/construct': 'shop/identity' } },
        automountServiceAccountToken: false,
      });
  });

  test.each([['v1', 'Pod', { metadata: template.metadata, spec: template.spec }], ['batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template } } } }]])(
    'knows its place in a %s %s', (apiVersion, kind, body) => {
      const scope = chart();
      const workload = Workload.of(new ApiObject(scope, 'web', { apiVersion, kind, ...body }));
      const identity = new WorkloadIdentity(scope, 'identity', { workload, automountServiceAccountToken: true });

      expect(workload._facts().serviceAccount).toBe(identity.serviceAccountName);
      expect(accountOf(Testing.synth(scope), kind)).toBe(identity.serviceAccountName);
      expect(identity.apiObject.toJson().automountServiceAccountToken).toBe(true);
    });

  describe.each<[string, any]>([['28', kplus28], ['32', kplus32], ['33', kplus33]])('with cdk8s-plus-%s', (_, kplus) => {
    test.each(['Deployment', 'CronJob', 'Pod'])('is seen on a %s', kind => {
      const scope = chart();
      const web = new kplus[kind](scope, 'web', { containers: [{ image: 'web' }], schedule: kind === 'CronJob' ? Cron.daily() : undefined });
      const identity = new WorkloadIdentity(scope, 'identity', { workload: Workload.of(web) });

      expect(Workload.of(web)._facts().serviceAccount).toBe(identity.serviceAccountName);
      expect(accountOf(Testing.synth(scope), kind)).toBe(identity.serviceAccountName);
    });

    test('refuses a workload that has a service account', () => {
      const scope = chart();
      const serviceAccount = new kplus.ServiceAccount(scope, 'sa', { metadata: { name: 'own' } });
      const web = new kplus.Deployment(scope, 'web', { containers: [{ image: 'web' }], serviceAccount });

      expect(() => new WorkloadIdentity(scope, 'identity', { workload: Workload.of(web) }))
        .toThrow("[shop/identity] 'shop/web' (Deployment) already runs as the service account 'own'; remove that, or this WorkloadIdentity");
    });
  });

  test('has the name of its workload, which stays where the construct moves', () => {
    const scope = chart();
    const web = new ApiObject(scope, 'web', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web-v2' }, spec });
    const identity = new WorkloadIdentity(scope, 'identity', { workload: Workload.of(web), metadata: { labels: { team: 'a' } } });

    expect(identity.serviceAccountName).toBe('web-v2');
    expect(identity.apiObject.toJson().metadata).toMatchObject({ name: 'web-v2', namespace: 'shop', labels: { team: 'a' } });
  });

  describe('for all', () => {
    const raw = (scope: Construct, name: string, serviceAccountName?: string) => new ApiObject(scope, name, {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { ...spec, template: { ...template, spec: { ...template.spec, serviceAccountName } } },
    });

    test('gives an account to each workload that has none, of any kind', () => {
      const scope = chart();
      const kept = raw(scope, 'kept', 'own');
      const web = raw(scope, 'web', 'default');
      const jobs = new kplus28.CronJob(scope, 'jobs', { metadata: { name: 'jobs' }, schedule: Cron.daily(), containers: [{ image: 'jobs' }] });
      const yaml = JSON.stringify({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec });
      const included = new Include(scope, 'all', { url: tempFile('identities.yaml', yaml) });

      const made = WorkloadIdentity.forAll(scope, { automountServiceAccountToken: true });

      const accounts = [kept, web, jobs].map(workload => Workload.of(workload)._facts().serviceAccount);
      expect([...accounts, Workload.named(included, 'db')._facts().serviceAccount]).toEqual(['own', 'web', 'jobs', 'db']);
      expect(made.map(identity => identity.node.path)).toEqual(['shop/web/identity', 'shop/jobs/identity', expect.stringMatching(/^shop\/all\/.*db.*\/identity$/)]);
      const objects = Testing.synth(scope).filter(({ kind }) => kind === 'ServiceAccount');
      expect(objects.map(({ metadata, automountServiceAccountToken }) => [metadata.name, automountServiceAccountToken])).toEqual([['web', true], ['jobs', true], ['db', true]]);
    });

    test('does nothing where all have one, and nothing twice', () => {
      const scope = chart();
      raw(scope, 'web');

      expect([WorkloadIdentity.forAll(scope), WorkloadIdentity.forAll(scope)].map(made => made.length)).toEqual([1, 0]);
    });

    test('reports what comes later, but not what has an account then', () => {
      const scope = chart();
      WorkloadIdentity.forAll(scope);
      raw(scope, 'own', 'own');
      expect(() => Testing.synth(scope)).not.toThrow();

      raw(scope, 'late');
      expect(() => Testing.synth(scope)).toThrow("[shop] 'shop/late' (Deployment) runs as the service account 'default', since it came after WorkloadIdentity.forAll; "
        + 'call that when all workloads are there, or name an account');
    });
  });

  test('works inside an Include', () => {
    const scope = chart();
    const yaml = JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'own' }, spec });
    const workload = Workload.named(new Include(scope, 'all', { url: tempFile('identity.yaml', yaml) }), 'web');
    const identity = new WorkloadIdentity(scope, 'identity', { workload });

    expect(identity.apiObject.metadata.namespace).toBe('own');
    expect(accountOf(Testing.synth(scope), 'Deployment')).toBe(identity.serviceAccountName);
  });

  test('refuses at synthesis what a raw object says by itself', () => {
    const scope = chart();
    const own = { ...spec, template: { ...template, spec: { ...template.spec, serviceAccountName: 'own' } } };
    const web = new ApiObject(scope, 'web', { apiVersion: 'apps/v1', kind: 'Deployment', spec: own });
    new WorkloadIdentity(scope, 'identity', { workload: Workload.of(web) });

    expect(() => Testing.synth(scope)).toThrow("[shop/identity] 'shop/web' (Deployment) already runs as the service account 'own'");
  });

  test('takes a raw object that says default', () => {
    const scope = chart();
    const said = { ...spec, template: { ...template, spec: { ...template.spec, serviceAccountName: 'default' } } };
    const web = new ApiObject(scope, 'web', { apiVersion: 'apps/v1', kind: 'Deployment', spec: said });
    new WorkloadIdentity(scope, 'identity', { workload: Workload.of(web), metadata: { name: 'web' } });

    expect(accountOf(Testing.synth(scope), 'Deployment')).toBe('web');
  });

  test('refuses a second identity, pods from elsewhere and another namespace', () => {
    const scope = chart();
    const workload = Workload.of(new ApiObject(scope, 'web', { apiVersion: 'apps/v1', kind: 'Deployment', spec }));
    new WorkloadIdentity(scope, 'one', { workload, metadata: { name: 'web' } });
    const elsewhere = Workload.fromPods({ namespace: 'a', labels: { a: 'b' }, serviceAccount: 'a' });

    expect(() => new WorkloadIdentity(scope, 'two', { workload })).toThrow("already runs as the service account 'web'");
    expect(() => new WorkloadIdentity(scope, 'three', { workload: elsewhere })).toThrow('workload must be part of the app');
    expect(() => new WorkloadIdentity(scope, 'four', { workload, metadata: { namespace: 'b' } })).toThrow("metadata.namespace must be 'shop'");
  });
});
