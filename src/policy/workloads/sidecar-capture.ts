import { PodInjection } from './injection';
import { EXCLUDED_INTERFACES, EXCLUDED_PORTS, INCLUDED_PORTS, interceptionMode, portsIn, REROUTED_INTERFACES, STATUS_PORT } from './sidecar-annotations';
import { commaSeparated } from '../../util/text';
import { InterceptionMode } from '../request/injection-settings';
import { Mesh } from '../request/mesh-settings';
import { Labels } from '../resources/inventory';

/** Which new connections to a pod its sidecar gets. */
export interface SidecarCapture {
  readonly rules: 'istio-init' | 'cni';
  readonly mode: InterceptionMode;
  /** `*`, or the ports that are taken. */
  readonly included: '*' | readonly number[];
  /** Looked at only where all ports are included. */
  readonly excluded: readonly number[];
  /** The port that connections are led to. */
  readonly to: number;
  /** Whether nothing is taken that comes in from other pods. */
  readonly passesInterface: boolean;
  /** Why it is not known what happens to what comes in. */
  readonly unknown?: string;
  /** By which the pod itself says what is taken. */
  readonly annotations?: Labels;
}

/** The interface by which connections of other pods come in. */
const INTERFACE = 'eth0';
const TUNNEL_PORT = 15008;
const METRICS_PORT = 15090;
const HEALTH_PORT = 15021;
const STATUS_PORT_OF_PLUGIN = 15020;
const LISTENING_PORT = 15006;

/** The rules of an injected pod; undefined for none. */
export function sidecarCapture(mesh: Mesh, annotations: Labels, { templates = [], role }: PodInjection): SidecarCapture | undefined {
  const { injection } = mesh;
  const mode = interceptionMode(mesh, annotations);
  const hasPlugin = injection.networkPlugin;
  if (!templates.includes('sidecar') || mode === InterceptionMode.NONE || hasPlugin && role === 'router') return undefined;
  const included = annotations[INCLUDED_PORTS] ?? injection.includedPorts;
  const status = Number(annotations[STATUS_PORT] ?? injection.statusPort);
  const reroutes = REROUTED_INTERFACES.find(name => commaSeparated(annotations[name]).includes(INTERFACE));
  return {
    rules: hasPlugin ? 'cni' : 'istio-init',
    mode,
    included: included === '*' || included === '' && hasPlugin && !mesh.has('emptyPortsWithPlugin') ? '*' : portsIn(included),
    excluded: [
      ...portsIn(annotations[EXCLUDED_PORTS] ?? injection.excludedPorts), METRICS_PORT, HEALTH_PORT,
      ...status === 0 ? [] : [status], ...hasPlugin ? [STATUS_PORT_OF_PLUGIN] : [],
    ],
    to: hasPlugin ? LISTENING_PORT : injection.listeningPort,
    passesInterface: commaSeparated(annotations[EXCLUDED_INTERFACES]).includes(INTERFACE),
    unknown: reroutes && `its annotation ${reroutes} takes what comes in for what goes out`,
    annotations,
  };
}

/** The annotation by which a pod keeps a port from its sidecar; undefined where none does. */
export function annotatedUncaptured({ annotations = {}, included, passesInterface }: SidecarCapture, port: number): string | undefined {
  const name = passesInterface ? EXCLUDED_INTERFACES : included === '*' ? EXCLUDED_PORTS : INCLUDED_PORTS;
  const value = annotations[name];
  return value === undefined || name === EXCLUDED_PORTS && !portsIn(value).includes(port) ? undefined : `${name}: '${value}'`;
}

/** Why a pod that is injected cannot start. */
export function whyNoStart(mesh: Mesh, annotations: Labels, { templates = [], role }: PodInjection): string | undefined {
  const isRefused = mesh.injection.networkPlugin && role === 'sidecar' && templates.includes('sidecar') && interceptionMode(mesh, annotations) === InterceptionMode.NONE;
  return isRefused ? "Istio's network plugin refuses interceptionMode NONE" : undefined;
}

/** Whether a sidecar gets the connections of other pods to a port. */
export function isCaptured(capture: SidecarCapture | undefined, port: number): boolean {
  if (!capture || capture.passesInterface) return false;
  if (capture.mode === InterceptionMode.REDIRECT && port === TUNNEL_PORT) return false;
  return capture.included === '*' ? !capture.excluded.includes(port) : capture.included.includes(port);
}
