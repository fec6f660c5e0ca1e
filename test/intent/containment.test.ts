import { Caller } from '../../src/intent/caller';
import { areAmong, isAmong } from '../../src/intent/containment';

const account = (namespace: string, name: string): Caller => ({ kind: 'serviceAccount', namespace, name });
const all = (namespace: string): Caller => ({ kind: 'namespace', namespace });
const ANYONE: Caller = { kind: 'anyone' };
const PEERS: Caller = { kind: 'anyAuthenticated' };

test.each<[Caller, Caller[], boolean]>([
  [account('a', 'x'), [account('b', 'x'), account('a', 'x')], true],
  [account('a', 'x'), [account('a', 'y'), all('b')], false],
  [account('a', 'x'), [all('a')], true],
  [account('a', 'x'), [PEERS], true],
  [all('a'), [all('a')], true],
  [all('a'), [account('a', 'x')], false],
  [PEERS, [all('a')], false],
  [PEERS, [PEERS], true],
  [ANYONE, [PEERS], false],
  [ANYONE, [ANYONE], true],
  [account('a', 'x'), [], false],
])('%j among %j: %s', (caller, some, isOne) => {
  expect(isAmong(caller, some)).toBe(isOne);
});

const http = (paths: string[], methods = ['GET'], hosts: string[] = []) => ({ methods, paths, hosts });

test.each<[string, string, boolean]>([
  ['/a', '/a', true],
  ['/a', '*', true],
  ['/a', '/a/*', false],
  ['/a/', '/a/*', true],
  ['/a/b', '/a/*', true],
  ['/a/b/*', '/a/*', true],
  ['/a/*', '/a/b/*', false],
  ['/a/{*}', '/a/*', true],
  ['/a/{**}', '/a/*', true],
  ['/{*}/b', '/a/*', false],
  ['/a.html', '*.html', true],
  ['*/a.html', '*.html', true],
  ['/{*}/a.html', '*.html', true],
  ['/a/*', '*.html', false],
  ['/a/{**}', '*/x', false],
  ['*.html', '/a/*', false],
  ['/u/1', '/u/{*}', true],
  ['/u/1/2', '/u/{*}', false],
  ['/u/', '/u/{*}', false],
  ['/u/1/2', '/u/{**}', true],
  ['/u', '/u/{**}', false],
  ['/u/*', '/u/{**}', false],
  ['/u/{*}', '/u/{*}', true],
  ['*', '/*', false],
])('path %s among those of %s: %s', (inner, outer, isOne) => {
  expect(areAmong(http([inner]), [http([outer])])).toBe(isOne);
});

test.each<[string, ReturnType<typeof http>, ReturnType<typeof http>[], boolean]>([
  ['a method of two', http(['/a'], ['GET']), [http(['/a'], ['GET', 'POST'])], true],
  ['a method more', http(['/a'], ['GET', 'POST']), [http(['/a'])], false],
  ['methods of several', http(['/a'], ['GET', 'POST']), [http(['/a']), http(['/a'], ['POST'])], true],
  ['any method', http(['/a'], ['*']), [http(['/a'], ['GET', 'POST'])], false],
  ['a method among any', http(['/a'], ['GET']), [http(['/a'], ['*'])], true],
  ['paths of several', http(['/a', '/b']), [http(['/a']), http(['/b'])], true],
  ['crossed', http(['/a', '/b'], ['GET', 'POST']), [http(['/a']), http(['/b'], ['POST'])], false],
  ['a host among any', http(['/a'], ['GET'], ['h.example']), [http(['/a'])], true],
  ['any host', http(['/a']), [http(['/a'], ['GET'], ['h.example'])], false],
  ['a host in other letters', http(['/a'], ['GET'], ['H.example']), [http(['/a'], ['GET'], ['h.EXAMPLE', 'i.example'])], true],
  ['a host whose port a pattern does not match', http(['/a'], ['GET'], ['h.example']), [http(['/a'], ['GET'], ['*.example'])], false],
  ['nothing', http(['/a']), [], false],
])('%s', (_, inner, outer, isOne) => {
  expect(areAmong(inner, outer)).toBe(isOne);
});
