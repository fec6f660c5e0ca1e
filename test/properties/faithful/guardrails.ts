import { AppRecipe, enforced, enforcement, exemptBy, Guardrail, isGuarded, Op, ownWaypoints, Pods, siteOf, Who } from './recipe';

/** A guardrail before it is known what it is for. */
export interface DrawnGuardrail {
  readonly target: number;
  readonly scope: 'workload' | 'namespace' | 'mesh';
  readonly kind: 'only' | 'none' | 'noOperation';
  readonly callers: Who[];
  readonly operation: Op;
  readonly isDryRun: boolean;
  readonly exempts: boolean;
}

/** One that forbids nothing that is stated, as the library would refuse it; in dry run whatever it is. */
export function fitGuardrail(app: AppRecipe, pods: Pods, { scope, kind, callers, operation, isDryRun, exempts }: DrawnGuardrail): Guardrail[] {
  const { name: workload, namespace } = pods;
  if (scope === 'mesh' && !app.mesh) { return []; }
  const to = scope === 'workload' ? { workload, namespace } : scope === 'namespace' ? { namespace } : scope;
  if (isDryRun) { return triedOut(app, pods, { to, law: kind === 'noOperation' ? { noOperation: operation } : kind === 'none' || scope === 'mesh' ? { none: callers } : { only: callers } }); }
  if (kind === 'noOperation') { return scope === 'workload' && mayForbid(app, pods, operation) ? [{ to, law: { noOperation: operation } }] : []; }
  // plaintext might be anybody's
  if (app.exceptions.some(opened => isGuarded(app.workloads.find(({ name }) => name === opened.to)!, to))) { return []; }
  const stated = statedFor(app, { to, exempts });
  if (kind === 'none') {
    const none = callers.filter(who => !stated.some(one => includes(who, one)));
    return none.length > 0 ? [{ to, law: { none }, exempts }] : [];
  }
  return scope === 'mesh' || stated.some(who => 'all' in who) ? [] : [{ to, law: { only: [...callers, ...stated] }, exempts }];
}

/** At ztunnel nothing is. */
function triedOut(app: AppRecipe, pods: Pods, guardrail: Guardrail): Guardrail[] {
  const { to, law } = guardrail;
  const isSeen = to === 'mesh' || ('workload' in to ? enforcement(app, pods) !== 'ztunnel' : siteOf(app, to.namespace)!.plane !== 'ambient' || ownWaypoints(siteOf(app, to.namespace)!, app.workloads).length > 0);
  // plaintext that an exception lets in might be anybody's
  const isOpen = 'none' in law && app.exceptions.some(opened => isGuarded(app.workloads.find(({ name }) => name === opened.to)!, to));
  const isPossible = !isOpen && (!('noOperation' in law) || (to !== 'mesh' && 'workload' in to && pods.service !== 'none'));
  return isSeen && isPossible ? [{ ...guardrail, isDryRun: true }] : [];
}

/** Everybody to whom something is promised at what a guardrail is for. */
function statedFor(app: AppRecipe, guardrail: Pick<Guardrail, 'to' | 'exempts'>): readonly Who[] {
  const [{ workloads, apis, sites }, { to: at }] = [app, guardrail];
  const exempt = exemptBy(app, guardrail);
  const names = workloads.filter(pods => isGuarded(pods, at)).map(({ name }) => name);
  const anyone: readonly Who[] = [{ all: 'anyone' }];
  return [
    ...enforced(app).filter(one => names.includes(one.to) && !exempt.includes(one)).flatMap(one => one.callers),
    ...apis.filter(({ to }) => names.includes(to)).flatMap(made => [
      ...made.rules.flatMap(one => one.callers ?? made.callers ?? anyone),
      ...made.publicOperations.length > 0 ? made.publicCallers ?? made.callers ?? anyone : [],
      ...made.exempt,
      ...made.preflight ? made.preflight.callers ?? made.callers ?? anyone : [],
    ]),
    ...sites.filter(({ name }) => at === 'mesh' || name === at.namespace).flatMap(({ metrics }) => metrics?.readers ?? []),
  ];
}

/** Whether all of a caller, or some of whom another one names, is among those. */
function includes(who: Who, other: Who): boolean {
  if ('all' in who || 'all' in other) { return false; }
  return 'namespace' in who ? who.namespace === ('account' in other ? other.account.split('/')[0] : other.namespace) : 'account' in other && who.account === other.account;
}

/** A method that no operation lists may be forbidden where HTTP is seen, a port where nobody is promised it. */
function mayForbid(app: AppRecipe, pods: Pods, operation: Op): boolean {
  const exceptions = app.exceptions.filter(({ to }) => to === pods.name);
  if (!('tcp' in operation)) {
    // plaintext goes past the waypoint, where all of the port is closed
    return enforcement(app, pods) !== 'ztunnel' && pods.service !== 'none' && (enforcement(app, pods) === 'sidecar' || exceptions.length === 0);
  }
  if (exceptions.some(({ operations }) => operations.length === 0 || operations.some(op => 'tcp' in op))) { return false; }
  return !enforced(app).some(({ to, operations }) => to === pods.name && operations.some(op => 'tcp' in op));
}

/** Two of which each lets somebody through, and nobody both, are refused: the second is left out. */
export function withoutContradictions(app: AppRecipe, guardrails: readonly Guardrail[]): Guardrail[] {
  const kept: Guardrail[] = [];
  for (const one of guardrails) {
    if (!kept.some(other => contradict(app, other, one))) { kept.push(one); }
  }
  return kept;
}

function contradict(app: AppRecipe, one: Guardrail, other: Guardrail): boolean {
  const [here, there] = [one, other].map(guardrail => ('only' in guardrail.law && !guardrail.isDryRun ? [...guardrail.law.only, ...exemptBy(app, guardrail).flatMap(({ callers }) => callers)] : undefined));
  const isForSame = app.workloads.some(pods => isGuarded(pods, one.to) && isGuarded(pods, other.to));
  return here !== undefined && there !== undefined && isForSame && !here.some(who => there.some(another => includes(who, another) || includes(another, who)));
}
