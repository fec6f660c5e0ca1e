import { rulesOf } from './access';
import { Attachment, attachmentOf } from './attachment';
import { checkConditions, checkScope, needsWaypoint } from './checks';
import { Rendering } from './rendering';
import { securityLog } from './security-telemetry';
import { fromOf } from './source';
import { AuditIntent } from '../intent/audit-intent';
import { AuthorizationPolicyAction, AuthorizationPolicySpec } from '../istio/authorization-policy';
import { TelemetrySpec } from '../istio/telemetry';

/** True of what a rule of an AUDIT policy matches; of other requests the metadata may be missing altogether. */
const IS_AUDITED = "'envoy.common' in metadata.filter_metadata && metadata.filter_metadata['envoy.common']['access_log_hint'] == true";

/**
 * AUDIT by the rules that an ALLOW of the same calls would have, and beside it the access log that shows what it matches, for the same proxies: without one an AUDIT is not seen anywhere.
 */
export function renderAudit(intent: AuditIntent): Rendering {
  const problems: string[] = [];
  const { mesh, namespace, target, calls, isLoggedElsewhere } = intent;
  const attachment = attachmentOf(target, namespace, problems);
  checkScope(intent, attachment, problems);
  if (attachment.proxy === 'ztunnel') {
    return { specs: {}, problems: [...problems, needsWaypoint('AUDIT, which ztunnel does not know,', attachment)] };
  }
  const rules = calls.flatMap(one => {
    checkConditions(one.conditions, attachment, mesh, problems);
    return one.operations.length === 0 ? [fromOf(one.callers, mesh, namespace)] : rulesOf({ mesh, namespace, target, ...one }, attachment, problems);
  });
  const policy: AuthorizationPolicySpec = { ...attachment.scope, action: AuthorizationPolicyAction.AUDIT, rules };
  return { specs: { policy, ...isLoggedElsewhere ? {} : { 'access-log': accessLog(attachment, intent) } }, problems };
}

/** Providers of a Telemetry take the place of those that it inherits. */
function accessLog({ scope }: Attachment, { provider, keptProviders, securityLog: log }: AuditIntent): TelemetrySpec {
  return {
    ...scope,
    accessLogging: [
      { providers: [{ name: provider }], filter: { expression: IS_AUDITED } },
      ...log === undefined ? [] : [securityLog(log)],
      ...keptProviders.length === 0 ? [] : [{ providers: keptProviders.map(name => ({ name })) }],
    ],
  };
}
