import { readDocuments } from '../../istio/documents';
import { shown } from '../../istio/problem';
import { flag, object, Shaped, text, word, writtenNumber } from '../../util/shape';
import { ConnectionSettings, EscapedSlashes, HeadersWithUnderscores } from '../request/connection-settings';
import { InterceptionMode } from '../request/injection-settings';

const UNDERSCORES = 'HEADERS_WITH_UNDERSCORES_';

/** A variable of sidecars: with it there is no Envoy, and the network plugin makes no rules. */
export const DISABLE_ENVOY = 'DISABLE_ENVOY';

/** What is read of a ProxyConfig: `meshConfig.defaultConfig`, or the annotation of pods. */
export const PROXY_CONFIG = object({
  interceptionMode: word(...Object.values(InterceptionMode)),
  gatewayTopology: object({ numTrustedProxies: writtenNumber }),
  connectionSettings: object({
    profile: word('EDGE', 'SIDECAR'),
    httpMergeSlashes: flag,
    httpPathWithEscapedSlashesAction: word(...Object.values(EscapedSlashes), 'PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED'),
    httpHeadersWithUnderscoresAction: word(...[...Object.values(HeadersWithUnderscores), 'UNSPECIFIED'].map(name => `${UNDERSCORES}${name}`)),
  }),
  proxyMetadata: object({ [DISABLE_ENVOY]: text }),
});

export type ProxyConfig = Shaped<typeof PROXY_CONFIG>;

/** The ProxyConfig that an annotation holds as YAML; empty for what is none. */
export function annotatedConfig(annotation: string): ProxyConfig {
  const [document] = readDocuments(annotation).objects;
  return PROXY_CONFIG(document?.object) ?? {};
}

/** What keeps the YAML of an annotation from being a ProxyConfig: all of it is refused then. */
export function configFault(annotation: string): string | undefined {
  const { objects: [document], problems: [problem] } = readDocuments(annotation);
  if (!document) return problem && `must be a ProxyConfig, got ${shown(annotation)}`;
  const faults: string[] = [];
  PROXY_CONFIG(document.object, '', (field, expected, value) => faults.push(`must have ${expected} for ${field.slice(1)}, got ${shown(value)}`));
  return faults[0];
}

/** Whether sidecars are left without an Envoy. */
export function disablesEnvoy({ proxyMetadata }: ProxyConfig = {}): boolean { return (proxyMetadata?.[DISABLE_ENVOY] ?? 'false') !== 'false'; }

export function connectionSettingsOf({ connectionSettings: written }: ProxyConfig): ConnectionSettings | undefined {
  if (!written) return undefined;
  const { profile, httpMergeSlashes, httpPathWithEscapedSlashesAction: slashes, httpHeadersWithUnderscoresAction: underscores } = written;
  return {
    edgeProfile: profile === 'EDGE',
    mergeSlashes: httpMergeSlashes,
    escapedSlashes: Object.values(EscapedSlashes).find(known => known === slashes),
    headersWithUnderscores: Object.values(HeadersWithUnderscores).find(known => `${UNDERSCORES}${known}` === underscores),
  };
}
