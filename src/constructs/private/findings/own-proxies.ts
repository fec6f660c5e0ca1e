import { Labels } from '../../../intent/workload';
import { readDocuments } from '../../../istio/documents';
import { PROXY_CONFIG, INJECT } from '../../../policy/workloads/label-names';
import { list, object, record, text } from '../../../util/shape';
import { quoted } from '../../../util/text';
import { Observation } from '../../../validation/findings/observation';
import { ownProxy } from '../../../validation/findings/unevaluated';
import { World } from '../index/world';

/** Pods, whoever makes them, as far as they say what their proxy is. */
interface ProxiedPods {
  readonly path: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly containers: readonly Container[];
}

interface Container { readonly name?: string; readonly image?: string; readonly env?: readonly { readonly name?: string }[] }

const CONTAINERS = list(object({ name: text, image: text, env: list(object({ name: text })) }));
const TEMPLATE = object({ metadata: object({ annotations: record(text) }), spec: object({ containers: CONTAINERS, initContainers: CONTAINERS }) });

/** ZT111 of pods that bring along what their proxy is, or how it starts, where intents are meant. */
export function ownProxies(world: World, isMeant: (namespace: string) => boolean): Observation[] {
  const pods = [...ofWorkloads(world, isMeant), ...ofOthers(world).filter(({ namespace }) => isMeant(namespace))];
  return pods.filter(one => !world.isOutside(one) && hasProxy(one, world)).flatMap(one => {
    const how = broughtBy(one);
    return how === undefined ? [] : [ownProxy(one.path, how)];
  });
}

/** In ambient mode annotations of sidecars do nothing. */
function hasProxy({ namespace, labels }: ProxiedPods, world: World): boolean { return labels[INJECT] === 'true' || world.isInjected(namespace); }

function ofWorkloads({ workloads }: World, isMeant: (namespace: string) => boolean): ProxiedPods[] {
  return workloads.namespaces.filter(isMeant).flatMap(within => workloads.in(within)).map(({ path, namespace, pod, podSpec }) => {
    const { labels, annotations } = pod;
    return { path, namespace, labels, annotations, containers: [...podSpec.containers, ...podSpec.initContainers] };
  });
}

function ofOthers({ otherPods }: World): ProxiedPods[] {
  return otherPods.all.map(({ path, namespace, labels, template }) => {
    const { metadata: { annotations = {} } = {}, spec: { containers = [], initContainers = [] } = {} } = TEMPLATE(template) ?? {};
    return { path, namespace, labels, annotations, containers: [...containers, ...initContainers] };
  });
}

const BOOTSTRAP = 'sidecar.istio.io/bootstrapOverride';
const IMAGE = 'sidecar.istio.io/proxyImage';

/** Another place for what Istio makes is usual, resources, volumes and hooks of the proxy are, too: only what may take its place is told. */
function broughtBy({ annotations, containers }: ProxiedPods): string | undefined {
  const proxy = containers.find(({ name }) => name === 'istio-proxy');
  const variable = proxy?.env?.find(({ name = '' }) => VARIABLES.includes(name))?.name;
  const field = configured(annotations[PROXY_CONFIG]);
  if (annotations[BOOTSTRAP] !== undefined) { return `starts with a bootstrap of its own, by annotation ${BOOTSTRAP}: ${quoted(annotations[BOOTSTRAP])}`; }
  if (variable !== undefined) { return `starts with a bootstrap of its own, by variable ${variable} of its container istio-proxy`; }
  if (field !== undefined) { return `starts with a ${field} of its own, by annotation ${PROXY_CONFIG}`; }
  if (isOther(annotations[IMAGE])) { return `is of image ${quoted(annotations[IMAGE])}, by annotation ${IMAGE}`; }
  return isOther(proxy?.image) ? `is of image ${quoted(proxy.image)}, by its container istio-proxy` : undefined;
}

const VARIABLES = ['ISTIO_BOOTSTRAP', 'ISTIO_BOOTSTRAP_OVERRIDE'];

/** A proxy of another registry, or without a shell, still says that it is one. */
function isOther(image: string | undefined): image is string { return image !== undefined && image !== 'auto' && image !== '' && !/proxy[^/]*$/i.test(image); }

const CONFIG = object({ binaryPath: text, customConfigFile: text, proxyBootstrapTemplatePath: text });

/** Fields of a ProxyConfig that say what is run, or with what. */
function configured(annotation: string | undefined): string | undefined {
  if (annotation === undefined) { return undefined; }
  const config = CONFIG(readDocuments(annotation).objects[0]?.object) ?? {};
  return (['binaryPath', 'customConfigFile', 'proxyBootstrapTemplatePath'] as const).find(field => config[field] !== undefined);
}
