import { InstallationStatement } from './installation-statement';
import { Inventory } from './inventory';
import { ISTIO_VALUES, LABEL_SELECTOR, settingsOfValues } from './istio-values';
import { INJECTOR_CONFIG_MAP, isInjectorConfigMap, SpecOf } from './kinds';
import { fullName, Resource } from './policy';
import { readDocuments } from '../../istio/documents';
import { shown } from '../../istio/problem';
import { list, map, object, Shape, text } from '../../util/shape';
import { InjectionSettings } from '../request/injection-settings';


const INJECTOR_CONFIG = object({
  policy: text,
  defaultTemplates: list(text),
  templates: map,
  neverInjectSelector: list(LABEL_SELECTOR),
  alwaysInjectSelector: list(LABEL_SELECTOR),
});

/** What the ConfigMaps of injectors say of the installation. */
export function injectorStatements(inventory: Inventory): InstallationStatement[] {
  const found = inventory.all('ConfigMap').filter(({ name, spec }) => isInjectorConfigMap(name) && (spec.values ?? spec.config) !== undefined);
  return found.map(resource => {
    const { injection, ...settings } = settingsOfValues(part(inventory, resource, 'values', ISTIO_VALUES) ?? {});
    const own = injectionOf(part(inventory, resource, 'config', INJECTOR_CONFIG) ?? {});
    const { name, location } = resource;
    return { where: `ConfigMap ${fullName(resource)}`, location, settings: { ...settings, injection: { ...injection, ...own } }, revision: name.slice(INJECTOR_CONFIG_MAP.length + 1) || 'default' };
  });
}

/** A part of the ConfigMap that is a document of its own. */
function part<T>(inventory: Inventory, resource: Resource<SpecOf<'ConfigMap'>>, name: 'values' | 'config', shape: Shape<T>): T | undefined {
  const { location: { document, line }, spec } = resource;
  const doubt = (at: string, message: string) => inventory.doubt({ document, line, object: `ConfigMap ${fullName(resource)}`, field: `data.${name}${at}`, message });
  const { objects, problems } = readDocuments(spec[name] ?? '');
  problems.forEach(({ message }) => doubt('', message));
  return shape(objects[0]?.object, '', (at, expected, value) => doubt(at, `must be ${expected}, got ${shown(value)}; correct it`));
}

function injectionOf(config: NonNullable<ReturnType<typeof INJECTOR_CONFIG>>): InjectionSettings {
  const { policy, defaultTemplates, templates, neverInjectSelector, alwaysInjectSelector } = config;
  const stated = {
    automatic: policy === undefined ? undefined : policy === 'enabled',
    defaultTemplates,
    ownTemplates: templates && Object.keys(templates),
    neverFor: neverInjectSelector,
    alwaysFor: alwaysInjectSelector,
  };
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
}
