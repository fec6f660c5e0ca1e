import { Labels } from '../resources/inventory';

/** Whether the labels of a namespace give its pods a sidecar. */
export function hasInjection(namespace: Labels): boolean {
  if (namespace['istio-injection'] !== undefined) return namespace['istio-injection'] === 'enabled';
  return namespace['istio.io/rev'] !== undefined;
}
