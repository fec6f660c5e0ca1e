import { PROXY_CONFIG } from './label-names';
import { Workload } from './workload';
import { Labels } from '../resources/inventory';
import { PodTemplate } from '../resources/kinds';
import { annotatedConfig, DISABLE_ENVOY, disablesEnvoy } from '../resources/proxy-config';

const OVERRIDES = 'proxy.istio.io/overrides';

const PROXY = 'istio-proxy';

/** What makes the rules by which a sidecar is given connections, or sees that there are some. The network plugin leaves pods alone that have the first. */
const OF_RULES = ['istio-init', 'istio-validation'];

/** Whether a container has the name of one that injection adds. */
export function isOfInjection(name = ''): boolean { return name === PROXY || isOfRules(name); }

/** Whether it has that of one that may change the network of its pod by what it is for. */
export function isOfRules(name = ''): boolean { return OF_RULES.includes(name); }

/**
 * Why it is not known what the sidecar of a pod is given: injection lays containers of the pod over those of the same name that it adds, so that a busybox as `istio-init` makes no rules at all.
 * Another image, resources or ports of `istio-proxy` leave it what it is.
 */
export function whyReplaced(podSpec: PodTemplate['spec'], annotations: Labels): string | undefined {
  const written = containersOf(podSpec);
  const ofRules = written.find(({ name = '' }) => OF_RULES.includes(name));
  const proxy = written.find(isProxy);
  const changed = (['command', 'args'] as const).find(member => proxy?.[member] !== undefined);
  if (ofRules) return `its own container ${ofRules.name} takes the place of the one that injection adds`;
  if (changed) return `its own container istio-proxy has another ${changed}`;
  if (annotations[OVERRIDES] !== undefined) return `its annotation ${OVERRIDES} changes containers that injection adds`;
  return disablesEnvoy(annotatedConfig(annotations[PROXY_CONFIG] ?? '')) ? NO_ENVOY : whyWithoutEnvoy(podSpec);
}

/** Why it is not known what pods are given that were injected before. What a cluster runs is given connections; a manifest must say by what. */
export function whyChanged({ podSpec, isRunning = false }: Pick<Workload, 'podSpec' | 'isRunning'>): string | undefined {
  const written = containersOf(podSpec);
  const init = written.find(({ name }) => name === 'istio-init');
  if (init && !makesRules(init)) return 'its container istio-init is not the one that injection adds';
  if (written.find(isProxy)?.command !== undefined) return 'its container istio-proxy is not the one that injection adds';
  return isRunning || isGivenConnections(podSpec) ? whyWithoutEnvoy(podSpec) : 'nothing in its manifest leads connections to its container istio-proxy';
}

/**
 * Whether an init container leads connections to a proxy of the manifest, or keeps the pod from starting where the network plugin did not. The annotation by which the plugin knows its pods is
 * no sign: anybody can write it, and where there is no plugin it does nothing.
 */
export function isGivenConnections({ initContainers = [] }: PodTemplate['spec'] = {}): boolean { return initContainers.some(one => makesRules(one) || seesRules(one)); }

function makesRules({ name, command, args = [] }: Container): boolean {
  return name === 'istio-init' && command === undefined && args[0] === TABLES && !args.some(arg => WITHOUT_EFFECT.includes(arg));
}

function seesRules({ name, command, args = [] }: Container): boolean {
  return name === 'istio-validation' && command === undefined && args[0] === TABLES && args.includes('--run-validation');
}

const TABLES = 'istio-iptables';

const WITHOUT_EFFECT = ['-n', '--dry-run', '--skip-rule-apply', '--cleanup-only'];

function whyWithoutEnvoy(podSpec: PodTemplate['spec']): string | undefined {
  const environment = containersOf(podSpec).find(isProxy)?.env ?? [];
  return environment.some(({ name, value }) => name === DISABLE_ENVOY && value !== 'false') ? NO_ENVOY : undefined;
}

const NO_ENVOY = `${DISABLE_ENVOY} leaves it without an Envoy`;

type Container = NonNullable<NonNullable<PodTemplate['spec']>['containers']>[number];

function containersOf({ containers = [], initContainers = [] }: PodTemplate['spec'] = {}): readonly Container[] { return [...containers, ...initContainers]; }

function isProxy({ name }: Container): boolean { return name === PROXY; }
