import { restOn, StatedOperation } from './all-but';
import { apiPorts } from './api-ports';
import { Attachment, attachmentOf, portsAt } from './attachment';
import { checkScope, needsWaypoint } from './checks';
import { httpFields } from './operation';
import { httpPortsOf } from './port';
import { Rendering } from './rendering';
import { ExternalAuthorizationIntent } from '../intent/external-authorization-intent';
import { HttpOperationData, operationText } from '../intent/operation-data';
import { AuthorizationPolicyAction, AuthorizationPolicySpec } from '../istio/authorization-policy';
import { quoted } from '../util/text';

/**
 * The authorizer is asked about all that is not named, so that no spelling of a path goes unasked, and always with ports, since without them
 * it would be asked about every TCP connection, too.
 */
export function renderExternalAuthorization(intent: ExternalAuthorizationIntent): Rendering<'custom-policy'> {
  const problems: string[] = [];
  const { target, namespace, provider: { name } } = intent;
  const attachment = attachmentOf(target, namespace, problems);
  if (attachment.proxy === 'ztunnel') { problems.push(needsWaypoint('an external authorizer', attachment)); }
  checkScope(intent, attachment, problems);
  const { requests, connections } = askedPorts(intent, problems);
  const stated = intent.unaskedOperations.map(operation => statedAt(operation, requests, intent, attachment, problems));
  checkAsked(requests, stated, attachment, problems);
  const asked = restOn(portsAt(attachment, [...requests, ...connections], problems), stated, 'unaskedOperations', problems);
  const policy: AuthorizationPolicySpec = {
    ...attachment.scope, action: AuthorizationPolicyAction.CUSTOM, provider: { name }, rules: [{ to: asked.map(operation => ({ operation })) }],
  };
  return { specs: { 'custom-policy': policy }, problems };
}

interface AskedPorts { readonly requests: readonly number[]; readonly connections: readonly number[] }

/** The ports at which it is asked about requests, and those at which about connections, as only one over gRPC is. */
function askedPorts(intent: ExternalAuthorizationIntent, problems: string[]): AskedPorts {
  const { ports, target, provider } = intent;
  const isTcp = (wanted: number) => target.ports.some(({ number, transport, protocol }) => number === wanted && transport === 'TCP' && protocol === 'tcp');
  const connections = ports.filter(isTcp);
  if (connections.length > 0 && provider.kind === 'extAuthzHttp') {
    problems.push(`ports must speak HTTP, got ${connections.join(', ')} of ${quoted(target.path)}, declared TCP: an authorizer over HTTP is not asked about connections, which all pass; `
      + 'ask over gRPC by ExtensionProvider.extAuthzGrpc, or leave them to the callers of a ServiceAccess');
  }
  const others = ports.filter(port => !isTcp(port));
  if (ports.length > 0 && others.length === 0) { return { requests: [], connections }; }
  return { requests: apiPorts({ ...intent, ports: others }, problems), connections };
}

function statedAt(
  operation: HttpOperationData, requests: readonly number[], { target }: ExternalAuthorizationIntent, attachment: Attachment, problems: string[],
): StatedOperation {
  const own = operation.ports.length === 0 ? requests : httpPortsOf(operation, target, problems);
  const elsewhere = own.find(port => !requests.includes(port));
  if (elsewhere !== undefined || requests.length === 0) {
    problems.push(`unaskedOperations must be of the HTTP ports at which the authorizer is asked${requests.length === 0 ? '' : `, ${requests.join(', ')}`}, got ${operationText(operation)}; `
      + `leave it out, or add ${elsewhere ?? 'its port'} to 'ports'`);
  }
  return { fields: httpFields(operation), ports: portsAt(attachment, own, []) };
}

/** At a port where nothing is asked, the authorizer is there in vain. */
function checkAsked(requests: readonly number[], stated: readonly StatedOperation[], attachment: Attachment, problems: string[]): void {
  const isAll = (number: string) => stated.some(({ fields, ports }) => Object.keys(fields).length === 0 && ports.includes(number));
  const unasked = requests.filter(port => portsAt(attachment, [port], []).some(isAll));
  if (unasked.length > 0) {
    problems.push(`unaskedOperations must leave something that the authorizer is asked about, got every request on port ${unasked.join(', ')}; name what passes without, or take the port out of 'ports'`);
  }
}
