import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';

/** A Deployment with an identity of its own, and a Service for each port by its name. */
export function deploy(chart: Chart, name: string, ports: Record<string, number>): kplus.Deployment {
  const listening = Object.entries(ports);
  const deployment = new kplus.Deployment(chart, name, {
    metadata: { name },
    serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    containers: [{
      image: `shop/${name}:1.0.0`,
      ports: listening.map(([portName, number]) => ({ name: portName, number })),
    }],
  });
  if (listening.length > 0) {
    deployment.exposeViaService({ name, ports: listening.map(([portName, port]) => ({ name: portName, port, targetPort: port })) });
  }
  return deployment;
}
