import { array, constant, oneof, property, record, subarray } from 'fast-check';
import { complementOf, RequestBox } from '../../src/render/complement';
import { expectLaw } from '../support/law';
import { matchesCondition, matchesOperation, Request } from '../support/matcher';

const NONE: RequestBox = { methods: [], paths: [], hosts: [], ports: [], conditions: [] };

describe('The complement of public requests', () => {
  test('of GET /healthz and POST /login is written by negation only', () => {
    expect(complementOf([
      { ...NONE, methods: ['GET'], paths: ['/healthz'] },
      { ...NONE, methods: ['POST'], paths: ['/login', '/logout'] },
    ])).toEqual([
      { operation: { notMethods: ['GET', 'POST'] }, when: [] },
      { operation: { notMethods: ['GET'], notPaths: ['/login', '/logout'] }, when: [] },
      { operation: { notPaths: ['/healthz'], notMethods: ['POST'] }, when: [] },
      { operation: { notPaths: ['/healthz', '/login', '/logout'] }, when: [] },
    ]);
  });

  test('of boxes that differ in their paths only is short', () => {
    expect(complementOf(['/a', '/b', '/c'].map(path => ({ ...NONE, methods: ['GET'], paths: [path] })))).toEqual([
      { operation: { notMethods: ['GET'] }, when: [] },
      { operation: { notPaths: ['/a', '/b', '/c'] }, when: [] },
    ]);
  });

  test('of nothing is everything, and of everything is nothing', () => {
    expect(complementOf([])).toEqual([{ operation: {}, when: [] }]);
    expect(complementOf([{ ...NONE, methods: ['GET'] }, NONE])).toEqual([]);
  });

  test('gives up where it would grow beyond the limit', () => {
    const boxes = Array.from({ length: 40 }, (_, i) => ({ ...NONE, methods: [`M${i}`], paths: [`/${i}`], hosts: [`h${i}`], ports: [`${i}`] }));

    expect(complementOf(boxes, 64).length).toBeGreaterThan(64);
  });
});

const METHODS = ['GET', 'POST', 'OPTIONS'];
const PATHS = ['/', '/a', '/a/b', '/a/b/c', '/x.html', '/b'];
const HOSTS = ['a.example', 'b.a.example', 'c.test'];
const PORTS = ['8080', '9090'];
const HEADERS: Record<string, string>[] = [{}, { origin: 'https://a.example' }, { origin: 'https://evil' }, { 'origin': 'https://a.example', 'access-control-request-method': 'PUT' }];

const boxes = array(record({
  methods: subarray(METHODS),
  paths: subarray(['/', '/a', '/a/*', '*.html', '/{*}', '/a/{**}', '*/b']),
  hosts: subarray(['a.example', '*.a.example', 'c.test']),
  ports: subarray(PORTS),
  conditions: oneof(constant([]), subarray([
    { key: 'request.headers[origin]', values: ['https://a.example'] },
    { key: 'request.headers[access-control-request-method]', values: ['*'] },
  ])),
}), { maxLength: 4 });

const requests: Request[] = METHODS.flatMap(method => PATHS.flatMap(path => HOSTS.flatMap(host => PORTS.flatMap(port =>
  HEADERS.map(headers => ({ method, path, host, port, headers }))))));

function isIn({ conditions, ...operation }: RequestBox, request: Request): boolean {
  return matchesOperation(operation as object, request) && conditions.every(condition => matchesCondition(condition, request));
}

test('a request is in the complement exactly when it is in none of the boxes', () => {
  expectLaw(property(boxes, given => {
    const complement = complementOf(given);
    for (const request of requests) {
      const outside = !given.some(box => isIn(box, request));
      const matched = complement.some(({ operation, when }) => matchesOperation(operation, request) && when.every(c => matchesCondition(c, request)));
      if (outside !== matched) { throw new Error(`${JSON.stringify(request)} is ${outside ? 'outside' : 'inside'}, and the complement says otherwise`); }
    }
  }), 200);
});
