import { Labels } from '../resources/inventory';

const CANONICAL_NAME = 'service.istio.io/canonical-name';
const CANONICAL_REVISION = 'service.istio.io/canonical-revision';
const TLS_MODE = 'security.istio.io/tlsMode';
const NAMING_TEMPLATES = ['sidecar', 'gateway', 'grpc-agent'];

/** The labels that injection gives a pod, by its own labels and the name of what made it. */
export function injectedLabels(templates: readonly string[], labels: Labels, owner: string): Labels {
  if (!templates.some(template => NAMING_TEMPLATES.includes(template))) return {};
  const name = labels[CANONICAL_NAME] || labels['app.kubernetes.io/name'] || labels.app || owner;
  return {
    [CANONICAL_NAME]: name.slice(0, 63).replace(/^[-_.]+|[-_.]+$/g, ''),
    [CANONICAL_REVISION]: labels[CANONICAL_REVISION] || labels['app.kubernetes.io/version'] || labels.version || 'latest',
    ...templates.includes('sidecar') ? { [TLS_MODE]: labels[TLS_MODE] || 'istio' } : {},
  };
}
