import { filled, flag, list, map, object, record, Shaped, text, written, writtenNumber } from '../../util/shape';
import { InjectionSettings } from '../request/injection-settings';
import { MeshSettings } from '../request/mesh-settings';
import { OutboundSettings } from '../request/outbound-settings';

const labels = record(text);

/** A selector of labels, with all that it can say. */
export const LABEL_SELECTOR = object({
  matchLabels: labels,
  matchExpressions: list(filled(object({ key: text, operator: text, values: list(text) }), { key: '', operator: '' })),
});

/** What is read of Helm's values for the charts of Istio. */
export const ISTIO_VALUES = object({
  revision: written,
  revisionTags: list(written),
  defaultRevision: written,
  meshConfig: map,
  global: object({
    istioNamespace: written,
    proxy: object({
      autoInject: written,
      includeInboundPorts: written,
      excludeInboundPorts: written,
      statusPort: writtenNumber,
      includeIPRanges: written,
      excludeIPRanges: written,
      includeOutboundPorts: written,
      excludeOutboundPorts: written,
    }),
  }),
  sidecarInjectorWebhook: object({
    enableNamespacesByDefault: flag,
    neverInjectSelector: list(LABEL_SELECTOR),
    alwaysInjectSelector: list(LABEL_SELECTOR),
    templates: map,
    defaultTemplates: list(written),
  }),
  pilot: object({ cni: object({ enabled: flag }), env: record(written) }),
  env: record(written),
  istio_cni: object({ enabled: flag }),
  cni: object({ excludeNamespaces: list(written) }),
  excludeNamespaces: list(written),
});

export type IstioValues = NonNullable<Shaped<typeof ISTIO_VALUES>>;

/** What only values of Istio have; a document with any of it is one of them. */
export function areIstioValues(values: Readonly<Record<string, unknown>>): boolean {
  const { meshConfig, global, sidecarInjectorWebhook, pilot, revisionTags, defaultRevision } = ISTIO_VALUES(values) ?? {};
  const { statusPort, ...ofProxy } = global?.proxy ?? {};
  const own = [meshConfig, global?.istioNamespace, sidecarInjectorWebhook, pilot, revisionTags, defaultRevision, ...Object.values(ofProxy)];
  return own.some(member => member !== undefined);
}

/** What values say of the installation, without their MeshConfig; what they do not say is undefined. */
export function settingsOfValues({ global, defaultRevision, excludeNamespaces, cni, ...values }: IstioValues): MeshSettings {
  return {
    istioNamespace: global?.istioNamespace,
    defaultRevision,
    ambientExcludedNamespaces: excludeNamespaces ?? cni?.excludeNamespaces,
    injection: injectionOfValues({ global, ...values }),
    outbound: outboundOfValues(global?.proxy),
  };
}

function injectionOfValues({ global, sidecarInjectorWebhook: webhook, pilot, istio_cni: plugin }: IstioValues): InjectionSettings {
  const proxy = global?.proxy;
  return {
    automatic: proxy?.autoInject === undefined ? undefined : proxy.autoInject === 'enabled',
    includedPorts: proxy?.includeInboundPorts,
    excludedPorts: proxy?.excludeInboundPorts,
    statusPort: proxy?.statusPort,
    inEveryNamespace: webhook?.enableNamespacesByDefault,
    neverFor: webhook?.neverInjectSelector,
    alwaysFor: webhook?.alwaysInjectSelector,
    ownTemplates: webhook?.templates && Object.keys(webhook.templates),
    defaultTemplates: webhook?.defaultTemplates?.length ? webhook.defaultTemplates : undefined,
    networkPlugin: pilot?.cni?.enabled ?? plugin?.enabled,
  };
}

function outboundOfValues(proxy: NonNullable<IstioValues['global']>['proxy'] = {}): OutboundSettings {
  return {
    includedBlocks: proxy.includeIPRanges,
    excludedBlocks: proxy.excludeIPRanges,
    includedPorts: proxy.includeOutboundPorts,
    excludedPorts: proxy.excludeOutboundPorts,
  };
}

/** The revision that values install, and the tags that they give it. */
export function revisionOfValues({ revision, revisionTags = [] }: IstioValues): { readonly revision: string; readonly tags: Record<string, string> } {
  const name = revision || 'default';
  return { revision: name, tags: Object.fromEntries(revisionTags.map(tag => [tag, name])) };
}
