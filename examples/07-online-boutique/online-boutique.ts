import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { DataPlane, Principal, ServiceAccess, Waypoint, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { COMPONENTS, FROM_INGRESS } from './architecture';
import { deploy } from './workloads';

const NAMESPACE = 'online-boutique';

/** The whole shop, for one data plane or the other. */
export function onlineBoutique(app: App, dataPlane: DataPlane): void {
  const mesh = new Chart(app, 'mesh');
  new ZeroTrustMesh(mesh, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29', dataPlane });

  const workloads = deploy(new Chart(app, 'workloads', { namespace: NAMESPACE }), COMPONENTS);

  const access = new Chart(app, 'access', { namespace: NAMESPACE });
  new ZeroTrustNamespace(access, 'baseline', {
    name: NAMESPACE,
    ...(dataPlane === DataPlane.AMBIENT && { waypoint: Waypoint.create() }),
  });
  allowIngress(access, workloads.frontend);
  allowCalls(access, workloads);
}

function allowIngress(chart: Chart, frontend: kplus.Deployment): void {
  new ServiceAccess(chart, 'ingress-to-frontend', {
    callers: [Principal.serviceAccount('istio-ingress', 'istio-ingress')],
    to: Workload.of(frontend),
    operations: FROM_INGRESS,
  });
}

function allowCalls(chart: Chart, workloads: Record<string, kplus.Deployment>): void {
  for (const { name, calls = {} } of COMPONENTS) {
    for (const [callee, operations] of Object.entries(calls)) {
      new ServiceAccess(chart, `${name}-to-${callee}`, {
        callers: [Principal.workload(workloads[name])],
        to: Workload.of(workloads[callee]),
        operations,
      });
    }
  }
}
