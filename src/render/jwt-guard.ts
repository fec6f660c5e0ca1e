import { portsAt } from './attachment';
import { complementOf, MAX_OPERATIONS, RequestBox } from './complement';
import { claimKey } from './condition';
import { preflightConditions, requestPrincipals } from './jwt-allow';
import { JwtPlan } from './jwt-plan';
import { httpFields } from './operation';
import { httpPortsOf } from './port';
import { principalsOf } from './source';
import { Caller } from '../intent/caller';
import { PreflightData } from '../intent/intent';
import { JwtIssuerData } from '../intent/jwt-issuer';
import { HttpOperationData, isHttp } from '../intent/operation-data';
import { AuthorizationCondition, AuthorizationRule, AuthorizationRuleFrom } from '../istio/authorization-policy';
import { groupedBy } from '../util/grouped';

/**
 * DENY rules for every request without a token that is not public: written by negation, so that no spelling of a path slips past, and always with
 * ports, since without them a DENY with HTTP fields closes every TCP port of the workload.
 *
 * Exempt callers are left out of it. Where the API shares a port with the metrics of the namespace, their readers get a rule of their own, in
 * which the metrics path is public too.
 */
export function guardRules(plan: JwtPlan): AuthorizationRule[] {
  const { intent, ports, attachment } = plan;
  const open = publicBoxes(plan);
  const metrics = intent.namespace.metrics;
  const shared = attachment.proxy === 'sidecar' ? ports.filter(port => metrics?.ports.includes(port)) : [];
  if (!metrics || shared.length === 0) { return rulesFor({ notCallers: intent.exemptCallers }, open, plan); }
  const reading: RequestBox = { methods: ['GET'], paths: [metrics.path], hosts: [], ports: shared.map(String), conditions: [] };
  const { readers } = metrics;
  if (readers.some(reader => reader.kind === 'anyone')) { return rulesFor({ notCallers: intent.exemptCallers }, [...open, reading], plan); }
  return [
    ...rulesFor({ notCallers: [...intent.exemptCallers, ...readers] }, open, plan),
    ...rulesFor({ callers: readers, notCallers: intent.exemptCallers }, [...open, reading], plan),
  ];
}

function publicBoxes(plan: JwtPlan): RequestBox[] {
  const { intent } = plan;
  const operations = intent.publicOperations.filter(isHttp).map(operation => boxOf(operation, plan));
  return [...operations, ...intent.preflight ? [preflightBox(intent.preflight, plan)] : []];
}

function preflightBox({ origins, callers }: PreflightData, plan: JwtPlan): RequestBox {
  return { methods: ['OPTIONS'], paths: [], hosts: [], ports: [], conditions: [...preflightConditions(origins), ...isFrom(callers, plan)] };
}

/** What is open to some callers is a request like any other of anybody else. Where nobody is named, it is open to everyone. */
function isFrom(callers: readonly Caller[], { intent }: JwtPlan): AuthorizationCondition[] {
  if (callers.length === 0 || callers.some(caller => caller.kind === 'anyone')) { return []; }
  return [{ key: 'source.principal', values: principalsOf(callers, intent.mesh, intent.namespace) }];
}

function boxOf(operation: HttpOperationData, plan: JwtPlan): RequestBox {
  const { intent, attachment, ports, problems } = plan;
  const own = httpPortsOf(operation, intent.target, []);
  const everyPort = ports.every(port => own.includes(port));
  const fields = { methods: [], paths: [], hosts: [], ...httpFields(operation) };
  return { ...fields, ports: everyPort ? [] : portsAt(attachment, own, problems), conditions: isFrom(intent.publicCallers, plan) };
}

/** Closes all but what is open: one rule for all negations without conditions, and one for each set of conditions, which hold for a whole rule. */
function rulesFor(who: Who, open: readonly RequestBox[], plan: JwtPlan): AuthorizationRule[] {
  const ports = portsAt(plan.attachment, plan.ports, plan.problems);
  const negations = complementOf(open, MAX_OPERATIONS).filter(({ operation }) => !ports.every(port => operation.notPorts?.includes(port)));
  if (negations.length === 0 && ports.length > 0) {
    plan.problems.push('publicOperations must leave something that needs a token, got every request on every port of the API; name what is public');
  }
  if (negations.length > MAX_OPERATIONS) {
    plan.problems.push(`publicOperations must differ in fewer ways, got so many that closing the rest would take more than ${MAX_OPERATIONS} rules; `
      + 'use the same methods, hosts and ports for more of them');
  }
  return [...groupedBy(negations, ({ when }) => JSON.stringify(when)).values()].map(group => {
    const { from, when } = tokenless(who, plan);
    const conditions = [...when, ...group[0].when];
    return {
      ...from,
      to: group.map(negation => ({ operation: { ...negation.operation, ports } })),
      ...(conditions.length === 0 ? {} : { when: conditions }),
    };
  });
}

interface Who { readonly callers?: readonly Caller[]; readonly notCallers: readonly Caller[] }

/** Requests without a token: no request principal of an issuer, and of those whose tokens may lack a subject no `iss` claim. */
function tokenless(who: Who, { intent }: JwtPlan): { from: { from?: AuthorizationRuleFrom[] }; when: AuthorizationCondition[] } {
  const namesOf = (issuers: readonly JwtIssuerData[]) => issuers.map(({ issuer }) => issuer);
  const byPrincipal = namesOf(intent.issuers.filter(({ tokensWithoutSubject }) => !tokensWithoutSubject));
  const byClaim = namesOf(intent.issuers.filter(({ tokensWithoutSubject }) => tokensWithoutSubject));
  const notPrincipals = principalsOf(who.notCallers, intent.mesh, intent.namespace);
  const source = {
    ...(who.callers ? { principals: principalsOf(who.callers, intent.mesh, intent.namespace) } : {}),
    ...(notPrincipals.length === 0 ? {} : { notPrincipals }),
    ...(byPrincipal.length === 0 ? {} : { notRequestPrincipals: requestPrincipals(byPrincipal) }),
  };
  return {
    from: Object.keys(source).length === 0 ? {} : { from: [{ source }] },
    when: byClaim.length === 0 ? [] : [{ key: claimKey('iss'), notValues: byClaim }],
  };
}
