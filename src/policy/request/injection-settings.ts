import { LabelSelector } from '../../istio/label-selector';

/** How a sidecar is given the connections of its pod. */
export enum InterceptionMode {
  /** By rewriting addresses. */
  REDIRECT = 'REDIRECT',
  /** With the addresses as they are. */
  TPROXY = 'TPROXY',
  /** Not at all. */
  NONE = 'NONE',
}

/** Which pods get a sidecar where they may have one, and what it takes of their connections: the settings of the control planes. */
export interface InjectionSettings {
  /**
   * Whether pods get a sidecar unless they say otherwise: `global.proxy.autoInject`.
   *
   * @default true
   */
  readonly automatic?: boolean;

  /**
   * Whether namespaces without any label about it have sidecars: `sidecarInjectorWebhook.enableNamespacesByDefault`.
   *
   * @default false
   */
  readonly inEveryNamespace?: boolean;

  /**
   * Whether the revision `default` was installed by that name, which leaves only the label `istio.io/rev` for it.
   *
   * @default false
   */
  readonly defaultByName?: boolean;

  /**
   * Pods that get a sidecar only if they ask for it themselves: `sidecarInjectorWebhook.neverInjectSelector`.
   *
   * @default - none
   */
  readonly neverFor?: LabelSelector[];

  /**
   * Pods that get a sidecar also where `automatic` is false: `sidecarInjectorWebhook.alwaysInjectSelector`.
   *
   * @default - none
   */
  readonly alwaysFor?: LabelSelector[];

  /**
   * Names of templates beside those of Istio: `sidecarInjectorWebhook.templates`.
   *
   * @default - none
   */
  readonly ownTemplates?: string[];

  /**
   * Templates for pods that name none: `sidecarInjectorWebhook.defaultTemplates`.
   *
   * @default - sidecar
   */
  readonly defaultTemplates?: string[];

  /**
   * Ports that sidecars take where their pods do not say it, `*` for all: `global.proxy.includeInboundPorts`.
   *
   * @default *
   */
  readonly includedPorts?: string;

  /**
   * Ports that sidecars leave out of all where their pods do not say it: `global.proxy.excludeInboundPorts`.
   *
   * @default - none
   */
  readonly excludedPorts?: string;

  /**
   * Port of the health checks, which is left out as well, 0 for none: `global.proxy.statusPort`.
   *
   * @default 15020
   */
  readonly statusPort?: number;

  /**
   * How sidecars are given the connections: `meshConfig.defaultConfig.interceptionMode`.
   *
   * @default InterceptionMode.REDIRECT
   */
  readonly interceptionMode?: InterceptionMode;

  /**
   * Port on which sidecars listen: `meshConfig.proxyInboundListenPort`.
   *
   * @default 15006
   */
  readonly listeningPort?: number;

  /**
   * Whether Istio's network plugin does what an init container does otherwise: `pilot.cni.enabled`.
   *
   * @default false
   */
  readonly networkPlugin?: boolean;
}

/** The settings with every default filled in. */
export type Injection = Required<InjectionSettings>;

export function resolveInjection(settings: InjectionSettings = {}): Injection {
  return {
    automatic: settings.automatic ?? true,
    inEveryNamespace: settings.inEveryNamespace ?? false,
    defaultByName: settings.defaultByName ?? false,
    neverFor: settings.neverFor ?? [],
    alwaysFor: settings.alwaysFor ?? [],
    ownTemplates: settings.ownTemplates ?? [],
    defaultTemplates: settings.defaultTemplates ?? ['sidecar'],
    includedPorts: settings.includedPorts ?? '*',
    excludedPorts: settings.excludedPorts ?? '',
    statusPort: settings.statusPort ?? 15020,
    interceptionMode: settings.interceptionMode ?? InterceptionMode.REDIRECT,
    listeningPort: settings.listeningPort ?? 15006,
    networkPlugin: settings.networkPlugin ?? false,
  };
}
