import { areIstioValues, ISTIO_VALUES } from './istio-values';
import { fullName } from './policy';
import { readDocuments } from '../../istio/documents';
import { isObject, list, map, object, Shaped, text } from '../../util/shape';

type Values = Readonly<Record<string, unknown>>;

const RELEASE = object({ chart: object({ spec: object({ chart: text }) }), chartRef: object({ name: text }), values: map });
const SOURCE = object({ chart: text, path: text, helm: object({ values: text, valuesObject: map }) });
const APPLICATION = object({ source: SOURCE, sources: list(SOURCE) });

/** A chart, and what it is given. */
interface Given { readonly chart: string; readonly values?: Values }

/** The values that an object has the chart `istiod` installed with, or that of the network plugin, if these leave out namespaces: a HelmRelease of Flux, an Application of Argo CD. Undefined for all others. */
export function releasedValues({ apiVersion, kind, spec }: Values): Values | undefined {
  const [group] = (text(apiVersion) ?? '').split('/');
  const isRead = ({ chart, values }: Given) => values !== undefined && (areOfIstiod(chart, values) || areOfPlugin(chart, values));
  return givenBy(group, kind, spec).find(isRead)?.values;
}

function givenBy(group: string, kind: unknown, spec: unknown): Given[] {
  if (group === 'helm.toolkit.fluxcd.io' && kind === 'HelmRelease') return releases(RELEASE(spec));
  if (group !== 'argoproj.io') return [];
  if (kind === 'Application') return applications(APPLICATION(spec));
  return kind === 'ApplicationSet' && isObject(spec) && isObject(spec.template) ? applications(APPLICATION(spec.template.spec)) : [];
}

function releases({ chart, chartRef, values }: NonNullable<Shaped<typeof RELEASE>> = {}): Given[] {
  return [{ chart: chart?.spec?.chart ?? chartRef?.name ?? '', values }];
}

function applications({ source, sources = [] }: NonNullable<Shaped<typeof APPLICATION>> = {}): Given[] {
  const all = [...source ? [source] : [], ...sources];
  return all.map(({ chart, path = '', helm }) => ({ chart: chart ?? path, values: helm?.valuesObject ?? parsed(helm?.values) }));
}

/** Of text an object counts before, as Argo CD takes it. */
function parsed(values?: string): Values | undefined { return values === undefined ? undefined : readDocuments(values).objects[0]?.object; }

/** Charts beside that of istiod have some of its values, which say nothing of what istiod goes by. */
function areOfIstiod(chart: string, values: Values): boolean {
  const isOther = /(^|[-/])(ztunnel|gateways?|ingress|egress|cni|base)$/.test(chart);
  return !isOther && (values.meshConfig !== undefined || values.pilot !== undefined) && areIstioValues(values);
}

function areOfPlugin(chart: string, values: Values): boolean {
  const { excludeNamespaces, cni } = ISTIO_VALUES(values) ?? {};
  return /(^|[-/])cni$/.test(chart) && (excludeNamespaces ?? cni?.excludeNamespaces) !== undefined;
}

/** Those of a file are by themselves, others those of what has a chart installed. */
export function whereValuesAre(resource: { readonly namespace: string; readonly name: string }): string { return resource.name === '' ? 'Helm values' : `Helm values of ${fullName(resource)}`; }
