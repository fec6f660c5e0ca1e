import { ApiObject, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { PortProtocol, Workload, WorkloadIdentity } from 'cdk8s-zero-trust';
import { Random } from './random';
import { HTTP_PORT, TCP_PORT } from './values';

/** How requests to a workload travel where there is a waypoint: only those to a Service with an address pass it. */
export type Way = 'cluster' | 'headless' | 'opted-out' | 'none';

export interface Placed {
  /** Name of its Service, too, where it has one. */
  readonly name: string;
  readonly workload: Workload;
  readonly way: Way;
  /** Whether its pods are of another app. */
  readonly isElsewhere?: boolean;
}

const CONTROLLERS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'];
const CONTAINER_PORTS = [HTTP_PORT, TCP_PORT].map(({ number, name }) => ({ containerPort: number, name }));
const SERVICE_PORTS = [
  { name: 'http', port: 80, targetPort: HTTP_PORT.number, protocol: 'TCP' },
  { name: 'tcp-raw', port: 90, targetPort: TCP_PORT.number, protocol: 'TCP' },
];

/** A workload of one of the forms that the library can refer to, with or without a Service. */
export function addWorkload(chart: Chart, name: string, random: Random): Placed {
  const way = random.one<Way>(['cluster', 'cluster', 'cluster', 'headless', 'opted-out', 'none']);
  const make = random.one([ofCdk8sPlus, ofCdk8sPlus, asWritten, withIdentity, asDefault, byName, elsewhere]);
  return make(chart, name, way, random);
}

function ofCdk8sPlus(chart: Chart, name: string, way: Way): Placed {
  const deployment = new kplus.Deployment(chart, name, {
    metadata: { name },
    serviceAccount: kplus.ServiceAccount.fromServiceAccountName(chart, `${name}-account`, `${name}-sa`),
    containers: [{ image: name, ports: [HTTP_PORT, TCP_PORT] }],
  });
  addService(chart, name, way, deployment.matchLabels);
  return { name, way, workload: Workload.of(deployment, stated(way)) };
}

function asWritten(chart: Chart, name: string, way: Way, random: Random): Placed {
  return { name, way, workload: Workload.of(written(chart, name, way, random, { serviceAccountName: name }), stated(way)) };
}

function withIdentity(chart: Chart, name: string, way: Way, random: Random): Placed {
  const workload = Workload.of(written(chart, name, way, random), stated(way));
  new WorkloadIdentity(chart, `${name}-identity`, { workload, ...random.maybe(() => ({ metadata: { name: `${name}-own` }, automountServiceAccountToken: true })) });
  return { name, way, workload };
}

function asDefault(chart: Chart, name: string, way: Way, random: Random): Placed {
  return { name, way, workload: Workload.of(written(chart, name, way, random), { ...stated(way), allowDefaultServiceAccount: { reason: 'made by a chart of others' } }) };
}

function byName(chart: Chart, name: string, way: Way, random: Random): Placed {
  written(chart, name, way, random, { serviceAccountName: name });
  return { name, way, workload: Workload.named(chart, name, stated(way)) };
}

function elsewhere(chart: Chart, name: string, drawn: Way, random: Random): Placed {
  const way = drawn === 'opted-out' ? 'cluster' : drawn; // a stated Service cannot opt out
  const service = {
    name,
    ...random.maybe(() => ({ headless: false })),
    ...way === 'headless' ? { headless: true } : {},
    ports: SERVICE_PORTS.map(({ name: portName, port, targetPort }) => ({ name: portName, port, targetPort })),
  };
  const workload = Workload.fromPods({
    namespace: chart.namespace!,
    labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/version': '1.10' },
    serviceAccount: `${name}.operator`,
    ...random.maybe(() => ({ name })),
    ...way === 'none' ? stated(way) : { services: [service], ports: [HTTP_PORT, TCP_PORT] },
  });
  return { name, way, workload, isElsewhere: true };
}

/** An object as plain YAML has it. */
function written(chart: Chart, name: string, way: Way, random: Random, pod: object = {}): ApiObject {
  const kind = random.one(CONTROLLERS);
  const labels = { app: name };
  addService(chart, name, way, labels);
  return new ApiObject(chart, name, {
    apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name },
    spec: {
      ...kind === 'Job' ? {} : { selector: { matchLabels: labels } },
      template: {
        metadata: { labels },
        spec: { ...pod, containers: [{ name, image: name, ports: CONTAINER_PORTS }] },
      },
    },
  });
}

function addService(chart: Chart, name: string, way: Way, selector: object): void {
  if (way === 'none') { return; }
  new ApiObject(chart, `${name}-service`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: way === 'opted-out' ? { 'istio.io/use-waypoint': 'none' } : {} },
    spec: { selector, ...way === 'headless' ? { clusterIP: 'None' } : {}, ports: SERVICE_PORTS },
  });
}

/** Where no Service says what the ports speak, somebody must. */
function stated(way: Way): { ports?: { number: number; name: string; protocol: PortProtocol }[] } {
  return way !== 'none' ? {} : { ports: [{ ...HTTP_PORT, protocol: PortProtocol.HTTP }, { ...TCP_PORT, protocol: PortProtocol.TCP }] };
}
