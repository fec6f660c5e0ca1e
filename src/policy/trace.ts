import { auditingRules, authorizersOf, decidingRules } from './deciding-rules';
import { NearMiss, nearestRule, undecidedFields } from './near-miss';
import { Passes } from './proxies/decide';
import { enforcedAt } from './proxies/enforced';
import { Rule } from './proxies/rule';
import { HopVerdict } from './proxies/verdict';
import { Stage } from './request/decision';
import { DeterminingPolicy } from './request/determining-policy';
import { actionOf, constructOf, fullName, Resource } from './resources/policy';
import { Hop } from './way/hop';

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

/** A policy as far as it is named. */
type PolicyName = Pick<DeterminingPolicy, 'namespace' | 'name' | 'construct'>;

/** How a policy is called in a trace. */
export type Title = (policy: PolicyName) => string;

/** `NAMESPACE/NAME`, and the path of the construct that made it. */
export function titled(policy: PolicyName): string {
  return policy.construct === undefined ? fullName(policy) : `${fullName(policy)} (${policy.construct})`;
}

/** Tells what a proxy did. Everything is found out anew, so that decisions themselves stay cheap. */
export function traceHop(verdict: HopVerdict, title: Title = fullName): HopTrace {
  const { hop, chain } = verdict;
  const policies = enforcedAt(hop, chain);
  const rules = [policies.deny, policies.allow, 'audit' in policies ? policies.audit : undefined].flatMap(set => set?.all ?? []);
  const called = (policy: Resource<unknown>) => title({ ...policy, construct: constructOf(policy) });
  const ruleName = ({ policy, index }: Pick<Rule, 'index' | 'policy'>) => `${actionOf(policy)} ${called(policy)} rule ${index}`;
  const isRefusedForWant = verdict.stage === Stage.ALLOW && verdict.passes === 'no';
  return {
    proxy: `${hop.at} ${hop.at === 'sidecar' || hop.at === 'ztunnel' ? 'of ' : ''}${fullName(hop.proxy)}`,
    port: hop.port,
    steps: reached(verdict).map(stage => ({ stage, outcome: outcomeOf(stage, verdict, title) })),
    considered: [...hop.attached.authorization, ...hop.attached.authentication].map(called),
    detached: [...hop.attached.detached(), ...'unsupported' in policies ? policies.unsupported : []].map(({ policy, reason }) => `${called(policy)}: ${reason}`),
    dropped: policies.dropped.map(rule => `${ruleName(rule)}: ${rule.reason}`),
    widened: rules.filter(({ ignored }) => ignored.length > 0).map(rule => `${ruleName(rule)}: ${rule.ignored.join('; ')}`),
    nearest: isRefusedForWant && verdict.facts ? nearestRule(policies.allow?.all ?? [], verdict.facts, ruleName) : undefined,
  };
}

const OF_ENVOY = Object.values(Stage).filter(stage => stage !== Stage.NETWORK);

const STAGES: Readonly<Record<Hop['at'], readonly Stage[]>> = {
  sidecar: OF_ENVOY,
  waypoint: OF_ENVOY,
  gateway: OF_ENVOY,
  ztunnel: [Stage.TRANSPORT, Stage.DENY, Stage.ALLOW],
};

/** The stages that a request met: those that exist on its filter chain, up to the one that refused. */
function reached({ hop, chain, stage, passes }: HopVerdict): Stage[] {
  const stages = STAGES[hop.at].filter(one => chain !== 'TCP' || one !== Stage.PROTOCOL && one !== Stage.TOKEN);
  return passes === 'no' && stage ? stages.slice(0, stages.indexOf(stage) + 1) : [...stages];
}

/** What stages say that have nothing to do with an answer. */
const IDLE: { readonly [stage in Stage]?: string } = {
  [Stage.PROTOCOL]: 'the request is well-formed',
  [Stage.CUSTOM]: 'no external authorizer is asked',
  [Stage.TOKEN]: 'no token is looked for',
  [Stage.AUDIT]: 'no AUDIT rule matches',
  [Stage.DENY]: 'no DENY rule matches',
};

/** Whether a stage let everything pass that was there. */
export function isIdle({ stage, outcome }: TraceStep): boolean {
  return IDLE[stage] === outcome;
}

function outcomeOf(stage: Stage, verdict: HopVerdict, title: Title): string {
  if (stage === verdict.stage && verdict.reason) return verdict.reason;
  const idle = IDLE[stage] ?? '';
  switch (stage) {
    case Stage.NETWORK: return idle; // is before all proxies
    case Stage.TRANSPORT: return transport(verdict, title);
    case Stage.PROTOCOL: return idle;
    case Stage.CUSTOM: return custom(verdict) ?? idle;
    case Stage.TOKEN: return verdict.token?.reason ?? idle;
    case Stage.AUDIT: return list(auditingRules(verdict), idle, title);
    case Stage.DENY: return stage === verdict.stage ? decided(verdict, 'refused by', title) : idle;
    case Stage.ALLOW: return allow(verdict, title);
  }
}

function transport({ hop, facts, peer = facts?.peer, chain }: HopVerdict, title: Title): string {
  const policies = hop.at === 'sidecar' ? hop.mode.policies.map(policy => title({ ...policy, construct: constructOf(policy) })) : [];
  const by = policies.length === 0 ? '' : ` by ${policies.join(', ')}`;
  const mode = hop.at === 'sidecar' ? `${hop.mode.modes.join(' or ')}${by}; ` : '';
  return `${mode}${chain ?? 'TLS'} connection of ${peer ? `peer ${peer}` : 'a peer without identity'}`;
}

function custom(verdict: HopVerdict): string | undefined {
  const authorizers = authorizersOf(verdict);
  if (authorizers.length === 0) return undefined;
  const outcomes: Record<Passes, string> = { 'yes': 'agrees', 'no': 'refuses', 'if asked': 'must be asked', 'unknown': 'may have to be asked' };
  const outcome = outcomes[verdict.custom ?? 'yes'];
  return authorizers.map(({ provider, broken }) => broken ? `refused, as ${broken}` : `'${provider}' ${outcome}`).join('; ');
}

function allow(verdict: HopVerdict, title: Title): string {
  const rules = enforcedAt(verdict.hop, verdict.chain).allow?.all;
  if (!rules) return 'no ALLOW policy is attached, so everything passes';
  if (verdict.stage !== Stage.ALLOW) return verdict.passes === 'yes' ? decided(verdict, 'allowed by', title) : `${rules.length} ALLOW rules`;
  if (verdict.passes === 'no') return `refused, as none of ${rules.length} ALLOW rules matches`;
  return `not known, for want of ${unknownFields(verdict)}`;
}

function decided(verdict: HopVerdict, how: string, title: Title): string {
  return verdict.passes === 'unknown' ? `not known, for want of ${unknownFields(verdict)}` : `${how} ${list(decidingRules(verdict), 'no rule', title)}`;
}

/** What rules ask for that is not known, of the stage at which that matters. */
export function unknownFields(verdict: HopVerdict): string {
  const { hop, chain, facts, customFacts, stage } = verdict;
  if (!facts) return 'the connection';
  const policies = enforcedAt(hop, chain);
  if (stage === Stage.CUSTOM) return undecidedFields(authorizersOf(verdict).flatMap(({ rules }) => rules.all), customFacts ?? facts).join(', ');
  return undecidedFields((stage === Stage.DENY ? policies.deny : policies.allow)?.all ?? [], facts).join(', ');
}

function list(policies: readonly DeterminingPolicy[], none: string, title: Title): string {
  return policies.length === 0 ? none : policies.map(policy => `${policy.action} ${title(policy)} rule ${policy.rule}`).join(', ');
}
