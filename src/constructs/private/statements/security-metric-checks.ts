import { ApiObject } from 'cdk8s';
import { TELEMETRY_GROUP } from '../../../istio/manifest';
import { TelemetrySpec } from '../../../istio/telemetry';
import { MetricsOverride, TelemetryMetrics } from '../../../istio/telemetry-metrics';
import { ALERTED } from '../../../render/security-alerts';
import { elementsOf, isObject } from '../../../util/shape';
import { listed, quoted, unique } from '../../../util/text';
import { World } from '../index/world';
import { Written, writtenIn } from '../index/written';
import { patched } from '../reading/patches';

/** What would keep rules from seeing what they are about: each a Telemetry of the app, also the own one as it is patched. */
export function checkSecurityMetrics(own: OwnTelemetry, world: World): string[] {
  const written = writtenIn<TelemetrySpec>({ group: TELEMETRY_GROUP, kind: 'Telemetry' }, world);
  return [asPatched(own), ...written].flatMap(({ object, namespace, name, spec }) => {
    const metrics = elementsOf(spec.metrics).filter(isObject);
    const overrides = metrics.flatMap(one => elementsOf(one.overrides as MetricsOverride[]));
    const faults = [...overrides.filter(isObject).flatMap(faultOf), ...sentElsewhere(metrics)];
    return faults.slice(0, 1).map(fault => `Telemetry '${namespace}/${name}' at '${object.node.path}' must not keep metrics from the alerts, got ${fault}; ${object === own.object ? 'patch nothing of the kind in' : 'take that out'}, or leave alerts out`);
  });
}

/** The Telemetry of the log, and what it is before it is patched. */
export interface OwnTelemetry { readonly object: ApiObject; readonly spec: object }

/** It is not rendered for that, which would have it checked first. */
function asPatched({ object, spec }: OwnTelemetry): Written<TelemetrySpec> {
  const { name, metadata: { namespace = 'default' } } = object;
  return { object, kind: object.kind, namespace, name, spec: patched(object, { metadata: {}, spec }).spec };
}

/** The rules go by what Prometheus reads, which gets nothing where others are named alone. */
function sentElsewhere(metrics: readonly Partial<TelemetryMetrics>[]): string[] {
  const named = metrics.map(({ providers }) => elementsOf(providers).flatMap(provider => provider?.name ?? []));
  const isRead = named.length === 0 || named.some(names => names.length === 0 || names.includes('prometheus'));
  return isRead ? [] : [`metrics for ${listed(unique(named.flat()))} alone, of which Prometheus gets nothing`];
}

/** What an override takes from the rules; those of clients count for none of them. */
function faultOf({ match = {}, disabled, tagOverrides = {} }: MetricsOverride): string[] {
  const { metric = 'ALL_METRICS', customMetric, mode } = match;
  const isMeant = mode !== 'CLIENT' && (customMetric === undefined ? ['ALL_METRICS', ...ALERTED.metrics].includes(metric) : ALERTED.names.includes(customMetric));
  if (!isMeant) { return []; }
  const tag = Object.keys(tagOverrides).find(name => ALERTED.labels.includes(name));
  return [...disabled === true ? [`${customMetric ?? metric} disabled`] : [], ...tag === undefined ? [] : [`a tag ${quoted(tag)} of ${customMetric ?? metric} that is changed`]];
}
