import { admitSpec, refusing, said } from './admitted';

const refuse = (spec: unknown): string[] => refusing('Telemetry', spec);
const tracing = (more: object): object => ({ tracing: [{ providers: [{ name: 'otel' }], ...more }] });
const tag = (value: unknown): object => tracing({ customTags: { a: value } });
const override = (more: object): object => ({ metrics: [{ overrides: [more] }] });
const filter = (expression: string): object => ({ accessLogging: [{ filter: { expression } }] });

describe('Telemetry', () => {
  test.each([
    ['an empty spec', {}],
    ['a selector', { selector: { matchLabels: { app: 'a' } } }],
    ['a waypoint', { targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'waypoint' }] }],
    ['every field of tracing', tracing({
      match: { mode: 'SERVER' },
      randomSamplingPercentage: 0.5,
      disableSpanReporting: false,
      disableContextPropagation: null,
      useRequestIdForTraceSampling: true,
      enableIstioTags: null,
      customTags: { a: { literal: { value: 'x' } }, b: { header: { name: 'x', defaultValue: '' } }, c: { formatter: { value: '%A%' } } },
    })],
    ['sampling by null', tracing({ randomSamplingPercentage: null })],
    ['a tag from nothing', tag({})],
    ['metrics', override({ match: { metric: 'ALL_METRICS', mode: 'CLIENT' }, disabled: true, tagOverrides: { a: { operation: 'REMOVE' }, b: { value: 'x' } } })],
    ['an interval', { metrics: [{ reportingInterval: '5s' }] }],
    ['a filter', filter('response.code >= 400 && has(request.headers.a)')],
  ])('admits %s', (_, spec) => {
    expect(said('Telemetry', spec)).toEqual([]);
  });

  test.each([
    ['a provider without a name', { accessLogging: [{ providers: [{}] }] }, [
      'schema spec.accessLogging[0].providers[0].name: must be given, got nothing; add name',
      "webhook spec.accessLogging[0].providers[0].name: must be given, got ''; name a provider of the mesh settings",
    ]],
    ['a tag from two places', tag({ literal: { value: 'a' }, header: { name: 'b' } }), [
      'schema spec.tracing[0].customTags.a: must have at most one of these, got literal and header, where empty counts; keep one',
    ]],
    ['a filter that is no expression', filter('response.code >='), [
      "webhook spec.accessLogging[0].filter.expression: must be a CEL expression, got 'response.code >=': it ends too early; correct it, or leave out the filter",
    ]],
    ['more than all', tracing({ randomSamplingPercentage: 100.5 }), [
      "schema spec.tracing[0].randomSamplingPercentage: must be from 0 to 100, got '100.5'; correct it",
      "webhook spec.tracing[0].randomSamplingPercentage: must be from 0 to 100, got '100.5'; correct it",
    ]],
    ['an override without a value', override({ tagOverrides: { a: { operation: 'UPSERT' } } }), [
      'schema spec.metrics[0].overrides[0].tagOverrides.a: must have a value where the operation is UPSERT, got none; give the value, or REMOVE the tag',
      "webhook spec.metrics[0].overrides[0].tagOverrides.a: must have a value where the operation is UPSERT, got ''; give the value, or REMOVE the tag",
    ]],
  ])('refuses %s', (_, spec, lines) => {
    expect(said('Telemetry', spec)).toEqual(lines);
  });

  test.each([
    ['a selector beside targetRefs', { selector: {}, targetRefs: [{ kind: 'Service', name: 'a' }] }, ['schema', 'webhook']],
    ['a selector beside no targetRefs', { selector: { matchLabels: { a: 'b' } }, targetRefs: [] }, ['schema']],
    ['a filter of nothing', filter(''), ['webhook']],
    ['an override that says nothing', override({ tagOverrides: { a: {} } }), ['webhook']],
    ['a removal with an empty value', override({ tagOverrides: { a: { operation: 'REMOVE', value: '' } } }), ['schema']],
    ['a removal with a value', override({ tagOverrides: { a: { operation: 'REMOVE', value: 'x' } } }), ['schema', 'webhook']],
    ['a metric by two names', override({ match: { metric: 'ALL_METRICS', customMetric: 'm' } }), ['schema']],
    ['an empty name of a metric', override({ match: { customMetric: '' } }), ['schema', 'webhook']],
    ['a metric that is none', override({ match: { metric: 'ALL' } }), ['schema', 'webhook']],
    ['a mode in lower case', tracing({ match: { mode: 'server' } }), ['schema', 'webhook']],
    ['an interval of less than a millisecond', { metrics: [{ reportingInterval: '1us' }] }, ['schema']],
    ['an interval without a unit', { metrics: [{ reportingInterval: '5' }] }, ['schema', 'webhook']],
    ['less than nothing', tracing({ randomSamplingPercentage: -1 }), ['schema', 'webhook']],
    ['a number that is none, which istiod takes', tracing({ randomSamplingPercentage: 'NaN' }), ['schema']],
    ['a number that is too large', tracing({ randomSamplingPercentage: '1e999' }), ['schema', 'webhook']],
    ['sampling in quotes', tracing({ randomSamplingPercentage: '5' }), ['schema']],
    ['sampling of no number', tracing({ randomSamplingPercentage: '' }), ['schema', 'webhook']],
    ['an empty literal', tag({ literal: { value: '' } }), ['schema', 'webhook']],
    ['an empty format', tag({ formatter: { value: '' } }), ['schema']],
    ['a tag without a name', tracing({ customTags: { '': { literal: { value: 'x' } } } }), ['webhook']],
    ['null for a tag', tag(null), ['schema']],
    ['a misspelled field', { accessLogs: [] }, ['unknown-field']],
  ])('refuses %s in the right layers', (_, spec, layers) => {
    expect(refuse(spec)).toEqual(layers);
  });

  test.each([
    ['a selector without labels', { selector: {} }, ['spec.selector']],
    ['tracing twice', { tracing: [{}, {}] }, ['spec.tracing']],
    ['two tracers', tracing({ providers: [{ name: 'a' }, { name: 'b' }] }), ['spec.tracing[0].providers']],
    ['an override without a name', override({ tagOverrides: { '': { operation: 'REMOVE' } } }), ["spec.metrics[0].overrides[0].tagOverrides['']"]],
  ])('warns of %s', (_, spec, fields) => {
    expect(admitSpec('Telemetry', spec).warnings.map(({ field }) => field)).toEqual(fields);
    expect(refuse(spec)).toEqual([]);
  });
});
