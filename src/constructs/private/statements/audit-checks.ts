import { AuditIntent } from '../../../intent/audit-intent';
import { TELEMETRY_GROUP } from '../../../istio/manifest';
import { PolicyTargetReference } from '../../../istio/selection';
import { TelemetrySpec } from '../../../istio/telemetry';
import { elementsOf } from '../../../util/shape';
import { listed, quoted, unique } from '../../../util/text';
import { loggedOtherwise } from '../index/audited';
import { World } from '../index/world';
import { Written, writtenIn } from '../index/written';
import { mayCarry } from '../witnesses/reach';

/** What keeps the access log of an audit from being that of its pods, and which others would stop. */
export function checkLog(path: string, intent: AuditIntent, world: World): string[] {
  const other = loggedOtherwise(path, intent, world);
  return [
    ...other ? [`provider and keepProviders must be the same for all that is audited of ${quoted(intent.target.path)}, whose pods have one Telemetry, but differ from those of ${quoted(other.path)}; state the same in both`] : [],
    ...unique([intent.target.namespace, intent.namespace.waypoint?.namespace ?? intent.target.namespace]).flatMap(place =>
      telemetriesIn(place, world).filter(written => isForSame(written, place, intent)).map(({ object, name }) =>
        `the access log would be left out, as Telemetry '${place}/${name}' at '${object.node.path}' is for the same pods, of which Istio takes the oldest; `
        + 'take that out, and add metrics and tracing that it has to the Telemetry of this by addJsonPatch')),
    ...stopped(intent, world),
  ];
}

type WrittenTelemetry = Written<TelemetrySpec>;

/** Those of the app that are none of an audit. */
function telemetriesIn(namespace: string, world: World): WrittenTelemetry[] {
  return writtenIn<TelemetrySpec>({ namespace, group: TELEMETRY_GROUP, kind: 'Telemetry' }, world);
}

/** At a waypoint what is for its Gateway is for all Services behind it. */
function isForSame({ spec }: WrittenTelemetry, place: string, { target, namespace: { waypoint } }: AuditIntent): boolean {
  const labels = spec.selector?.matchLabels ?? {};
  if (!waypoint) { return Object.keys(labels).length > 0 && mayCarry(target.podLabels, labels); }
  return refsOf(spec).some(ref => (ref?.kind === 'Service' && place === target.namespace && target.services.some(({ name }) => name === ref.name))
    || (ref?.kind === 'Gateway' && place === waypoint.namespace && ref.name === waypoint.name));
}

/** What it is attached to, also by the older field for one. */
function refsOf({ targetRef, targetRefs }: Partial<TelemetrySpec>): readonly (Partial<PolicyTargetReference> | undefined)[] {
  return [...elementsOf(targetRefs), ...targetRef ? [targetRef] : []];
}

/** Providers that a Telemetry names take the place of those of its namespace and of the mesh. */
function stopped({ target, namespace, mesh, provider, keptProviders }: AuditIntent, world: World): string[] {
  const places = unique([target.namespace, namespace.waypoint?.namespace ?? target.namespace, mesh.rootNamespace]);
  const isWide = ({ spec }: WrittenTelemetry) => Object.keys(spec.selector?.matchLabels ?? {}).length === 0 && refsOf(spec).length === 0;
  const wide = places.flatMap(place => telemetriesIn(place, world)).filter(isWide);
  const logs = wide.flatMap(({ spec }) => elementsOf(spec.accessLogging));
  const names = unique(logs.flatMap(log => elementsOf(log?.providers).map(one => one?.name)));
  const lost = names.filter(name => name !== provider && !keptProviders.includes(name));
  if (lost.length === 0) { return []; }
  return [`keepProviders must name the other access logs of ${quoted(target.path)}, which would end there, got none of ${listed(lost)}, which ${listed(wide.map(({ object }) => object.node.path))} `
    + `${wide.length > 1 ? 'have' : 'has'}; write keepProviders: [${lost.map(quoted).join(', ')}]`];
}
