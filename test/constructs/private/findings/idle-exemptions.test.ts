import { JwtIssuer, JwtProtectedApi, Operation, Principal, ServiceAccess, Workload, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { idleExemptions } from '../../../../src/constructs/private/findings/idle-exemptions';
import { StatedIntents } from '../../../../src/constructs/private/index/stated-intents';
import { World } from '../../../../src/constructs/private/index/world';
import { testApp } from '../../../support/app';
import { chartOf, rawDeployment, rawService } from '../../../support/shop';

const [WEB, OPS, DEV] = ['web', 'ops', 'dev'].map(name => Principal.serviceAccount('front', name));
const WHY = { reason: 'r' };
const ALL = Principal.namespace('front', WHY);

/** What is said of the exemptions of an API, given who has an access to it and who reads metrics. */
function idle(exemptCallers: Principal[], callers: Principal[], metricsReaders?: Principal[]): string[] {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  const [api, other] = ['api', 'other'].map(name => { rawService(chart, name); return rawDeployment(chart, name); });
  const access = (id: string, to: Workload, who: Principal[]) => new ServiceAccess(chart, id, { callers: who, to, operations: [Operation.get('/a')] });
  if (metricsReaders) { new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', metricsReaders }); }
  if (callers.length > 0) { access('access', Workload.of(api), callers); }
  access('elsewhere', Workload.of(other), [DEV]);
  new JwtProtectedApi(chart, 'jwt', {
    workload: Workload.of(api), issuers: [JwtIssuer.of({ issuer: 'https://i.example', audiences: ['api'] })], rules: [{ anyToken: true, operations: [Operation.get('/u')] }], exemptCallers,
  });
  const world = World.of(app);
  return idleExemptions(StatedIntents.of(world).apisIn('shop')[0].intent, 'shop/jwt', world).map(({ message }) => message);
}

const useless = (who: string) => [`exemptCallers should be callers of 'shop/api', got ${who}, for which no ServiceAccess is stated there; state what they may call, or leave them out`];

test.each<[string, Principal[], Principal[], Principal[] | undefined, string[]]>([
  ['who may call', [WEB], [WEB], undefined, []],
  ['who may call nothing', [WEB], [], undefined, useless("'front/web'")],
  ['who may call something else only', [DEV, WEB], [WEB], undefined, useless("'front/dev'")],
  ['two of three', [WEB, OPS, DEV], [OPS], undefined, useless("'front/web', 'front/dev'")],
  ['who reads metrics', [OPS], [], [OPS], []],
  ['who may call as one of a namespace', [WEB], [ALL], undefined, []],
  ['a namespace of which one may call', [ALL], [WEB], undefined, []],
  ['who may call as anyone', [WEB], [Principal.anyone(WHY)], undefined, []],
])('exempts %s', (_, exempt, callers, readers, said) => {
  expect(idle(exempt, callers, readers)).toEqual(said);
});
