import { array, constantFrom, property, record, subarray } from 'fast-check';
import { AuthorizationOperation } from '../../src/istio/authorization-policy';
import { allBut, StatedOperation } from '../../src/render/all-but';
import { expectLaw } from '../support/law';

describe('All but', () => {
  test.each<[string, StatedOperation[], AuthorizationOperation[]]>([
    ['connections to a port', [{ fields: {}, ports: ['9000'] }], [{ notPorts: ['9000'] }]],
    ['requests of a port', [{ fields: { methods: ['GET'], paths: ['/a'] }, ports: ['80'] }],
      [{ notPorts: ['80'] }, { notMethods: ['GET'], ports: ['80'] }, { notPaths: ['/a'], ports: ['80'] }]],
    ['the same requests of two ports', [{ fields: { methods: ['GET'] }, ports: ['80', '81'] }], [{ notPorts: ['80', '81'] }, { notMethods: ['GET'], ports: ['80', '81'] }]],
    ['requests and connections', [{ fields: { hosts: ['a'] }, ports: ['80'] }, { fields: {}, ports: ['9000'] }], [{ notPorts: ['80', '9000'] }, { notHosts: ['a'], ports: ['80'] }]],
    ['all of a port, said twice', [{ fields: {}, ports: ['80'] }, { fields: { methods: ['GET'] }, ports: ['80'] }], [{ notPorts: ['80'] }]],
  ])('%s', (_, stated, closed) => {
    expect(allBut(stated, [])).toEqual(closed);
  });

  test('what differs in every way is refused, as nobody could review it', () => {
    const problems: string[] = [];
    const names = Array.from({ length: 8 }, (_, i) => String(i));
    allBut(names.map(name => ({ fields: { methods: [name], paths: [`/${name}`], hosts: [name] }, ports: ['80'] })), problems);

    expect(problems).toEqual(['operations must differ in fewer ways, got so many that the rest would take more than 64 rules; use the same methods, hosts and ports for more of them']);
  });

  const FIELDS = { methods: ['GET', 'POST', 'PUT'], paths: ['/a', '/b', '/c'], hosts: ['x', 'y', 'z'] };
  const PORTS = ['80', '81', '90', '99'];
  type Request = { readonly [field in keyof typeof FIELDS]: string } & { readonly port: string };

  const stated = array(record({
    fields: record({ methods: subarray(FIELDS.methods, { minLength: 1 }), paths: subarray(FIELDS.paths, { minLength: 1 }), hosts: subarray(FIELDS.hosts, { minLength: 1 }) }, { requiredKeys: [] }),
    ports: subarray(PORTS, { minLength: 1, maxLength: 2 }),
  }), { minLength: 1, maxLength: 3 });
  const request = record({ methods: constantFrom(...FIELDS.methods), paths: constantFrom(...FIELDS.paths), hosts: constantFrom(...FIELDS.hosts), port: constantFrom(...PORTS) });

  /** A field that is left out matches everything. */
  const fits = (values: readonly string[] | undefined, value: string) => values === undefined || values.includes(value);
  const isStated = (asked: Request) => ({ fields, ports }: StatedOperation) =>
    ports.includes(asked.port) && fits(fields.methods, asked.methods) && fits(fields.paths, asked.paths) && fits(fields.hosts, asked.hosts);
  const isNot = (values: readonly string[] | undefined, value: string) => values === undefined || !values.includes(value);
  const isClosed = (asked: Request) => ({ ports, notPorts, notMethods, notPaths, notHosts }: AuthorizationOperation) =>
    fits(ports, asked.port) && isNot(notPorts, asked.port) && isNot(notMethods, asked.methods) && isNot(notPaths, asked.paths) && isNot(notHosts, asked.hosts);

  test('a request is denied if it is none of those that are stated, and only then', () => {
    const seen = { closed: 0, open: 0 };
    expectLaw(property(stated, array(request, { minLength: 1, maxLength: 40 }), (operations, requests) => {
      const closed = allBut(operations, []);
      for (const asked of requests) {
        const isMeant = operations.some(isStated(asked));
        seen[isMeant ? 'open' : 'closed']++;
        if (closed.some(isClosed(asked)) === isMeant) { throw new Error(JSON.stringify([asked, closed])); }
      }
    }), 500);
    expect(Math.min(seen.open, seen.closed)).toBeGreaterThan(500);
  });

  test('every HTTP field comes with its ports, without which it closes every TCP port', () => {
    expectLaw(property(stated, operations => {
      const loose = allBut(operations, []).filter(({ ports, notPorts }) => (ports ?? notPorts ?? []).length === 0);
      if (loose.length > 0) { throw new Error(JSON.stringify(loose)); }
    }), 200);
  });
});
