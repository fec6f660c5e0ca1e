import { readDocuments } from '../../istio/documents';
import { flag, number, object, Shaped, text, word } from '../../util/shape';
import { ConnectionSettings, EscapedSlashes, HeadersWithUnderscores } from '../request/connection-settings';
import { InterceptionMode } from '../request/injection-settings';

/** What is read of a ProxyConfig: `meshConfig.defaultConfig`, or the annotation of pods. */
export const PROXY_CONFIG = object({
  interceptionMode: word(...Object.values(InterceptionMode)),
  gatewayTopology: object({ numTrustedProxies: number }),
  connectionSettings: object({
    profile: text,
    httpMergeSlashes: flag,
    httpPathWithEscapedSlashesAction: text,
    httpHeadersWithUnderscoresAction: text,
  }),
});

export type ProxyConfig = Shaped<typeof PROXY_CONFIG>;

/** The ProxyConfig that an annotation holds as YAML; empty for what is none. */
export function annotatedConfig(annotation: string): ProxyConfig {
  const [document] = readDocuments(annotation).objects;
  return PROXY_CONFIG(document?.object) ?? {};
}

export function connectionSettingsOf({ connectionSettings: written }: ProxyConfig): ConnectionSettings | undefined {
  if (!written) return undefined;
  const { profile, httpMergeSlashes, httpPathWithEscapedSlashesAction: slashes, httpHeadersWithUnderscoresAction: underscores } = written;
  return {
    edgeProfile: profile === 'EDGE',
    mergeSlashes: httpMergeSlashes,
    escapedSlashes: Object.values(EscapedSlashes).find(known => known === slashes),
    headersWithUnderscores: Object.values(HeadersWithUnderscores).find(known => `HEADERS_WITH_UNDERSCORES_${known}` === underscores),
  };
}
