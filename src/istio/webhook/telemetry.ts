import { celFault } from '../../util/cel';
import { at, Report } from '../problem';
import { checkAttachment } from './attachment';
import { Attached } from './messages';

interface Providers {
  readonly providers: ReadonlyArray<{ readonly name: string }>;
}

interface CustomTag {
  readonly literal?: { readonly value: string };
  readonly environment?: { readonly name: string };
  readonly header?: { readonly name: string };
}

interface TracingMessage extends Providers {
  readonly randomSamplingPercentage?: number;
  readonly customTags?: Readonly<Record<string, CustomTag>>;
}

interface OverrideMessage {
  readonly match?: { readonly customMetric?: string };
  readonly tagOverrides?: Readonly<Record<string, { readonly operation: string; readonly value: string }>>;
}

interface MetricsMessage extends Providers {
  readonly overrides: readonly OverrideMessage[];
}

interface AccessLoggingMessage extends Providers {
  readonly filter?: { readonly expression: string };
}

/** A Telemetry, as istiod sees it once decoded. */
export interface TelemetryMessage extends Attached {
  readonly tracing: readonly TracingMessage[];
  readonly metrics: readonly MetricsMessage[];
  readonly accessLogging: readonly AccessLoggingMessage[];
}

/** What istiod's webhook says of a Telemetry. */
export function checkTelemetry(spec: TelemetryMessage, error: Report, warn: Report): void {
  checkAttachment(spec, error, warn);
  for (const name of ['metrics', 'tracing', 'accessLogging'] as const) {
    spec[name].forEach((settings, index) => checkProviders(settings, at('spec', name, index), error));
  }
  if (spec.tracing.length > 1) {
    warn('spec.tracing', `should have one entry, got ${spec.tracing.length}; merge them`);
  }
  spec.tracing.forEach((tracing, index) => checkTracing(tracing, at('spec.tracing', index), error, warn));
  spec.metrics.forEach(({ overrides }, index) =>
    overrides.forEach((override, number) => checkOverride(override, at('spec.metrics', index, 'overrides', number), error, warn)));
  spec.accessLogging.forEach(({ filter }, index) => {
    const fault = filter && celFault(filter.expression);
    if (fault !== undefined) {
      error(at('spec.accessLogging', index, 'filter', 'expression'), `must be a CEL expression, got '${filter?.expression}': ${fault}; correct it, or leave out the filter`);
    }
  });
}

function checkProviders({ providers }: Providers, field: string, error: Report): void {
  providers.forEach(({ name }, index) => {
    if (name === '') {
      error(at(field, 'providers', index, 'name'), 'must be given, got \'\'; name a provider of the mesh settings');
    }
  });
}

function checkTracing(tracing: TracingMessage, field: string, error: Report, warn: Report): void {
  if (tracing.providers.length > 1) {
    warn(at(field, 'providers'), `should have one entry, got ${tracing.providers.length}; keep one`);
  }
  const percentage = tracing.randomSamplingPercentage ?? 0;
  if (percentage < 0 || percentage > 100) {
    error(at(field, 'randomSamplingPercentage'), `must be from 0 to 100, got '${percentage}'; correct it`);
  }
  for (const [name, tag] of Object.entries(tracing.customTags ?? {})) {
    const where = at(field, 'customTags', name);
    if (name === '') {
      error(where, 'must have a name, got \'\'; name the tag');
    }
    if ([tag.literal?.value, tag.environment?.name, tag.header?.name].includes('')) {
      error(where, 'must say what it takes its value from, got \'\'; give the value, or the name of the variable or header');
    }
  }
}

function checkOverride({ match, tagOverrides = {} }: OverrideMessage, field: string, error: Report, warn: Report): void {
  if (match?.customMetric === '') {
    error(at(field, 'match', 'customMetric'), 'must not be empty, got \'\'; name the metric');
  }
  for (const [name, { operation, value }] of Object.entries(tagOverrides)) {
    const where = at(field, 'tagOverrides', name);
    if (name === '') {
      warn(where, 'should have a name, got \'\'; name the tag');
    }
    if (operation === 'UPSERT' && value === '') {
      error(where, 'must have a value where the operation is UPSERT, got \'\'; give the value, or REMOVE the tag');
    } else if (operation === 'REMOVE' && value !== '') {
      error(where, `must have no value where the operation is REMOVE, got '${value}'; drop it`);
    }
  }
}
