import { ConditionData } from '../intent/condition';
import { AuthorizationCondition } from '../istio/authorization-policy';

/** The `when` entry for a condition. */
export function whenOf(condition: ConditionData): AuthorizationCondition {
  return { key: keyOf(condition), values: [...condition.values] };
}

export function headerKey(name: string): string { return `request.headers[${name}]`; }

export function claimKey(...path: string[]): string { return `request.auth.claims${path.map(name => `[${name}]`).join('')}`; }

function keyOf(condition: ConditionData): string {
  switch (condition.kind) {
    case 'header': return headerKey(condition.name);
    case 'claim': return claimKey(...condition.path);
    case 'audience': return 'request.auth.audiences';
    case 'presenter': return 'request.auth.presenter';
    case 'sourceIp': return 'source.ip';
    case 'sni': return 'connection.sni';
  }
}
