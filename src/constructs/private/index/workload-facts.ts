import { ApiObject } from 'cdk8s';
import { Tree } from './tree';
import { Justification } from '../../../intent/justification';
import { portFacts, serviceFacts, StatedPort, WrittenService, WrittenServicePort } from '../../../intent/ports';
import { Labels, Protocol, ServiceFacts, WorkloadFacts } from '../../../intent/workload';
import { atLeastOne, listOf, mapOf, namespaceName, objectName, oneOf, portNumber, text } from '../../../util/given';
import { taken } from '../../../util/members';
import { quoted } from '../../../util/text';
import {
  PORT, PortProtocol, SERVICE, SERVICE_PORT, WorkloadPort, WorkloadService, WorkloadServicePort,
} from '../../workload-options';
import { pathOf, WorkloadReading } from '../reading/read-pods';

const ADDRESS_LABEL = 'cdk8s.io/metadata.addr';

/** What the user says of a workload, as far as facts come of it. */
export interface StatedWorkload {
  readonly service?: string;
  readonly ports?: readonly WorkloadPort[];
  readonly allowDefaultServiceAccount?: Justification;
}

/** What the user says of pods that are not part of the app. */
export interface StatedPods extends Omit<StatedWorkload, 'service'> {
  readonly namespace: string;
  readonly labels: Labels;
  readonly serviceAccount: string;
  readonly services?: readonly WorkloadService[];
  readonly name?: string;
}

/** Joins what the app says of a workload with what the user says of it. */
export function assemble(tree: Tree, object: ApiObject, namespace: string, options: StatedWorkload): WorkloadFacts {
  const path = pathOf(object);
  const subject = `'${path}' (${object.kind})`;
  const reading = tree.workload(object);
  const { serviceAccount, containerPorts, pod } = reading;
  const services = tree.servicesOf(namespace, reading).sort((a, b) => a.name.localeCompare(b.name));
  const elsewhere = services.length > 0 ? [] : tree.servicesElsewhere(namespace, reading);
  return {
    path,
    kind: object.kind,
    name: reading.name,
    namespace,
    selectorLabels: stableLabels(subject, reading),
    podLabels: pod.labels,
    serviceAccount,
    defaultServiceAccountReason: defaultReason(subject, serviceAccount, options.allowDefaultServiceAccount?.reason),
    ports: named(subject, () => portFacts(containerPorts, services, stated(options.ports))),
    services: options.service === undefined ? services : [chosen(subject, options.service, services)],
    ...elsewhere.length > 0 ? { servicesElsewhere: elsewhere } : {},
    pod,
  };
}

/** What the user says of pods that are not part of the app, checked at once. */
export function podsAsFacts(pods: StatedPods): WorkloadFacts {
  const { namespace, labels, serviceAccount } = pods;
  const subject = 'Workload.fromPods()';
  namespaceName(`${subject}: namespace`, namespace);
  objectName(`${subject}: serviceAccount`, serviceAccount);
  checkLabels(subject, labels);
  checkPorts(subject, pods.ports);
  const services = listOf(`${subject}: services`, pods.services ?? []).map((service, i) => serviceFacts(writtenService(`${subject}: services[${i}]`, service, namespace), []));
  const name = pods.name === undefined ? serviceAccount : text(`${subject}: name`, pods.name, 'give the name for messages');
  return {
    path: `${namespace}/${name}`,
    kind: 'Pods',
    name,
    namespace,
    selectorLabels: { ...labels },
    podLabels: { ...labels },
    serviceAccount,
    defaultServiceAccountReason: defaultReason(subject, serviceAccount, pods.allowDefaultServiceAccount?.reason),
    ports: named(subject, () => portFacts([], services, stated(pods.ports))),
    services,
    pod: { labels: { ...labels }, annotations: {}, hostNetwork: false, probes: [] },
  };
}

/** A label without a value would be left out of the selector, which would then select more. */
function checkLabels(subject: string, labels: Labels): void {
  const entries = Object.entries(mapOf(`${subject}: labels`, labels ?? {}));
  if (entries.length === 0) throw new Error(`${subject}: labels must not be empty, got {}; name labels that select exactly these pods`);
  for (const [label, value] of entries) {
    if (typeof value !== 'string' || value.includes('*')) {
      throw new Error(`${subject}: labels.${label} must be the exact value that the pods carry, got ${quoted(value)}; selectors know no wildcards`);
    }
  }
}

function writtenService(prop: string, given: WorkloadService, namespace: string): WrittenService {
  const { name, headless = false, ports } = taken(prop, SERVICE, given);
  return {
    name: objectName(`${prop}.name`, name),
    namespace,
    headless,
    ports: atLeastOne(`${prop}.ports`, ports, 'name the ports of the Service').map((port, i) => writtenPort(`${prop}.ports[${i}]`, port)),
    labels: {},
    annotations: {},
    origin: 'stated',
  };
}

function writtenPort(prop: string, given: WorkloadServicePort): WrittenServicePort {
  const { port, targetPort, name, protocol } = taken(prop, SERVICE_PORT, given);
  portNumber(`${prop}.port`, port);
  if (targetPort !== undefined) portNumber(`${prop}.targetPort`, targetPort);
  if (protocol !== undefined) oneOf(`${prop}.protocol`, protocol, Object.values(PortProtocol));
  return { port, targetPort, name, appProtocol: protocol, transport: 'TCP' };
}

/** Labels that cannot change: its own selector, else the label cdk8s-plus gives it, else all it has. */
export function stableLabels(subject: string, { selector, pod }: Pick<WorkloadReading, 'selector' | 'pod'>): Labels {
  if (Object.keys(pod.labels).length === 0) {
    throw new Error(`the pods of ${subject} have no labels, so no policy can select them; give its pod template a label`);
  }
  const missing = Object.entries(selector.labels).find(([key, value]) => pod.labels[key] !== value);
  if (missing) {
    throw new Error(`${subject} selects pods by ${missing[0]}: '${missing[1]}', which its own pods do not carry; give its pod template the label`);
  }
  if (Object.keys(selector.labels).length > 0 && !selector.hasExpressions) return selector.labels;
  const address = pod.labels[ADDRESS_LABEL];
  return address ? { [ADDRESS_LABEL]: address } : pod.labels;
}

function defaultReason(subject: string, serviceAccount: string, reason: string | undefined): string | undefined {
  if (serviceAccount !== 'default') return undefined;
  if (reason === undefined) {
    throw new Error(`${subject} runs as the service account 'default', which it shares with every other pod that names none; ` +
      "give it a WorkloadIdentity: new WorkloadIdentity(chart, 'identity', { workload }), or say why not by allowDefaultServiceAccount: { reason: '…' }");
  }
  return reason;
}

function chosen(subject: string, name: string, services: readonly ServiceFacts[]): ServiceFacts {
  const service = services.find(s => s.name === name);
  if (!service) {
    const those = services.length === 0 ? 'no Service of the app does' : `these do: ${services.map(s => s.name).join(', ')}`;
    throw new Error(`service '${name}' must select ${subject}, and does not; ${those}`);
  }
  return service;
}

/** Refuses what no port can be. */
export function checkPorts(subject: string, ports: readonly WorkloadPort[] | undefined): void {
  listOf(`${subject}: ports`, ports ?? []).forEach((port, i) => {
    const { number, protocol } = taken(`${subject}: ports[${i}]`, PORT, port);
    if (protocol !== undefined) oneOf(`${subject}: ports[${i}].protocol`, protocol, Object.values(PortProtocol));
    portNumber(`${subject}: ports[${i}].number`, number);
  });
}

function stated(ports: readonly WorkloadPort[] | undefined): StatedPort[] {
  return (ports ?? []).map(({ number, name, protocol }) => ({ number, name, transport: 'TCP', protocol: protocol as Protocol | undefined }));
}

function named<T>(subject: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${subject}: ${(error as Error).message}`, { cause: error });
  }
}
