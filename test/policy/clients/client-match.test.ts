import { isForSidecar, matchesRequest, ClientMatch } from '../../../src/policy/clients/client-match';

const REQUEST = { method: 'GET', path: '/shop/items?color=red#top', headers: { 'X-Tenant': ['blue'] } };

describe('A match of a route', () => {
  test.each<[match: ClientMatch, expected: boolean | undefined]>([
    [{}, true],
    [{ uri: { exact: '/shop/items' } }, true],
    [{ uri: { exact: '/shop' } }, false],
    [{ uri: { prefix: '/sho' } }, true],
    [{ uri: { prefix: '/sho' }, bySegment: true }, false],
    [{ uri: { prefix: '/shop' }, bySegment: true }, true],
    [{ uri: { prefix: '/' }, bySegment: true }, true],
    [{ uri: { prefix: '/SHOP' } }, false],
    [{ uri: { prefix: '/SHOP' }, ignoreUriCase: true }, true],
    [{ uri: { regex: '/shop.*' } }, true],
    [{ uri: { regex: '/shop.*' }, method: { exact: 'PUT' } }, false],
    [{ method: { exact: 'GET' } }, true],
    [{ authority: { exact: 'api.shop' } }, true],
    [{ authority: { prefix: 'api.' } }, true],
    [{ authority: { exact: 'other' } }, false],
    [{ scheme: { exact: 'http' } }, true],
    [{ scheme: { exact: 'https' } }, false],
    [{ headers: { 'x-tenant': { exact: 'blue' } } }, true],
    [{ headers: { 'x-tenant': { exact: 'red' } } }, false],
    [{ headers: { 'x-tenant': {} } }, true],
    [{ headers: { 'x-tenant': { regex: '*' } } }, true],
    [{ headers: { 'x-tenant': { regex: 'b.*' } } }, true],
    [{ headers: { 'x-other': {} } }, false],
    [{ headers: { '@request.auth.claims.role': { exact: 'admin' } } }, false],
    [{ withoutHeaders: { 'x-tenant': {} } }, false],
    [{ withoutHeaders: { 'x-other': {} } }, true],
    [{ withoutHeaders: { 'x-other': { exact: 'a' } } }, true],
    [{ withoutHeaders: { 'x-tenant': { exact: 'blue' } } }, false],
    [{ withoutHeaders: { '@request.auth.claims.role': { exact: 'admin' } } }, true],
    [{ queryParams: { color: { exact: 'red' } } }, true],
    [{ queryParams: { color: { exact: 'blue' } } }, false],
    [{ queryParams: { size: { exact: 'xl' } } }, false],
  ])('%j: %s', (match, expected) => {
    expect(matchesRequest(match, REQUEST, 'api.shop')).toBe(expected);
  });

  test.each<[match: ClientMatch, expected: boolean]>([
    [{}, true],
    [{ port: 80 }, true],
    [{ port: 81 }, false],
    [{ gateways: ['mesh'] }, true],
    [{ gateways: ['edge'] }, false],
    [{ sourceLabels: { app: 'web' } }, true],
    [{ sourceLabels: { app: 'other' } }, false],
    [{ sourceLabels: { app: 'other' }, gateways: ['mesh'] }, true],
    [{ sourceNamespace: 'client' }, true],
    [{ sourceNamespace: 'other' }, false],
  ])('%j is there for a sidecar: %s', (match, expected) => {
    expect(isForSidecar(match, { namespace: 'client', labels: { app: 'web' } }, 80)).toBe(expected);
  });
});
