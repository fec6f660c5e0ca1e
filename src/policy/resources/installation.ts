import { isDeepStrictEqual } from 'util';
import { injectorStatements } from './injector-config';
import { InstallationStatement } from './installation-statement';
import { Inventory } from './inventory';
import { operatorStatements } from './sail-operator';
import { valuesStatements } from './values-statements';
import { webhookStatements } from './webhook-configurations';
import { InjectionSettings } from '../request/injection-settings';
import { MeshSettings } from '../request/mesh-settings';
import { OutboundSettings } from '../request/outbound-settings';

const SOURCES = [injectorStatements, valuesStatements, operatorStatements, webhookStatements, deploymentStatements] as const;

/**
 * How Istio is installed, as far as the manifests tell. Which revisions and tags there are beside those is not known: some are made by
 * commands only. Everything is in doubt where two places do not agree.
 */
export function installationIn(inventory: Inventory): MeshSettings {
  const statements = SOURCES.flatMap(find => find(inventory));
  const revisions = [...new Set(statements.flatMap(({ revision }) => revision ?? []))];
  const revisionTags: Record<string, string> = Object.assign({}, ...statements.map(statement => statement.tags));
  return {
    ...agreed(inventory, statements, ({ settings: { injection, outbound, ...others } = {} }) => others),
    injection: agreed<InjectionSettings>(inventory, statements, ({ settings }) => settings?.injection ?? {}),
    outbound: agreed<OutboundSettings>(inventory, statements, ({ settings }) => settings?.outbound ?? {}),
    ...revisions.length > 0 ? { revisions, otherRevisions: true } : {},
    ...Object.keys(revisionTags).length > 0 ? { revisionTags } : {},
  };
}

type Part<S> = (statement: InstallationStatement) => S;

/** What the statements say together; of members that they say differently the first. */
function agreed<S extends object>(inventory: Inventory, statements: readonly InstallationStatement[], part: Part<S>): S {
  const all = new Map<string, { readonly value: unknown; readonly where: string }>();
  for (const statement of statements) {
    const { where, location: { document, line } } = statement;
    for (const [name, value] of Object.entries(part(statement))) {
      const before = all.get(name);
      if (value !== undefined && !before) all.set(name, { value, where });
      if (value === undefined || !before || isDeepStrictEqual(before.value, value)) continue;
      inventory.doubt({ document, line, object: where, field: '', message: `must say the same as ${before.where} of ${name}, got something else; keep the settings of one control plane` });
    }
  }
  return Object.fromEntries([...all].map(([name, { value }]) => [name, value])) as S;
}

/** The Deployments of istiod themselves. */
function deploymentStatements(inventory: Inventory): InstallationStatement[] {
  const all = inventory.all('Deployment').filter(({ meta }) => meta.labels?.app === 'istiod');
  return all.map(({ location, namespace, meta, name }) =>
    ({ where: `Deployment ${namespace}/${name}`, location, settings: { istioNamespace: meta.namespace }, revision: meta.labels?.['istio.io/rev'] }));
}
