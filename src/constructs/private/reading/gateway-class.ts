import { ApiObject } from 'cdk8s';

/** The class of Istio's own gateways at the edge. */
export const INGRESS_CLASS = 'istio';

/** The class of Istio's own waypoints. */
export const WAYPOINT_CLASS = 'istio-waypoint';

/** Shared by all copies of this library in one app. */
const CLASS = Symbol.for('cdk8s-zero-trust.gateway-class');

/** Takes down the class of a Gateway of an intent, whose listeners are known only when the app is complete. */
export function rememberClass(object: ApiObject, className: string): void { Object.defineProperty(object, CLASS, { value: className }); }

/** The class of a Gateway that an intent made. */
export function classAsMade(object: ApiObject): string | undefined { return (object as { readonly [CLASS]?: string })[CLASS]; }
