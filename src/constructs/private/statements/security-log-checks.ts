import { TELEMETRY_GROUP } from '../../../istio/manifest';
import { AccessLogging, TelemetrySpec } from '../../../istio/telemetry';
import { elementsOf, isObject } from '../../../util/shape';
import { quoted } from '../../../util/text';
import { securityLogsIn } from '../index/audited';
import { World } from '../index/world';
import { Written, writtenIn } from '../index/written';

type WrittenTelemetry = Written<TelemetrySpec>;

/** Whether the entries of a Telemetry keep the log. */
type Keeps = (entries: readonly Partial<AccessLogging>[]) => boolean;

/** What would keep the log of the mesh from being written somewhere: each a Telemetry of the app. */
export function checkSecurityLog(path: string, log: AccessLogging, world: World): string[] {
  const others = securityLogsIn(world).filter(other => other.path !== path).map(other => other.path);
  const twice = others.length > 0 && others[0] < path
    ? [`the mesh must have one security log, got another one at ${quoted(others[0])}; Istio takes the oldest Telemetry of the root namespace, so keep one of them`] : [];
  const [{ name }] = log.providers!;
  const keeps: Keeps = entries => {
    const ofIt = entries.filter(({ providers }) => elementsOf(providers).some(one => one?.name === name));
    return ofIt.some(isOfAll) && ofIt.every(entry => isUnfiltered(entry, log));
  };
  const written = writtenIn<TelemetrySpec>({ group: TELEMETRY_GROUP, kind: 'Telemetry' }, world);
  return [...twice, ...written.flatMap(telemetry => [...ofRoot(telemetry, world), ...silencing(telemetry, name, keeps)])];
}

function ofRoot({ object, namespace, name, spec }: WrittenTelemetry, { mesh: { rootNamespace } }: World): string[] {
  const isTargeted = spec.targetRef !== undefined || elementsOf(spec.targetRefs).length > 0;
  const isWide = Object.keys(spec.selector?.matchLabels ?? {}).length === 0 && !isTargeted;
  return namespace === rootNamespace && isWide
    ? [`Telemetry '${namespace}/${name}' at '${object.node.path}' must not be for the mesh, for which Istio takes one, the oldest; take it out, and add metrics and tracing that it has to the Telemetry of this by addJsonPatch`] : [];
}

function silencing({ object, namespace, name, spec }: WrittenTelemetry, provider: string, keeps: Keeps): string[] {
  const entries = elementsOf(spec.accessLogging).filter((entry): entry is AccessLogging => isObject(entry));
  const isOff = entries.some(({ disabled }) => disabled === true);
  if (entries.length === 0 || (!isOff && keeps(entries))) { return []; }
  const how = isOff ? 'disabled' : 'logs of its own in their place';
  return [`Telemetry '${namespace}/${name}' at '${object.node.path}' must not end the security log of its pods, got accessLogging with ${how}; leave accessLogging out, or have an entry with provider ${quoted(provider)} `
    + 'and the filter of the Telemetry of this in it, or without filter'];
}

/** Whether an entry is for what clients and servers see. */
function isOfAll({ match }: Partial<AccessLogging>): boolean { return match?.mode !== 'CLIENT' && match?.mode !== 'SERVER'; }

/** Whether an entry leaves out nothing that the log has. Of several with one provider, the filter of the last is that of all. */
function isUnfiltered({ filter }: Partial<AccessLogging>, log: AccessLogging): boolean {
  return filter?.expression === undefined || filter.expression === log.filter?.expression;
}
