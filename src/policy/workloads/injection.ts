import { AskedPod, calledWebhooks, SYSTEM_NAMESPACES, Webhook } from './injection-webhooks';
import { INJECT, TEMPLATES } from './label-names';
import { annotationFault, interceptionMode } from './sidecar-annotations';
import { isObject } from '../../util/shape';
import { InterceptionMode } from '../request/injection-settings';
import { meets, asks } from '../request/label-selector';
import { Mesh } from '../request/mesh-settings';

/** What the container `istio-proxy` of a pod is started as; `none` without one. */
export type ProxyRole = 'sidecar' | 'router' | 'waypoint' | 'none';

/** Why a pod is never created. */
export type Rejection = 'invalid-annotation' | 'unknown-template' | 'template-needs-a-gateway' | 'webhook-crash';

/** What becomes of a pod on its way into the cluster. */
export interface PodInjection {
  readonly outcome: 'injected' | 'not-injected' | 'rejected';
  /** The webhooks that were called, up to a rejection. */
  readonly webhooks: readonly Webhook[];
  /** The webhook whose injection is the last. */
  readonly by?: Webhook;
  readonly templates?: readonly string[];
  readonly role?: ProxyRole;
  /** Whether the proxy is given what comes in, on some ports at least. */
  readonly interceptsInbound?: boolean;
  readonly rejection?: Rejection;
  /** Puts a rejection into words. */
  readonly why?: string;
}

export const STATUS = 'sidecar.istio.io/status';

/** What the webhooks of the control planes make of a pod. */
export function injectionOf(mesh: Mesh, pod: AskedPod): PodInjection {
  const webhooks = calledWebhooks(mesh, pod);
  if (webhooks.length === 0 || !isInjected(mesh, pod)) return { outcome: 'not-injected', webhooks };
  const templates = templatesOf(mesh, pod);
  const rejected = rejectionOf(mesh, pod, templates);
  if (rejected) return { outcome: 'rejected', webhooks: webhooks.slice(0, 1), ...rejected };
  return {
    outcome: 'injected',
    webhooks,
    by: webhooks[webhooks.length - 1],
    templates,
    role: templates.map(name => ROLES[name]).filter(role => role !== undefined).pop() ?? 'none',
    interceptsInbound: templates.includes('sidecar') && interceptionMode(mesh, pod.annotations) !== InterceptionMode.NONE,
  };
}

/** Every webhook that is called decides alike: by the pod, and by settings that hold for all. */
function isInjected(mesh: Mesh, pod: AskedPod): boolean {
  if (pod.hostNetwork || SYSTEM_NAMESPACES.includes(pod.namespace)) return false;
  const { automatic, neverFor, alwaysFor } = mesh.injection;
  const wish = pod.labels[INJECT] ?? pod.annotations[INJECT] ?? '';
  const isWished = mesh.has('strictInjectLabel') ? strictWish(wish) : looseWish(wish);
  if (isWished !== undefined) return isWished;
  if (neverFor.some(selector => asks(selector) && meets(pod.labels, selector))) return false;
  return automatic || alwaysFor.some(selector => asks(selector) && meets(pod.labels, selector));
}

/** Undefined where it is left to the settings. */
function strictWish(wish: string): boolean | undefined {
  return wish === 'true' || wish === 'false' ? wish === 'true' : undefined;
}

function looseWish(wish: string): boolean | undefined {
  return wish === '' ? undefined : ['true', 'yes', 'y', 'on'].includes(wish.toLowerCase());
}

function templatesOf({ injection }: Mesh, { annotations }: AskedPod): readonly string[] {
  return annotations[TEMPLATES]?.split(',').map(name => name.trim()) ?? injection.defaultTemplates;
}

/** The templates for pods, and the role of the proxy that each starts; the others are for the pods of managed Gateways only. */
const ROLES: Readonly<Record<string, ProxyRole | undefined>> = { 'sidecar': 'sidecar', 'gateway': 'router', 'grpc-agent': 'sidecar' };
const FOR_PODS = ['sidecar', 'gateway', 'grpc-agent', 'grpc-simple'];
const FOR_GATEWAYS = ['waypoint', 'kube-gateway', 'agentgateway', 'agentgateway-waypoint'];

type Rejected = Required<Pick<PodInjection, 'rejection' | 'why'>>;

function rejectionOf({ injection }: Mesh, { annotations }: AskedPod, templates: readonly string[]): Rejected | undefined {
  const fault = annotationFault(annotations);
  if (fault !== undefined) return { rejection: 'invalid-annotation', why: fault };
  const isKnown = (name: string) => FOR_PODS.includes(name) || injection.ownTemplates.includes(name);
  const bad = templates.find(name => !isKnown(name));
  if (bad !== undefined && FOR_GATEWAYS.includes(bad)) return { rejection: 'template-needs-a-gateway', why: `its template '${bad}' is for managed Gateways only` };
  if (bad !== undefined) return { rejection: 'unknown-template', why: `there is no template '${bad}'` };
  if (crashes(annotations[STATUS])) return { rejection: 'webhook-crash', why: `its annotation ${STATUS} names containers in what is no list` };
  return undefined;
}

/** A status that the webhook takes for its own and then cannot use. */
function crashes(status: string | undefined): boolean {
  const { containers, initContainers } = asObject(status);
  return [containers, initContainers].some(value => value !== undefined && value !== null && !Array.isArray(value));
}

function asObject(json = '{}'): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
