import { AuthorizationPolicyAction } from 'cdk8s-zero-trust';

test('actions are spelled as Istio spells them', () => {
  expect(AuthorizationPolicyAction.ALLOW).toBe('ALLOW');
});
