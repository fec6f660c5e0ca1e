import { isAccepted } from '../../src/istio/admission';
import { readDocuments } from '../../src/istio/documents';
import { parse } from '../../src/istio/parse';

const read = (text: string): unknown => readDocuments(text).objects.map(({ object }) => object);
const complaints = (text: string): string[] => readDocuments(text).problems.map(({ message }) => message);

describe('readDocuments', () => {
  test.each([
    ['on', true], ['yes', true], ['y', true], ['Off', false], ['N', false], ['tRUE', 'tRUE'], ['~', null], ['', null], ['Null', null],
    ['0o17', 15], ['017', 15], ['08', 8], ['0x1F', 31], ['0b11', 3], ['1_000', 1000], ['1e3', 1000], ['.5', 0.5], ['1.', 1], ['.', '.'], ['+', '+'],
    ['2024-01-01', '2024-01-01'], ['1:30', '1:30'], ['0.1.2', '0.1.2'], ['"on"', 'on'], ["'1'", '1'], ['!!str 1', '1'], ['!!float 3', 3], ['!foo 1', '1'],
    ['!!binary aGk=', 'hi'], ['<<', '<<'],
  ])('reads %j as Kubernetes does: %j', (scalar, value) => {
    expect(read(`a: ${scalar}\n`)).toEqual([{ a: value }]);
  });

  test.each([['on', 'true'], ['80', '80'], ['080', '80'], ['017', '15'], ['1.0', '1'], ['1e6', '1e+06'], ['n', 'false'], ['"n"', 'n']])('reads key %s as %s', (key, name) => {
    expect(read(`${key}: v\n`)).toEqual([{ [name]: 'v' }]);
  });

  test('reads streams, JSON and lists, and says where each object stood', () => {
    const { objects, problems } = readDocuments('# comment\n---\nkind: A\n---\n{"kind": "B"}\n---\n---\nkind: List\nitems:\n- kind: C\n- 1\n- kind: D\n');

    expect(objects.map(({ object, location }) => [object.kind, location])).toEqual([
      ['A', { document: 0, line: 3 }], ['B', { document: 1, line: 5 }],
      ['C', { document: 3, item: 0, line: 10 }], ['D', { document: 3, item: 2, line: 12 }],
    ]);
    expect(problems.map(({ location, field }) => [location, field])).toEqual([[{ document: 3, item: 1, line: 8 }, 'items[1]']]);
  });

  test('merges, where the later one wins', () => {
    expect(read('a: &a {x: 1, z: 2}\nb: {x: 3, <<: *a}\nc: {<<: *a, x: 3}\n')).toEqual([{ a: { x: 1, z: 2 }, b: { x: 1, z: 2 }, c: { x: 3, z: 2 } }]);
  });

  test('keeps the last of duplicate keys, and says so', () => {
    const [{ object, problems }] = readDocuments('a:\n- b: 1\n  b: 2\n').objects;

    expect(object).toEqual({ a: [{ b: 2 }] });
    expect(problems).toEqual([{ layer: 'unknown-field', field: 'a[0].b', message: expect.stringContaining("got 'b' twice") }]);
  });

  test.each([
    ['text', 'hello', 'must be an object'],
    ['a list', '- a', 'must be an object'],
    ['a tab for indentation', 'a:\n\t- b', 'error in line 2'],
    ['an open bracket', 'a: [', 'error in line'],
    ['a control character', 'a: "\u0007"', 'control characters'],
    ['an alias without anchor', 'a: *b', 'must be YAML'],
    ['an alias in itself', 'a: &a [*a]', 'contains itself'],
    ['deep nesting', `a: ${'['.repeat(600)}${']'.repeat(600)}`, 'nested deeper'],
    ['very deep nesting', '['.repeat(100_000), 'must be YAML'],
    ['a key of the prototype', '{"__proto__": {"a": 1}}', '__proto__'],
    ['a number that JSON does not know', 'a: .nan', 'which JSON does not know'],
    ['a key that is a map', '? {a: b}\n: c', 'a key that is no text'],
    ['a template with a key', 'metadata: {name: {{ .Values.name }}}', 'a key that is no text; it is a template: render Helm, or what else it is for, first'],
    ['a template with a condition', '{{- if .Values.on }}\na: b\n{{- end }}', 'it is a template: render Helm, or what else it is for, first'],
    ['a mistake in a document without template', 'a: [', 'correct it'],
    ['a tag that does not fit', 'a: !!int x', 'cannot be read as !!int'],
    ['an alias bomb', ['a: &a [x,x,x,x,x,x,x,x,x]', ...'bcdefghi'.split('').map((name, index) => {
      const before = 'abcdefgh'[index];
      return `${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`;
    })].join('\n'), 'once its aliases are followed'],
  ])('turns %s into a problem', (_, text, message) => {
    expect(complaints(text)).toEqual([expect.stringContaining(message)]);
  });

  test('takes an alias for the last anchor of its name, and reads it where it stands', () => {
    expect(read('a: &x [1, &y 2]\nb: &y 3\nc: *x\nd: *y\ne: &x 4\nf: {*x : *y}\n')).toEqual([{ a: [1, 2], b: 3, c: [1, 2], d: 3, e: 4, f: { 4: 3 } }]);
  });

  test('has no limit but for aliases', () => {
    const items = Array.from({ length: 200 }, () => `- {kind: A, a: [${'1,'.repeat(1000)}]}`);

    expect(read(`kind: List\nitems:\n${items.join('\n')}\n`)).toHaveLength(200);
  });

  test('follows many aliases in a large document in no time', () => {
    const text = `a: &a x\nb: [${'1,'.repeat(20_000)}]\nc: [${'*a,'.repeat(20_000)}]\n`;
    const started = process.cpuUsage();

    expect(complaints(text)).toEqual([]);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(3_000);
  });

  test('says in one line what is wrong with several', () => {
    expect(complaints('|\n a\n b\n')).toEqual(["must be an object, got 'a\\nb\\n'; write apiVersion, kind, metadata and spec"]);
  });

  test('keeps what stands before something that cannot be read at all', () => {
    const { objects, problems } = readDocuments(`kind: A\n---\n${'['.repeat(100_000)}`);

    expect([objects.length, problems.length]).toEqual([1, 1]);
  });

  test('takes lists apart, of lists too, and says what items of a typed list are', () => {
    const text = 'kind: List\nitems:\n- {kind: BList, apiVersion: b/v1, items: [{x: 1}, {kind: C, x: 2}]}\n- {kind: List, items: null}\n- {kind: List, items: 7}\n';

    expect(read(text)).toEqual([{ kind: 'B', apiVersion: 'b/v1', x: 1 }, { kind: 'C', x: 2 }, { kind: 'List', items: null }]);
    expect(complaints(text)).toEqual([expect.stringContaining("must be a list, got '7'")]);
  });

  test('goes on after a bad document', () => {
    const { objects, problems } = readDocuments('a: [\n---\nb: 1\n');

    expect([objects.length, problems.length]).toEqual([1, 1]);
  });

  test.each(['', '\n', '---\n', '# only a comment\n', '---\n---\n', 'null\n'])('finds nothing in %j', text => {
    expect(readDocuments(text)).toEqual({ objects: [], problems: [] });
  });
});

describe('parse', () => {
  test('keeps the security resources, checks them, and locates their problems', () => {
    const { resources, problems } = parse([
      'apiVersion: v1\nkind: Service\nmetadata: {name: x}\n',
      'apiVersion: security.istio.io/v1beta1\nkind: PeerAuthentication\nmetadata: {name: a}\nspec: {mtls: {mode: STRICT}}\n',
      'apiVersion: security.istio.io/v1\nkind: List\nitems:\n- apiVersion: security.istio.io/v1\n  kind: AuthorizationPolicy\n  metadata: {name: b}\n  spec: {action: deny}\n',
      'apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: c}\nmetadata: {name: d}\n',
    ].join('---\n'));

    expect(resources.map(({ manifest, admission }) => [manifest.metadata.name, isAccepted(admission)])).toEqual([['a', true], ['b', false], ['d', false]]);
    expect(problems.map(({ layer, field, location }) => [layer, field, location])).toEqual([
      ['schema', 'spec.action', { document: 2, item: 0, line: 13 }],
      ['webhook', 'spec.action', { document: 2, item: 0, line: 13 }],
      ['unknown-field', 'metadata', { document: 3, line: 18 }],
    ]);
  });
});
