/** What a person wants to know of synthesized manifests: how many of what, and who may call whom. Reads the objects, not the app. */

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: PolicySpec & WorkloadSpec;
}

interface PolicySpec {
  readonly action?: string;
  readonly selector?: { readonly matchLabels?: Fields<string> };
  readonly targetRefs?: { readonly kind: string; readonly name: string }[];
  readonly rules?: Rule[];
}

interface Rule {
  readonly from?: { readonly source: Fields<string[]> }[];
  readonly to?: { readonly operation: Fields<string[]> }[];
  readonly when?: { readonly key: string; readonly values?: string[]; readonly notValues?: string[] }[];
}

interface WorkloadSpec {
  readonly template?: { readonly metadata?: { readonly labels?: Fields<string> } };
}

type Fields<T> = Readonly<Record<string, T>>;

/** One thing that may be done: `gRPC hipstershop.CartService on 7070`, `GetCart`. */
interface Operation { readonly kind: string; readonly what: string }

/** One caller may do one thing at one workload. */
interface Access extends Operation { readonly caller: string; readonly callee: string }

export function summarize(manifests: Manifest[]): string {
  return [...objects(manifests), '', ...access(manifests), '', ...rest(manifests)].join('\n');
}

function objects(manifests: Manifest[]): string[] {
  const counts = new Map<string, number>();
  for (const { kind, metadata } of manifests) {
    const row = `${(metadata.namespace ?? '(cluster)').padEnd(20)}${kind}`;
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return ['Objects', ...[...counts].sort(byKey).map(([row, count]) => `  ${String(count).padStart(3)}  ${row}`)];
}

function access(manifests: Manifest[]): string[] {
  const arrows = new Map<string, Access[]>();
  for (const entry of allowed(manifests)) {
    const arrow = `${entry.caller.padEnd(27)} → ${entry.callee.padEnd(22)}`;
    arrows.set(arrow, [...arrows.get(arrow) ?? [], entry]);
  }
  return ['Who may call whom', ...[...arrows].sort(byKey).flatMap(([arrow, entries]) => rows(arrow, byKind(entries)))];
}

/** `GET on 8080: /, /cart` */
function byKind(entries: Access[]): string[] {
  const kinds = [...new Set(entries.map(({ kind }) => kind))].sort();
  return kinds.map(kind => {
    const what = new Set(entries.filter(entry => entry.kind === kind && entry.what !== '').map(entry => entry.what));
    return what.size > 0 ? `${kind}: ${[...what].sort().join(', ')}` : kind;
  });
}

function rows(arrow: string, lines: string[]): string[] {
  return lines.map((line, i) => `  ${i === 0 ? arrow : ' '.repeat(arrow.length)} ${line}`);
}

/** Policies that the table above does not show, so that nothing is hidden. */
function rest(manifests: Manifest[]): string[] {
  const policies = policiesOf(manifests);
  const nothing = policies.filter(policy => isAllow(policy) && !policy.spec?.rules?.length).map(title);
  const other = policies.filter(policy => !isAllow(policy)).map(policy => `${policy.spec?.action} ${title(policy)}`);
  return [
    `Refused is all the rest, where a policy allows nothing: ${nothing.join(', ') || 'no such policy!'}`,
    ...(other.length > 0 ? [`Further policies: ${other.join(', ')}`] : []),
  ];
}

function allowed(manifests: Manifest[]): Access[] {
  return policiesOf(manifests).filter(isAllow).flatMap(policy => (policy.spec?.rules ?? []).flatMap(rule =>
    callers(policy, rule).flatMap(caller => callees(policy, manifests).flatMap(callee =>
      operations(rule).map(operation => ({ caller, callee, ...operation }))))));
}

function callers({ metadata }: Manifest, { from }: Rule): string[] {
  if (!from) return ['ANYONE'];
  return from.flatMap(({ source }) => {
    const { principals, ...others } = source;
    const limits = fields(others);
    return (principals ?? ['anyone']).map(principal => [account(principal, metadata.namespace), ...limits].join(' '));
  });
}

/** `prod.example.com/ns/shop/sa/web` is `web` within shop, `shop/web` elsewhere. */
function account(principal: string, namespace?: string): string {
  const [, , ns, , name] = principal.split('/');
  if (name === undefined) return principal;
  return ns === namespace ? name : `${ns}/${name}`;
}

function callees({ metadata, spec }: Manifest, manifests: Manifest[]): string[] {
  if (spec?.targetRefs) return spec.targetRefs.map(({ kind, name }) => kind === 'Service' ? name : `${kind} ${name}`);
  const wanted = Object.entries(spec?.selector?.matchLabels ?? {});
  if (wanted.length === 0) return [`all of ${metadata.namespace}`];
  const selected = manifests.filter(manifest => manifest.metadata.namespace === metadata.namespace && wanted.every(([label, value]) =>
    manifest.spec?.template?.metadata?.labels?.[label] === value));
  return selected.length > 0 ? selected.map(manifest => manifest.metadata.name) : [wanted.map(pair => pair.join('=')).join(',')];
}

function operations({ to, when }: Rule): Operation[] {
  const conditions = (when ?? []).map(({ key, values, notValues }) => ` when ${key} ${values ?? `not ${notValues}`}`).join('');
  return (to ?? [{ operation: {} }]).flatMap(({ operation }) => describe(operation, conditions));
}

function describe({ methods, paths, ports, ...others }: Fields<string[]>, conditions: string): Operation[] {
  const limits = [...(ports ? [` on ${ports}`] : []), ...fields(others).map(text => ` ${text}`), conditions].join('');
  if (!methods && !paths) return [{ kind: `${ports ? 'TCP' : 'everything'}${limits}`, what: '' }];
  return (paths ?? ['any path']).map(path => {
    const [, service, method] = /^\/(\w+(?:\.\w+)+)\/(.+)$/.exec(path) ?? [];
    if (methods?.join() === 'POST' && service) return { kind: `gRPC ${service}${limits}`, what: method };
    return { kind: `${methods ?? 'any method'}${limits}`, what: path };
  });
}

function fields(values: Fields<string[]>): string[] {
  return Object.entries(values).map(([name, value]) => `[${name}: ${value}]`);
}

function policiesOf(manifests: Manifest[]): Manifest[] {
  return manifests.filter(({ kind }) => kind === 'AuthorizationPolicy');
}

function isAllow({ spec }: Manifest): boolean {
  return (spec?.action ?? 'ALLOW') === 'ALLOW';
}

function title({ metadata }: Manifest): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
