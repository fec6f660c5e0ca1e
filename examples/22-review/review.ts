import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { AccessChange, AccessMap, PolicyComparison, PolicySet } from 'cdk8s-zero-trust';

/** What a reviewer asks: who can reach orders as it is, and what does the pull request open? */
export function review(): string {
  const [before, after] = ['before.yaml', 'after.yaml'].map(read);
  const comparison = PolicyComparison.of(before, after);
  return [
    'Who can reach orders:',
    ...AccessMap.of(before).into('shop/orders').map(row => row.toString()),
    `\nThe pull request is ${comparison.permissiveness}:`,
    ...comparison.changes.map(shown),
  ].join('\n');
}

/** What is opened or closed, a request that shows it, the rules that let it pass, and the objects whose change does it. */
function shown(change: AccessChange): string {
  const rules = change.after?.determiningPolicies.map(({ namespace, name, rule }) => `${namespace}/${name} rule ${rule}`) ?? [];
  const causes = change.causes.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
  return `${change.toString()}\n  such as ${JSON.stringify(change.witness)}\n  by ${rules.join(', ')}\n  because of ${causes.join(', ')}\n`;
}

function read(file: string): PolicySet {
  return PolicySet.fromYaml(readFileSync(path.join(__dirname, file), 'utf8'));
}

if (require.main === module) process.stdout.write(review());
