import { madeKnownInRoot } from './known-in-root';
import { ledOutOfBoundary } from './led-out-of-boundary';
import { isOfCluster } from './legacy-host';
import { meantNamespace } from './namespace-names';
import { goesAsCalled, leadsAstray, rulesFor } from './rules-of-hosts';
import { KnownHost } from '../../../intent/egress-intent';
import { Labels } from '../../../intent/workload';
import { NETWORKING_GROUP } from '../../../istio/manifest';
import { SidecarSpec } from '../../../istio/sidecar';
import { few, quoted, unique } from '../../../util/text';
import { runsAsOneOf } from '../index/app-workloads';
import { Problem } from '../index/complaint';
import { boundariesOf, boundedBy, StatedBounds } from '../index/egress-boundaries';
import { egressNeeds } from '../index/egress-needs';
import { StatedIntents } from '../index/stated-intents';
import { World } from '../index/world';
import { Written, writtenIn } from '../index/written';
import { mayCarry } from '../witnesses/reach';

/** What only the whole app shows to be wrong with a boundary. */
export function checkEgressBoundary(own: StatedBounds, others: readonly KnownHost[], world: World): Problem[] {
  const hosts = [...egressNeeds(own, world).hosts, ...others];
  return [...unknownNamespace(own, world), ...otherBoundaries(own, world), ...otherSidecars(own, world),
    ...madeKnownInRoot(own, hosts, world), ...ledOutOfBoundary(own, hosts, world), ...leftOpen(own, hosts, world), ...calledByAddress(own, world)];
}

function unknownNamespace({ within, pods }: StatedBounds, world: World): string[] {
  const meant = pods ? undefined : meantNamespace(within, world);
  return meant === undefined ? [] : [`namespace must be one of the app, got ${quoted(within)}, which it does not have; did you mean ${quoted(meant)}?`];
}

/** Of two Sidecars for the same pods Istio takes the older. */
function otherBoundaries({ construct, within, pods }: StatedBounds, world: World): Problem[] {
  const others = boundariesOf(world).filter(other => other.construct !== construct && other.within === within
    && (pods && other.pods ? StatedIntents.of(world).meetAtPods(pods, other.pods) : pods === other.pods));
  return others.length === 0 ? [] : [{
    message: `${pods ? quoted(pods.path) : `namespace ${quoted(within)}`} must have one EgressBoundary, and ${few(others.map(other => other.construct.node.path))} is for ${pods ? 'some of the same pods' : 'it'} too, `
      + 'of whose Sidecars Istio takes the older; keep one',
    cause: `several boundaries of ${within} ${pods?.path ?? ''}`,
  }];
}

/** One that selects pods comes before that of the namespace, and of two alike the older counts. */
function otherSidecars({ within, pods }: StatedBounds, world: World): string[] {
  const isRival = ({ spec }: Written<SidecarSpec>) => {
    const labels = spec.workloadSelector?.labels ?? {};
    return pods === undefined || (Object.keys(labels).length > 0 && mayCarry(pods.podLabels, labels));
  };
  return writtenIn<SidecarSpec>({ namespace: within, group: NETWORKING_GROUP, kind: 'Sidecar' }, world).filter(isRival).map(({ object, name }) =>
    `Sidecar '${within}/${name}' at '${object.node.path}' is for pods of it as well, of which Istio takes one, ${pods ? 'the older' : 'one that selects pods first, else the older'}; take it out, `
    + 'and state what it says of some workload by an EgressBoundary for that');
}

/** Of hosts outside their accesses say the same. */
function leftOpen({ within }: StatedBounds, hosts: readonly KnownHost[], world: World): string[] {
  return unique(hosts.filter(({ host }) => isOfCluster(host)).flatMap(({ host }) => {
    const rules = rulesFor({ host, namespaces: [within, host.split('.')[1]] }, [within], world);
    return rules.filter(({ spec }) => goesAsCalled(spec)).flatMap(rule => leadsAstray(rule, host) ?? []);
  }));
}

/** Pods by their own addresses are known to no sidecar, unless it does not take what is sent. */
function calledByAddress(own: StatedBounds, world: World): Problem[] {
  const workloads = boundedBy(own, world).filter(({ pod }) => !sendsPast(pod.annotations));
  return egressNeeds(own, world).byAddress.flatMap(({ what, callers }) => {
    const calling = workloads.filter(workload => runsAsOneOf(callers, workload));
    return calling.length === 0 ? [] : [`${few(calling.map(({ path }) => path))} would be blocked from ${quoted(what)}, called by the addresses of pods, which no sidecar knows; give what is called a Service, `
      + "or have the sidecar of the caller take nothing that it sends, by annotation traffic.sidecar.istio.io/includeOutboundIPRanges: ''"];
  });
}

function sendsPast(annotations: Labels): boolean { return annotations['traffic.sidecar.istio.io/includeOutboundIPRanges'] === ''; }
