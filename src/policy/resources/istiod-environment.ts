import { whereValuesAre } from './helm-releases';
import { Inventory } from './inventory';
import { PodTemplate } from './kinds';
import { fullName } from './policy';
import { Location } from '../../istio/manifest';
import { readSwitch, SWITCH_NAMES } from '../request/istiod-switches';

type Environment = Readonly<Record<string, string>>;
type Variables = readonly { readonly name?: string; readonly value?: string }[];

/** A place where the manifests say with which environment istiod runs. */
interface Stated {
  /** Such as `Deployment istio-system/istiod`. */
  readonly where: string;
  readonly field: string;
  readonly location: Location;
  readonly environment: Environment;
}

/**
 * The environment of istiod: of its Deployment, else of an operator's objects, else of Helm's values. Undefined where the manifests do not have the
 * installation; everything is in doubt where two places set its switches differently.
 */
export function istiodEnvironmentIn(inventory: Inventory): Environment | undefined {
  const [first, ...others] = [...deployments(inventory), ...operators(inventory), ...sailOperators(inventory), ...helmValues(inventory)];
  others.filter(({ environment }) => !isSame(environment, first.environment)).forEach(({ where, field, location: { document, line } }) =>
    inventory.doubt({ document, line, object: where, field, message: `must set the switches of istiod as ${first.where} does, got others; keep those of one control plane` }));
  return first?.environment;
}

function deployments(inventory: Inventory): Stated[] {
  return inventory.all('Deployment').flatMap(({ location, spec: { template = {} }, ...resource }) => {
    const container = isIstiod(resource.name, template) ? template.spec?.containers?.find(({ name }) => name === 'discovery') : undefined;
    if (!container) return [];
    return [{ where: `Deployment ${fullName(resource)}`, field: 'spec.template.spec.containers', location, environment: ofVariables(container.env) }];
  });
}

function isIstiod(name: string, { metadata }: PodTemplate): boolean {
  return name === 'istiod' || name.startsWith('istiod-') || metadata?.labels?.app === 'istiod';
}

function operators(inventory: Inventory): Stated[] {
  return inventory.all('IstioOperator').map(({ location, spec: { values, components }, ...resource }) => {
    const environment = { ...values?.pilot?.env, ...ofVariables(components?.pilot?.k8s?.env) };
    return { where: `IstioOperator ${fullName(resource)}`, field: 'spec.values.pilot.env', location, environment };
  });
}

function sailOperators(inventory: Inventory): Stated[] {
  return (['Istio', 'IstioRevision'] as const).flatMap(kind => inventory.all(kind).map(({ location, name, spec: { values } }) =>
    ({ where: `${kind} ${name}`, field: 'spec.values.pilot.env', location, environment: { ...values?.env, ...values?.pilot?.env } })));
}

/** Values that do not say anything of istiod's environment are those of other charts beside values that do. */
function helmValues(inventory: Inventory): Stated[] {
  const all = inventory.all('HelmValues').map(({ location, spec: { pilot, env }, ...resource }) =>
    ({ where: whereValuesAre(resource), field: 'pilot.env', location, environment: { ...env, ...pilot?.env }, says: pilot?.env ?? env }));
  const saying = all.filter(({ says }) => says);
  return saying.length > 0 ? saying : all;
}

function ofVariables(variables: Variables = []): Environment {
  return Object.fromEntries(variables.flatMap(({ name, value }) => name === undefined || value === undefined ? [] : [[name, value]]));
}

function isSame(a: Environment, b: Environment): boolean {
  return SWITCH_NAMES.every(name => readSwitch(a, name) === readSwitch(b, name));
}
