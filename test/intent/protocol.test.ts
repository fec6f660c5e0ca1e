import { portFacts, selects, serviceFacts, WrittenService } from '../../src/intent/ports';
import { protocolOf } from '../../src/intent/protocol';
import { ContainerPortFacts } from '../../src/intent/workload';

describe('protocolOf', () => {
  test.each([
    ['http', 'http'], ['http-web', 'http'], ['HTTP-web', 'http'], ['http2', 'http'], ['http2-x', 'http'], ['grpc', 'http'], ['grpc-web', 'http'],
    ['grpc-web-x', 'http'], ['grpc-api', 'http'], ['tcp', 'tcp'], ['tcp-db', 'tcp'], ['tls', 'tcp'], ['https', 'tcp'], ['https-web', 'tcp'],
    ['mongo', 'tcp'], ['mysql', 'tcp'], ['redis-cache', 'tcp'], ['udp-x', 'tcp'],
    ['web', 'undeclared'], ['api-http', 'undeclared'], ['httpx', 'undeclared'], ['h2c', 'undeclared'], ['', 'undeclared'],
  ])('takes a port named %p for %s', (name, protocol) => {
    expect(protocolOf({ port: 8080, name, transport: 'TCP' })).toBe(protocol);
  });

  test.each([
    ['kubernetes.io/h2c', 'http'], ['kubernetes.io/ws', 'http'], ['kubernetes.io/wss', 'tcp'], ['http', 'http'], ['GRPC', 'http'], ['tls', 'tcp'],
  ])('takes appProtocol %s for %s, whatever the name', (appProtocol, protocol) => {
    expect(protocolOf({ port: 8080, name: protocol === 'http' ? 'tcp' : 'http', appProtocol, transport: 'TCP' })).toBe(protocol);
  });

  test('does not fall back to the name where appProtocol says nothing to Istio', () => {
    expect(protocolOf({ port: 8080, name: 'http', appProtocol: 'example.com/own', transport: 'TCP' })).toBe('undeclared');
  });

  test.each([25, 53, 3306, 27017])('takes undeclared port %d for TCP: its servers speak first', port => {
    expect(protocolOf({ port, transport: 'TCP' })).toBe('tcp');
    expect(protocolOf({ port, name: 'http', transport: 'TCP' })).toBe('http');
  });
});

const service = (name: string, ...ports: WrittenService['ports']): WrittenService =>
  ({ name, namespace: 'shop', selector: { app: 'api' }, headless: false, labels: {}, annotations: {}, ports, origin: `shop/${name}` });
const CONTAINER: ContainerPortFacts[] = [{ number: 8080, name: 'web', transport: 'TCP' }];

describe('ports', () => {
  test('maps Service ports by number, by name and by default', () => {
    const facts = serviceFacts(service('api',
      { port: 80, targetPort: 'web', name: 'http', transport: 'TCP' },
      { port: 81, targetPort: 9000, transport: 'TCP' },
      { port: 9090, name: 'http-metrics', transport: 'TCP' },
      { port: 82, targetPort: 'gone', transport: 'TCP' },
    ), CONTAINER);

    expect(facts.ports.map(p => [p.port, p.targetPort, p.protocol])).toEqual([[80, 8080, 'http'], [81, 9000, 'undeclared'], [9090, 9090, 'http']]);
    expect(facts.unresolvedPorts).toEqual(['gone']);
  });

  test('joins container, Service and stated ports', () => {
    const api = serviceFacts(service('api', { port: 80, targetPort: 'web', name: 'http', transport: 'TCP' }), CONTAINER);

    expect(portFacts(CONTAINER, [api], [{ number: 9000, transport: 'TCP', protocol: 'tcp' }, { number: 8080, transport: 'TCP' }])).toEqual([
      { number: 8080, name: 'web', transport: 'TCP', protocol: 'http', declaredBy: "Service 'api' port 'http'" },
      { number: 9000, transport: 'TCP', protocol: 'tcp', declaredBy: 'stated' },
    ]);
  });

  test('names the Service that declares nothing, and nobody where there is no Service', () => {
    const api = serviceFacts(service('api', { port: 80, targetPort: 9000, transport: 'TCP' }), CONTAINER);

    expect(portFacts(CONTAINER, [api], [])).toEqual([
      { number: 8080, name: 'web', transport: 'TCP', protocol: 'undeclared' },
      { number: 9000, transport: 'TCP', protocol: 'undeclared', declaredBy: "Service 'api' port '80'" },
    ]);
  });

  test('takes a port for undeclared where its Services disagree', () => {
    const services = [['a', 'http'], ['b', 'tcp']].map(([n, port]) => serviceFacts(service(n, { port: 80, targetPort: 8080, name: port, transport: 'TCP' }), CONTAINER));

    expect(portFacts(CONTAINER, services, [])).toMatchObject([
      { number: 8080, protocol: 'undeclared', conflict: true, declaredBy: "Service 'a' port 'http' (http), Service 'b' port 'tcp' (tcp)" },
    ]);
  });

  test.each([['tcp-x', 'declares it tcp'], ['web', 'declares no protocol for it']])('refuses a statement that Service port %s does not bear out', (name, said) => {
    const api = serviceFacts(service('api', { port: 80, targetPort: 8080, name, transport: 'TCP' }), CONTAINER);

    expect(() => portFacts(CONTAINER, [api], [{ number: 8080, transport: 'TCP', protocol: 'http' }])).toThrow(
      `port 8080 is stated to be http, but Service 'api' port '${name}' ${said}, and Istio believes the Service; set appProtocol: http there`);
  });

  test('a Service without selector selects nothing', () => {
    expect([selects({}, { app: 'a' }), selects(undefined, { app: 'a' }), selects({ app: 'a' }, { app: 'a', b: 'c' }), selects({ app: 'a', x: 'y' }, { app: 'a' })])
      .toEqual([false, false, true, false]);
  });
});
