import { InstallationStatement } from './installation-statement';
import { Inventory } from './inventory';
import { settingsOfValues } from './istio-values';
import { SpecOf } from './kinds';
import { MeshSettings } from '../request/mesh-settings';

/** What the kinds of Istio's operator for Kubernetes say of the installation. */
export function operatorStatements(inventory: Inventory): InstallationStatement[] {
  const istios = inventory.all('Istio').map(({ location, name, spec }) => ({ where: `Istio ${name}`, location, settings: settingsOf(spec), revision: revisionOf(name, spec) }));
  const revisions = inventory.all('IstioRevision').map(({ location, name, spec }) => ({ where: `IstioRevision ${name}`, location, settings: settingsOf(spec), revision: name }));
  const tags = inventory.all('IstioRevisionTag').map(({ location, name, spec: { targetRef: { kind, name: target = '' } = {} } }) => {
    const istio = kind === 'Istio' ? inventory.all('Istio').find(one => one.name === target) : undefined;
    return { where: `IstioRevisionTag ${name}`, location, tags: { [name]: istio ? revisionOf(istio.name, istio.spec) : target } };
  });
  const plugins = inventory.all('IstioCNI').map(({ location, name, spec: { values } }) => {
    const { ambientExcludedNamespaces } = settingsOfValues(values ?? {});
    return { where: `IstioCNI ${name}`, location, settings: { ambientExcludedNamespaces } };
  });
  return [...istios, ...revisions, ...tags, ...plugins];
}

function settingsOf({ namespace, values = {} }: SpecOf<'Istio'>): MeshSettings {
  const settings = settingsOfValues(values);
  return { ...settings, istioNamespace: settings.istioNamespace ?? namespace };
}

/** An update in place keeps the name; otherwise each version is a revision of its own. */
function revisionOf(name: string, { updateStrategy, version = '' }: SpecOf<'Istio'>): string {
  return updateStrategy?.type === 'RevisionBased' ? `${name}-${version.replace(/\./g, '-')}` : name;
}
