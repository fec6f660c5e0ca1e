import { ApiObject, Chart, Include, Testing } from 'cdk8s';
import { Operation, PortProtocol, Principal, ServiceAccess, Workload } from 'cdk8s-zero-trust';
import { tempFile, testApp } from '../support/app';

describe('The protocol of a port that a Service leaves open', () => {
  const UI = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'ui' },
      spec: {
        selector: { matchLabels: { app: 'ui' } },
        template: { metadata: { labels: { app: 'ui' } }, spec: { serviceAccountName: 'ui', containers: [{ name: 'ui', ports: [{ name: 'web', containerPort: 8080 }] }] } },
      },
    },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'ui' }, spec: { selector: { app: 'ui' }, ports: [{ name: 'tcp-raw', port: 90 }, { name: 'ui', port: 80, targetPort: 'web' }] } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'other' }, spec: { selector: { app: 'other' }, ports: [{ name: 'ui', port: 80, targetPort: 8080 }] } },
  ];
  function included() {
    const app = testApp();
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    const yaml = tempFile('open-ports.yaml', UI.map(object => JSON.stringify(object)).join('\n---\n'));
    return { chart, include: new Include(chart, 'ui', { url: yaml }) };
  }
  const portsOf = (chart: Chart, name: string) => Testing.synth(chart).find(({ kind, metadata }) => kind === 'Service' && metadata.name === name).spec.ports;

  test('is written to the Service where it is stated, and nowhere else', () => {
    const { chart, include } = included();
    const ui = Workload.named(include, 'ui', { ports: [{ number: 8080, protocol: PortProtocol.HTTP }] });
    new ServiceAccess(chart, 'access', { callers: [Principal.serviceAccount('edge', 'gw')], to: ui, operations: [Operation.get('/a')] });

    expect(portsOf(chart, 'ui')).toEqual([{ name: 'tcp-raw', port: 90 }, { name: 'ui', port: 80, targetPort: 'web', appProtocol: 'http' }]);
    expect(portsOf(chart, 'other')).toEqual([{ name: 'ui', port: 80, targetPort: 8080 }]);
    expect(ui._facts().ports.map(({ number, protocol }) => [number, protocol])).toEqual([[90, 'tcp'], [8080, 'http']]);
  });

  test('is left as it is where nothing is stated, or twice the same', () => {
    const { chart, include } = included();
    Workload.named(include, 'ui', { ports: [{ number: 8080 }] });
    expect(portsOf(chart, 'ui')[1]).not.toHaveProperty('appProtocol');

    for (let i = 0; i < 2; i++) { Workload.named(include, 'ui', { ports: [{ number: 8080, protocol: PortProtocol.TCP }] }); }
    expect(portsOf(chart, 'ui')[1].appProtocol).toBe('tcp');
  });

  test('is refused where a Service says otherwise, or comes later', () => {
    const { chart, include } = included();
    const contradicted = Workload.named(include, 'ui', { ports: [{ number: 90, protocol: PortProtocol.HTTP }] });
    const early = Workload.named(include, 'ui', { ports: [{ number: 8080, protocol: PortProtocol.HTTP }] });
    new ApiObject(chart, 'late', { apiVersion: 'v1', kind: 'Service', spec: { selector: { app: 'ui' }, ports: [{ port: 8080 }] } });

    expect(() => contradicted._facts()).toThrow("port 90 is stated to be http, but Service 'ui' port 'tcp-raw' declares it tcp, and Istio believes the Service; "
      + "set appProtocol: http there, for an included Service by JsonPatch.add('/spec/ports/…/appProtocol', 'http'), or leave the protocol out");
    expect(() => early._facts()).toThrow('declares no protocol for it');
  });
});
