import { ServiceWaypointFacts } from '../../../intent/mesh';
import { Labels } from '../../../intent/workload';
import { USE_WAYPOINT } from '../../../policy/workloads/label-names';

export const USE_WAYPOINT_NAMESPACE = 'istio.io/use-waypoint-namespace';
const INGRESS_USE_WAYPOINT = 'istio.io/ingress-use-waypoint';

/** The labels by which a Service passes a waypoint, also for gateways, which would otherwise go straight to its pods. */
export function labelsFor({ waypoint }: Pick<ServiceWaypointFacts, 'waypoint'>, namespace: string): Labels {
  return {
    [USE_WAYPOINT]: waypoint.name,
    ...waypoint.namespace === namespace ? {} : { [USE_WAYPOINT_NAMESPACE]: waypoint.namespace },
    [INGRESS_USE_WAYPOINT]: 'true',
  };
}
