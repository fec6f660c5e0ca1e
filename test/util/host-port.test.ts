import { splitHostPort } from '../../src/util/go/host-port';

describe('A host and its port', () => {
  test.each([
    ['127.0.0.1:80', '127.0.0.1', '80'],
    ['[::1]:80', '::1', '80'],
    [':80', '', '80'],
    ['[]:80', '', '80'],
    ['a:', 'a', ''],
    ['a b:http', 'a b', 'http'],
  ])('are told apart in %j', (text, host, port) => {
    expect(splitHostPort(text)).toEqual({ host, port });
  });

  test.each(['', 'a', '::1:80', '[::1]', '[::1]80', '[::1:80', '[[a]:80', 'a]:80', '[a]:[b]'])('are not found in %j', text => {
    expect(splitHostPort(text)).toBeUndefined();
  });
});
