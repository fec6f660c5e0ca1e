import { auditingRules, authorizersOf, decidingRules } from './deciding-rules';
import { NearMiss, nearestRule, undecidedFields } from './near-miss';
import { Passes } from './proxies/decide';
import { enforcedAt } from './proxies/enforced';
import { Rule } from './proxies/envoy-rule';
import { HopVerdict } from './proxies/verdict';
import { Stage } from './request/decision';
import { DeterminingPolicy } from './request/determining-policy';
import { actionOf, fullName } from './resources/policy';
import { Hop } from './topology/hop';

/** What one stage of a proxy did. */
export interface TraceStep {
  /** The stage. */
  readonly stage: Stage;
  /** What it did and why. */
  readonly outcome: string;
}

/** What one proxy on the way did with a request, and with which policies. */
export interface HopTrace {
  /** The proxy, such as `sidecar of shop/api`. */
  readonly proxy: string;
  /** The port as the proxy sees it. */
  readonly port: number;
  /** Its stages, in order, up to the one that refused. */
  readonly steps: TraceStep[];
  /** Policies that are attached to the proxy. */
  readonly considered: string[];
  /** Policies of the same namespaces that are not attached, and why. */
  readonly detached: string[];
  /** Rules that the proxy does not get, and why. */
  readonly dropped: string[];
  /** Rules that the proxy gets without some of their fields, so that they match more. */
  readonly widened: string[];
  /**
   * The ALLOW rule that came closest.
   *
   * @default - none, as the request is not refused for want of an ALLOW rule
   */
  readonly nearest?: NearMiss;
}

/** Tells what a proxy did. Everything is found out anew, so that decisions themselves stay cheap. */
export function traceHop(verdict: HopVerdict): HopTrace {
  const { hop, chain } = verdict;
  const policies = enforcedAt(hop, chain);
  const rules = [policies.deny, policies.allow, 'audit' in policies ? policies.audit : undefined].flatMap(set => set?.all ?? []);
  return {
    proxy: `${hop.at} ${hop.at === 'sidecar' || hop.at === 'ztunnel' ? 'of ' : ''}${fullName(hop.proxy)}`,
    port: hop.port,
    steps: reached(verdict).map(stage => ({ stage, outcome: outcomeOf(stage, verdict) })),
    considered: [...hop.attached.authorization, ...hop.attached.authentication].map(fullName),
    detached: [...hop.attached.detached, ...'unsupported' in policies ? policies.unsupported : []].map(({ policy, reason }) => `${fullName(policy)}: ${reason}`),
    dropped: policies.dropped.map(({ policy, index, reason }) => `${actionOf(policy)} ${fullName(policy)} rule ${index}: ${reason}`),
    widened: rules.filter(({ ignored }) => ignored.length > 0).map(rule => `${nameOf(rule)}: ${rule.ignored.join('; ')}`),
    nearest: verdict.stage === Stage.ALLOW && verdict.passes === 'no' && verdict.facts ? nearestRule(policies.allow?.all ?? [], verdict.facts) : undefined,
  };
}

const STAGES: Readonly<Record<Hop['at'], readonly Stage[]>> = {
  sidecar: Object.values(Stage),
  waypoint: Object.values(Stage),
  gateway: Object.values(Stage),
  ztunnel: [Stage.TRANSPORT, Stage.DENY, Stage.ALLOW],
};

/** The stages that a request met: those that exist on its filter chain, up to the one that refused. */
function reached({ hop, chain, stage, passes }: HopVerdict): Stage[] {
  const stages = STAGES[hop.at].filter(one => chain !== 'TCP' || one !== Stage.PROTOCOL && one !== Stage.TOKEN);
  return passes === 'no' && stage ? stages.slice(0, stages.indexOf(stage) + 1) : [...stages];
}

function outcomeOf(stage: Stage, verdict: HopVerdict): string {
  if (stage === verdict.stage && verdict.reason) return verdict.reason;
  switch (stage) {
    case Stage.TRANSPORT: return transport(verdict);
    case Stage.PROTOCOL: return 'the request is well-formed';
    case Stage.CUSTOM: return custom(verdict);
    case Stage.TOKEN: return verdict.token?.reason ?? 'no token is looked for';
    case Stage.AUDIT: return list(auditingRules(verdict), 'no AUDIT rule matches');
    case Stage.DENY: return stage === verdict.stage ? decided(verdict, 'refused by') : 'no DENY rule matches';
    case Stage.ALLOW: return allow(verdict);
  }
}

function transport({ hop, facts, chain }: HopVerdict): string {
  const mode = hop.at === 'sidecar' ? `${hop.mode.modes.join(' or ')}${scopes(hop.mode.policies)}; ` : '';
  const peer = facts?.peer ? `peer ${facts.peer}` : 'a peer without identity';
  return `${mode}${chain ?? 'TLS'} connection of ${peer}`;
}

function scopes(policies: readonly { namespace: string; name: string }[]): string {
  return policies.length === 0 ? '' : ` by ${policies.map(fullName).join(', ')}`;
}

function custom(verdict: HopVerdict): string {
  const authorizers = authorizersOf(verdict);
  if (authorizers.length === 0) return 'no external authorizer is asked';
  const outcomes: Record<Passes, string> = { 'yes': 'agrees', 'no': 'refuses', 'if asked': 'must be asked', 'unknown': 'may have to be asked' };
  const outcome = verdict.stage === Stage.CUSTOM ? outcomes[verdict.passes] : outcomes.yes;
  return authorizers.map(({ provider, broken }) => broken ? `refused, as ${broken}` : `'${provider}' ${outcome}`).join('; ');
}

function allow(verdict: HopVerdict): string {
  const { hop, chain, facts } = verdict;
  const rules = enforcedAt(hop, chain).allow?.all;
  if (!rules) return 'no ALLOW policy is attached, so everything passes';
  if (verdict.stage !== Stage.ALLOW) return verdict.passes === 'yes' ? decided(verdict, 'allowed by') : `${rules.length} ALLOW rules`;
  if (verdict.passes === 'no') return `refused, as none of ${rules.length} ALLOW rules matches`;
  return `not known, for want of ${facts ? undecidedFields(rules, facts).join(', ') : 'the connection'}`;
}

function decided(verdict: HopVerdict, how: string): string {
  if (verdict.passes !== 'unknown') return `${how} ${list(decidingRules(verdict), 'no rule')}`;
  const { hop, chain, facts } = verdict;
  const { deny } = enforcedAt(hop, chain);
  return `not known, for want of ${facts ? undecidedFields(deny.all, facts).join(', ') : 'the connection'}`;
}

function list(policies: readonly DeterminingPolicy[], none: string): string {
  return policies.length === 0 ? none : policies.map(({ action, namespace, name, rule }) => `${action} ${namespace}/${name} rule ${rule}`).join(', ');
}

function nameOf({ policy, index }: Rule): string {
  return `${actionOf(policy)} ${fullName(policy)} rule ${index}`;
}
