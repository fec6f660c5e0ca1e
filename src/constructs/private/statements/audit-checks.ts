import { ApiObject } from 'cdk8s';
import { AuditIntent } from '../../../intent/audit-intent';
import { TELEMETRY_GROUP } from '../../../istio/manifest';
import { TelemetrySpec } from '../../../istio/telemetry';
import { listed, quoted, unique } from '../../../util/text';
import { loggedOtherwise } from '../index/audited';
import { statementOf } from '../index/statement';
import { World } from '../index/world';
import { listOf } from '../witnesses/other-objects';
import { mayCarry } from '../witnesses/reach';

/** What keeps the access log of an audit from being that of its pods, and which others would stop. */
export function checkLog(path: string, intent: AuditIntent, world: World): string[] {
  const other = loggedOtherwise(path, intent, world);
  return [
    ...other ? [`provider and keepProviders must be the same for all that is audited of ${quoted(intent.target.path)}, whose pods have one Telemetry, but differ from those of ${quoted(other.path)}; state the same in both`] : [],
    ...telemetriesIn(intent.target.namespace, world).filter(written => isForSame(written, intent)).map(({ object }) =>
      `the access log would be left out, as Telemetry '${intent.target.namespace}/${object.name}' at '${object.node.path}' is for the same pods, of which Istio takes the oldest; `
      + 'take that out, and add what it says to the Telemetry of this by addJsonPatch'),
    ...stopped(intent, world),
  ];
}

interface WrittenTelemetry { readonly object: ApiObject; readonly spec: Partial<TelemetrySpec> }

/** Those of the app that are none of an audit. */
function telemetriesIn(namespace: string, { tree }: World): WrittenTelemetry[] {
  const isOwn = (object: ApiObject) => object.node.scope !== undefined && statementOf(object.node.scope)?.objects.includes(object) === true;
  return tree.objectsIn(namespace, `${TELEMETRY_GROUP}/Telemetry`).filter(object => !isOwn(object)).map(object =>
    ({ object, spec: (tree.manifest(object) as { readonly spec?: Partial<TelemetrySpec> } | undefined)?.spec ?? {} }));
}

function isForSame({ spec: { selector, targetRefs } }: WrittenTelemetry, { target, namespace }: AuditIntent): boolean {
  const labels = selector?.matchLabels ?? {};
  if (!namespace.waypoint) { return Object.keys(labels).length > 0 && mayCarry(target.podLabels, labels); }
  return listOf(targetRefs).some(ref => ref?.kind === 'Service' && target.services.some(({ name }) => name === ref.name));
}

/** Providers that a Telemetry names take the place of those of its namespace and of the mesh. */
function stopped({ target, namespace, mesh, provider, keptProviders }: AuditIntent, world: World): string[] {
  const places = unique([target.namespace, namespace.waypoint?.namespace ?? target.namespace, mesh.rootNamespace]);
  const isWide = ({ spec }: WrittenTelemetry) => spec.selector === undefined && listOf(spec.targetRefs).length === 0;
  const wide = places.flatMap(place => telemetriesIn(place, world)).filter(isWide);
  const logs = wide.flatMap(({ spec }) => listOf(spec.accessLogging));
  const names = unique(logs.flatMap(log => listOf(log?.providers).map(one => one?.name)));
  const lost = names.filter(name => name !== provider && !keptProviders.includes(name));
  if (lost.length === 0) { return []; }
  return [`keepProviders must name the other access logs of ${quoted(target.path)}, which would end there, got none of ${listed(lost)}, which ${listed(wide.map(({ object }) => object.node.path))} `
    + `${wide.length > 1 ? 'have' : 'has'}; write keepProviders: [${lost.map(quoted).join(', ')}]`];
}
