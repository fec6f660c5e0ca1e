import { Caller, callerName } from './caller';
import { areAmong, isAmong, mayMeetPath } from './containment';
import { AccessIntent, JwtIntent } from './intent';
import { OpaRuleData } from './opa-policy';
import { HttpOperationData, isHttp } from './operation-data';

/** What is decided by rules about some workload, and what is never asked about. */
export interface OpaDecision {
  readonly rules: readonly OpaRuleData[];
  readonly unasked: readonly HttpOperationData[];
}

/** A method and a pattern of paths, as one caller, or whoever may, calls them. */
export interface OpaCall {
  readonly method: string;
  readonly path: string;
  readonly hosts: readonly string[];
  readonly caller?: Caller;
}

/** The calls of HTTP that an access allows, or an API. */
export function callsOf(intent: AccessIntent | JwtIntent): OpaCall[] {
  if (intent.kind === 'access') { return calls(intent.operations, intent.callers); }
  const { rules, publicOperations, publicCallers, preflight } = intent;
  return [
    ...rules.flatMap(({ operations, callers }) => calls(operations, callers)),
    ...calls(publicOperations, publicCallers),
    ...preflight ? calls([{ kind: 'http', methods: ['OPTIONS'], paths: ['*'], hosts: [], ports: [] }], preflight.callers) : [],
  ];
}

function calls(operations: AccessIntent['operations'], callers: readonly Caller[]): OpaCall[] {
  const by = callers.length === 0 ? [undefined] : callers;
  return operations.filter(isHttp).flatMap(({ methods, paths, hosts }) =>
    methods.flatMap(method => paths.flatMap(path => by.map(caller => ({ method, path, hosts, caller })))));
}

/** A call as messages show it: `GET /a of shop/web`. */
export function callText({ method, path, caller }: OpaCall): string {
  const what = [[method, 'any method'], [path, 'any path']].map(([pattern, any]) => pattern === '*' ? any : pattern).join(' ');
  return caller ? `${what} of ${callerName(caller)}` : what;
}

/** Whether some request of a call may pass, by some rule, at some time, with some token. */
export function mayPass(call: OpaCall, { rules, unasked }: OpaDecision): boolean {
  const passing = [...unasked, ...rules.filter(({ callers }) => mayBeOf(call, callers)).flatMap(({ operations }) => operations)];
  return passing.some(operation => mayMeet(call, operation));
}

/** Whether every request of a call passes, at any time, with or without a token unless it is said that there is one. */
export function passesWholly({ method, path, hosts, caller }: OpaCall, { rules, unasked }: OpaDecision, hasToken: boolean): boolean {
  const isOf = (callers: readonly Caller[]) => callers.length === 0 || (caller !== undefined && isAmong(caller, callers));
  const isAlways = ({ callers, hours, issuers, conditions }: OpaRuleData) =>
    isOf(callers) && hours === undefined && (hasToken || issuers.length === 0) && conditions.length === 0;
  return areAmong({ methods: [method], paths: [path], hosts }, [...unasked, ...rules.filter(isAlways).flatMap(({ operations }) => operations)]);
}

function mayBeOf({ caller }: OpaCall, callers: readonly Caller[]): boolean {
  return caller === undefined || callers.length === 0 || isAmong(caller, callers) || callers.some(one => isAmong(one, [caller]));
}

function mayMeet({ method, path }: OpaCall, { methods, paths }: HttpOperationData): boolean {
  return (method === '*' || methods.includes('*') || methods.includes(method)) && paths.some(pattern => mayMeetPath(pattern, path));
}
