import { nameOf, podOf } from './boundary-witnesses';
import { ANY_PORT, portName } from './ports';
import { STRANGER, UNNAMED } from './samples';
import { Bystander, Witness } from './witness';
import { principalOf } from './witness-request';
import { Caller, callerName } from '../intent/caller';
import { NetworkFlow, NetworkIntent } from '../intent/network-intent';
import { groupedBy } from '../util/grouped';
import { addressOutside } from '../util/ip';
import { carries } from '../util/labels';
import { unique } from '../util/text';

/** What nobody states ends at the network, before any proxy: at every port of the pods of a namespace, but for those that are for anybody. */
export function networkWitnesses({ mesh, namespace: { waypoint }, twins, ingress }: NetworkIntent, bystanders: readonly Bystander[]): Witness[] {
  // what is sent to pods goes to a waypoint first, which may be for anybody
  const isForAnybody = waypoint?.forPods === true && ingress.some(({ from, to }) => from.kind === 'anywhere' && to.kind === 'pods' && to.name === waypoint.name);
  if (!twins || isForAnybody) { return []; }
  const blocks = ingress.flatMap(({ from }) => from.kind === 'block' ? from.cidr : []);
  const ip = blocks.length === 0 ? undefined : addressOutside(blocks, '4');
  const closedOf = (pods: Bystander) => unique([...pods.ports, ANY_PORT]).filter(port => !ingress.some(flow => isOpen(flow, pods, port)));
  return bystanders.flatMap(pods => closedOf(pods).map((port): Witness => ({
    request: { destination: podOf(pods, port), source: { principal: principalOf(STRANGER, mesh), ip } },
    outcome: 'is kept out',
    text: `a connection to ${portName(port)} of ${nameOf(pods)} from a caller that nobody names`,
  })));
}

/** Where nobody states that they go, connections of the pods of a namespace end before they leave: by a port of the web, by those that policies of others name, by any other. */
export function leavingWitnesses({ mesh, twins, egress }: NetworkIntent, bystanders: readonly Bystander[]): Witness[] {
  if (!twins?.egress) { return []; }
  const leading = egress.filter(({ to }) => to.kind === 'anywhere');
  const ofPolicies = bystanders.filter(({ serviceAccount }) => serviceAccount === undefined).flatMap(({ ports }) => ports);
  const asked = unique([ANY_PORT, ...WEB, ...ofPolicies]);
  const running = groupedBy(bystanders, ({ serviceAccount }) => serviceAccount ?? '');
  return [...running].filter(([account]) => account !== '').flatMap(([name, pods]) => {
    const caller: Caller = { kind: 'serviceAccount', namespace: pods[0].namespace, name };
    const meant = leading.filter(({ from }) => pods.some(({ podLabels = {} }) => from.kind !== 'pods' || carries(podLabels, from.labels)));
    const isMeant = (port: number) => meant.some(({ ports }) => ports === undefined || ports.some(({ number }) => number === port));
    return asked.filter(port => !isMeant(port)).map((port): Witness => ({
      request: { destination: { namespace: UNNAMED, workload: UNNAMED, labels: {}, port }, source: { principal: principalOf(caller, mesh) } },
      outcome: 'is kept out',
      text: `a connection of ${callerName(caller)} to ${port === ANY_PORT ? '' : `${portName(port)} of `}where nobody states`,
    }));
  });
}

const WEB = [443, 80];

/** Whether anybody may connect to pods by a port, or by a tunnel to any. */
function isOpen({ from, to, ports }: NetworkFlow, { podLabels = {} }: Bystander, port: number): boolean {
  const isOfPods = to.kind === 'pods' ? carries(podLabels, to.labels) : true;
  return from.kind === 'anywhere' && isOfPods && (ports === undefined || ports.some(({ number }) => number === port || number === TUNNEL));
}

const TUNNEL = 15008;
