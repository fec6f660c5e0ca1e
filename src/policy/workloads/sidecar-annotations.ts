import { PROXY_CONFIG } from './label-names';
import { parseBool } from '../../util/go/bool';
import { blockBits } from '../../util/ip';
import { commaSeparated } from '../../util/text';
import { InterceptionMode } from '../request/injection-settings';
import { Mesh } from '../request/mesh-settings';
import { Labels } from '../resources/inventory';
import { annotatedConfig, configFault } from '../resources/proxy-config';

const MODE = 'sidecar.istio.io/interceptionMode';
export const STATUS_PORT = 'status.sidecar.istio.io/port';
export const INCLUDED_PORTS = 'traffic.sidecar.istio.io/includeInboundPorts';
export const EXCLUDED_PORTS = 'traffic.sidecar.istio.io/excludeInboundPorts';
export const EXCLUDED_INTERFACES = 'traffic.sidecar.istio.io/excludeInterfaces';
export const REROUTED_INTERFACES = ['istio.io/reroute-virtual-interfaces', 'traffic.sidecar.istio.io/kubevirtInterfaces'];

/** How a sidecar is given the connections of its pod. */
export function interceptionMode({ injection }: Mesh, annotations: Labels): InterceptionMode {
  return modeOf(annotations[MODE]) ?? annotatedMode(annotations[PROXY_CONFIG]) ?? injection.interceptionMode;
}

function annotatedMode(config: string | undefined): InterceptionMode | undefined {
  return config === undefined ? undefined : modeOf(annotatedConfig(config).interceptionMode);
}

function modeOf(text: string | undefined): InterceptionMode | undefined {
  return Object.values(InterceptionMode).find(mode => mode === text);
}

/** The values that injection accepts; with another one the pod is never created. */
const VALUES: readonly { readonly name: string; readonly expected: string; accepts(value: string): boolean }[] = [
  { name: MODE, expected: 'REDIRECT, TPROXY or NONE', accepts: value => modeOf(value) !== undefined },
  { name: STATUS_PORT, expected: 'a port', accepts: isPort },
  { name: INCLUDED_PORTS, expected: 'ports, or *', accepts: value => value === '*' || isPortList(value) },
  { name: EXCLUDED_PORTS, expected: 'ports', accepts: isPortList },
  { name: 'traffic.sidecar.istio.io/excludeOutboundPorts', expected: 'ports', accepts: isPortList },
  { name: 'traffic.sidecar.istio.io/includeOutboundIPRanges', expected: 'address blocks, or *', accepts: value => value === '*' || isBlockList(value) },
  { name: 'traffic.sidecar.istio.io/excludeOutboundIPRanges', expected: 'address blocks', accepts: isBlockList },
  ...[EXCLUDED_INTERFACES, ...REROUTED_INTERFACES].map(name => ({ name, expected: 'names of interfaces', accepts: isInterfaceList })),
  ...['initialDelaySeconds', 'periodSeconds', 'failureThreshold'].map(name => ({ name: `readiness.status.sidecar.istio.io/${name}`, expected: 'a number', accepts: isNumber })),
  { name: 'prometheus.istio.io/merge-metrics', expected: 'true or false', accepts: value => parseBool(value) !== undefined },
];

/** What keeps a pod from being injected, and so from being created. */
export function annotationFault(annotations: Labels): string | undefined {
  const wrong = VALUES.find(({ name, accepts }) => annotations[name] !== undefined && !accepts(annotations[name]));
  if (wrong) return `its annotation ${wrong.name} must be ${wrong.expected}, got '${annotations[wrong.name]}'`;
  const fault = annotations[PROXY_CONFIG] === undefined ? undefined : configFault(annotations[PROXY_CONFIG]);
  return fault === undefined ? undefined : `its annotation ${PROXY_CONFIG} ${fault}`;
}

/** The ports of a list that was accepted. */
export function portsIn(list: string): readonly number[] {
  return commaSeparated(list).map(Number);
}

function isPort(text: string): boolean {
  return /^\d+$/.test(text.trim()) && Number(text) <= 65535;
}

function isPortList(text: string): boolean {
  return text.trim() === '' || text.split(',').every(isPort);
}

function isBlockList(text: string): boolean {
  return text === '' || text.split(',').every(block => block.includes('/') && blockBits(block) !== undefined);
}

function isInterfaceList(text: string): boolean {
  return text === '' || text.split(',').every(name => /^[\w.@:-]{1,15}$/.test(name.trim()));
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) < 2 ** 32;
}
