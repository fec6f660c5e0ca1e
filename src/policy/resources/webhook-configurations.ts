import { InstallationStatement } from './installation-statement';
import { Inventory } from './inventory';
import { SpecOf } from './kinds';

type Webhook = NonNullable<SpecOf<'MutatingWebhookConfiguration'>['webhooks']>[number];

/** Which revisions and tags inject sidecars, by the webhooks in the manifests. */
export function webhookStatements(inventory: Inventory): InstallationStatement[] {
  return inventory.all('MutatingWebhookConfiguration').flatMap(({ location, name, meta: { labels = {} }, spec }) => {
    const { 'istio.io/rev': revision, 'istio.io/tag': tag } = labels;
    const armed = (spec.webhooks ?? []).filter(isArmed);
    if (revision === undefined || armed.length === 0) return [];
    const has = (prefix: string) => armed.some(webhook => webhook.name?.startsWith(prefix));
    const injection = {
      inEveryNamespace: has('namespace.') ? has('auto.') : undefined,
      defaultByName: revision === 'default' && tag === undefined ? !has('namespace.') : undefined,
    };
    return [{ where: `MutatingWebhookConfiguration ${name}`, location, settings: { injection }, revision, tags: tag === undefined ? undefined : { [tag]: revision } }];
  });
}

/** A webhook that a tag has taken the place of is left with a selector that matches nothing. */
function isArmed({ namespaceSelector }: Webhook): boolean {
  return namespaceSelector?.matchLabels?.['istio.io/deactivated'] === undefined;
}
