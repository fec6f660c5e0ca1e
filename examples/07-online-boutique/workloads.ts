import { Chart, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Component } from './architecture';

/** The Deployments by name, each with its own ServiceAccount, and their Services. */
export function deploy(chart: Chart, components: Component[]): Record<string, kplus.Deployment> {
  const deployments: Record<string, kplus.Deployment> = {};
  for (const component of components) {
    deployments[component.name] = deployment(chart, component, addresses(component, components));
  }
  keepCarts(chart, deployments['redis-cart']);
  return deployments;
}

function deployment(chart: Chart, { name, listens, env }: Component, callees: Record<string, string>): kplus.Deployment {
  const workload = new kplus.Deployment(chart, name, {
    metadata: { name },
    replicas: 1,
    serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    containers: [{
      image: `online-boutique/${name}:1.0.0`,
      portNumber: listens?.port,
      envVariables: variables({ ...(listens && { PORT: String(listens.port) }), ...env, ...callees }),
      readiness: listens?.portName === 'http' ? kplus.Probe.fromHttpGet('/_healthz', { port: listens.port }) : undefined,
      resources: {
        cpu: { request: kplus.Cpu.millis(100), limit: kplus.Cpu.millis(300) },
        memory: { request: Size.mebibytes(128), limit: Size.mebibytes(512) },
      },
      securityContext: { user: 1000, group: 1000 },
    }],
  });
  if (listens) {
    const { port, servicePort = port, portName } = listens;
    workload.exposeViaService({ name, ports: [{ name: portName, port: servicePort, targetPort: port }] });
  }
  return workload;
}

/** Where a component finds what it calls: `CART_SERVICE_ADDR=cartservice:7070`. */
function addresses({ calls = {} }: Component, components: Component[]): Record<string, string> {
  const callees = components.filter(({ name }) => name in calls);
  return Object.fromEntries(callees.map(({ name, address, listens }) => [address!, `${name}:${listens!.servicePort ?? listens!.port}`]));
}

function variables(values: Record<string, string>): Record<string, kplus.EnvValue> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, kplus.EnvValue.fromValue(value)]));
}

/** Redis writes to /data; the root file system is read-only. */
function keepCarts(chart: Chart, redis: kplus.Deployment): void {
  redis.containers[0].mount('/data', kplus.Volume.fromEmptyDir(chart, 'redis-data', 'redis-data'));
}
