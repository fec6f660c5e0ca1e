import { Granted } from './granted';
import { SeenAccount, Unread } from './observed-call';
import { PlanQuestion } from './question';
import { VainRefusal } from './vain-refusals';
import { isHttp, OperationData } from '../intent/operation-data';
import { groupedBy } from '../util/grouped';

/** What the source text of a plan says. */
export interface Written {
  readonly granted: readonly Granted[];
  readonly questions: readonly PlanQuestion[];
  readonly unread: readonly Unread[];
  readonly vain: readonly VainRefusal[];
}

/** A plan as TypeScript: a function for each namespace that is called, and what is open as comments. */
export function typeScriptOf({ granted, questions, unread, vain }: Written): string {
  const namespaces = [...groupedBy(granted, ({ to }) => to.namespace)].sort(([a], [b]) => a < b ? -1 : 1);
  const used = ['Operation', 'Principal', 'ServiceAccess', 'Workload'];
  const imports = granted.length === 0 ? [] : [`import { ${used.join(', ')} } from 'cdk8s-zero-trust';`, "import { Construct } from 'constructs';", ''];
  const open = questions.flatMap(question => [`// - ${questionText(question)}`, `//   answered by ${oneLine(question.answer)}`]);
  const lines = [
    ...imports,
    ...namespaces.flatMap(([namespace, all]) => [...functionOf(namespace, all), '']),
    ...open.length === 0 ? [] : ['// Open questions, for which nothing is granted:', ...open],
    ...unread.length === 0 ? [] : ['// Not read:', ...unread.map(({ source, line, message }) => `// - ${oneLine(`${source} ${line}: ${message}`)}`)],
    ...vain.length === 0 ? [] : ['// Refused in vain:', ...vain.map(({ message }) => `// - ${oneLine(message)}`)],
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function functionOf(namespace: string, granted: readonly Granted[]): string[] {
  return [
    '/**',
    ` * Who may call the workloads of namespace ${namespace}.`,
    ' *',
    ' * @param scope where the accesses are made, such as the chart of the namespace',
    ' * @param workloads below what the workloads are',
    ' */',
    `export function ${functionName(namespace)}(scope: Construct, workloads: Construct = scope): void {`,
    ...granted.flatMap(accessOf),
    '}',
  ];
}

/** `accessesOfWebShop` for `web-shop`; `accessesOfTeam_1` for `team-1`, as there may be a `team1`. */
function functionName(namespace: string): string {
  const [first, ...others] = namespace.split('-');
  return `accessesOf${[capital(first), ...others.map(part => /^[a-z]/.test(part) ? capital(part) : `_${part}`)].join('')}`;
}

function capital(word: string): string { return word.slice(0, 1).toUpperCase() + word.slice(1); }

function accessOf(granted: Granted): string[] {
  return [
    `  new ServiceAccess(scope, ${literal(accessId(granted))}, {`,
    `    callers: [${callerCode(granted.caller, granted.reason)}],`,
    `    to: Workload.named(workloads, ${literal(granted.to.name)}),`,
    '    operations: [',
    ...granted.operations.map(operation => `      ${operationCode(operation)},`),
    '    ],',
    '  });',
  ];
}

/** A name that holds the word by which two are joined. */
const HOLDS_TO = /(^|[-.])to([-.]|$)/;

/** `web-to-api`, `checkout.web-to-api`: what an access is called among those to one namespace. Where a name holds the word itself, it is told from that by what no name has: `a-to-b_to_c`. */
export function accessId({ caller, to }: Pick<Granted, 'caller' | 'to'>): string {
  const own = caller.trustDomain === undefined && caller.namespace === to.namespace;
  const from = own ? caller.name : [caller.trustDomain, caller.namespace, caller.name].filter(part => part !== undefined).join('.');
  return [from, to.name].some(name => HOLDS_TO.test(name)) ? `${from}_to_${to.name}` : `${from}-to-${to.name}`;
}

function callerCode({ trustDomain, namespace, name }: SeenAccount, reason: string | undefined): string {
  const options = Object.entries({ trustDomain, reason }).flatMap(([key, value]) => value === undefined ? [] : [`${key}: ${literal(value)}`]);
  return `Principal.serviceAccount(${[literal(namespace), literal(name), ...options.length > 0 ? [`{ ${options.join(', ')} }`] : []].join(', ')})`;
}

function operationCode(operation: OperationData): string {
  if (!isHttp(operation)) { return typeof operation.port === 'number' ? `Operation.tcp(${operation.port})` : `Operation.tcpNamed(${literal(operation.port)})`; }
  const { methods, paths, hosts, ports } = operation;
  const at = portCode(ports);
  if (methods.includes('*') && paths.includes('*') && hosts.length === 0) { return `Operation.anyHttp(${at.length > 0 ? `{ ${at.join(', ')} }` : ''})`; }
  const members = [`methods: ${list(methods)}`, `paths: ${list(paths)}`, ...hosts.length > 0 ? [`hosts: ${list(hosts)}`] : [], ...at];
  return `Operation.http({ ${members.join(', ')} })`;
}

function portCode(ports: readonly (number | string)[]): string[] {
  const numbers = ports.filter(port => typeof port === 'number');
  const names = ports.filter(port => typeof port === 'string');
  return [...numbers.length > 0 ? [`ports: [${numbers.join(', ')}]`] : [], ...names.length > 0 ? [`portNames: ${list(names)}`] : []];
}

function list(texts: readonly string[]): string { return `[${texts.map(literal).join(', ')}]`; }

/** Text as TypeScript has it: clients choose some of it, and none of it becomes code. */
function literal(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'").replace(/[\u2028\u2029]/g, one => `\\u${one.charCodeAt(0).toString(16)}`);
  return `'${inner}'`;
}

/** A question on one line. */
export function questionText({ kind, caller, to, request, calls, seen }: PlanQuestion): string {
  const often = calls === 0 ? '' : `, ${calls} ${calls === 1 ? 'call' : 'calls'}`;
  const places = seen.length === 0 ? '' : `, such as ${seen[0]}`;
  return oneLine(`${kind}: ${caller} to ${to}: ${request}${often}${places}`);
}

/** Text that stays on its line, and is seen as it is: without what turns the direction of writing, or is not shown. */
export function oneLine(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, one => [...Array(one.length).keys()].map(i => `\\u${one.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''));
}
