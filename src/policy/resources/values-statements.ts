import { whereValuesAre } from './helm-releases';
import { InstallationStatement } from './installation-statement';
import { Inventory } from './inventory';
import { IstioValues, revisionOfValues, settingsOfValues } from './istio-values';
import { fullName } from './policy';

/** Profiles of IstioOperators that come with Istio's network plugin. */
const WITH_PLUGIN = ['ambient', 'openshift', 'openshift-ambient'];

/** What IstioOperators and Helm's values say of the installation. */
export function valuesStatements(inventory: Inventory): InstallationStatement[] {
  return [...ofIstioOperators(inventory), ...ofHelm(inventory)];
}

function ofIstioOperators(inventory: Inventory): InstallationStatement[] {
  return inventory.all('IstioOperator').map(({ location, spec: { revision, values = {}, components, profile = '' }, ...resource }) => {
    const { injection, ...settings } = settingsOfValues(values);
    const networkPlugin = injection?.networkPlugin ?? components?.cni?.enabled ?? (WITH_PLUGIN.includes(profile) ? true : undefined);
    return {
      where: `IstioOperator ${fullName(resource)}`,
      location,
      settings: { ...settings, injection: { ...injection, networkPlugin } },
      ...revisionOfValues({ ...values, revision: revision ?? values.revision }),
    };
  });
}

function ofHelm(inventory: Inventory): InstallationStatement[] {
  return inventory.all('HelmValues').map(resource => {
    const { location, spec } = resource;
    return { where: whereValuesAre(resource), location, settings: settingsOfValues(spec), ...isOfIstiod(spec) ? revisionOfValues(spec) : {} };
  });
}

/** Values that hold nothing of istiod are those of another chart. */
function isOfIstiod({ revision, meshConfig, pilot, sidecarInjectorWebhook, revisionTags }: IstioValues): boolean {
  return [revision, meshConfig, pilot, sidecarInjectorWebhook, revisionTags].some(member => member !== undefined);
}
