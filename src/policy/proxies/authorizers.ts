import { Passes, stricter } from './decide';
import { AuthorizerRules } from './envoy-policies';
import { httpFacts } from './http-facts';
import { Truth } from '../../util/truth';
import { Facts, Headers, HttpFacts } from '../matching/facts';
import { AccessRequest, AuthorizerAnswer } from '../request/request';
import { RequestToken } from '../request/request-token';
import { tokenLine } from '../token/token-carrier';

/** What becomes of a request at the external authorizers of a proxy, one after the other. */
export interface Asked {
  readonly passes: Passes;
  /** What later stages see. */
  readonly facts: Facts;
  /** Those that may have changed headers, and have not said so. */
  readonly unheard?: Unheard;
  readonly notes: readonly string[];
}

/** Authorizers of which it is not known what they do to headers. */
export interface Unheard {
  /** What an answer is that depends on it: they may be asked, or have answered and not said it. */
  readonly leaves: 'if asked' | 'unknown';
  readonly providers: readonly string[];
}

/** Answers of authorizers, and all tokens: those of the request, then those of each answer. */
export interface Answers {
  readonly answers: readonly AuthorizerAnswer[];
  readonly tokens: readonly RequestToken[];
}

/** What a request says of authorizers. */
export function answersOf({ authorizerAnswers: answers = [], tokens = [] }: AccessRequest): Answers {
  return { answers, tokens: answers.length === 0 ? tokens : [...tokens, ...answers.flatMap(answer => answer.tokens ?? [])] };
}

/** Asks those whose rules match, after those of an earlier proxy that were not heard. A broken one refuses what it would be asked about; one that agrees may change headers. */
export function askAuthorizers(authorizers: readonly AuthorizerRules[], facts: Facts, given: Answers, unheard?: Unheard): Asked {
  let asked: Asked = { passes: 'yes', facts, unheard, notes: [] };
  for (const authorizer of authorizers) asked = ask(authorizer, asked, given);
  return asked;
}

function ask(authorizer: AuthorizerRules, before: Asked, given: Answers): Asked {
  const { provider, broken } = authorizer;
  const matches = authorizer.rules.matches(before.facts);
  if (matches === false) return before;
  const answer = given.answers.find(candidate => candidate.provider === provider);
  const allows = broken === undefined ? answerOf(answer, before.facts) : false;
  const passes = stricter(before.passes, said(matches, allows, before.unheard));
  const asked = { ...before, passes, notes: [...before.notes, ...noteOn(authorizer, before.facts)] };
  const { http } = before.facts;
  if (allows === false || !http) return asked;
  const told = headersOf(answer, given);
  return told ? withHeaders(asked, http, authorizer, told, matches) : withoutHearing(asked, http, authorizer, allows);
}

function answerOf(answer: AuthorizerAnswer | undefined, { http }: Facts): Truth {
  return http ? answer?.allows : answer?.allowsConnection ?? answer?.allows;
}

function said(matches: Truth, allows: Truth, unheard: Unheard | undefined): Passes {
  if (allows === true) return 'yes';
  if (matches === undefined) return unheard?.leaves ?? 'unknown';
  return allows === false ? 'no' : 'if asked';
}

function noteOn({ provider, assumed, broken }: AuthorizerRules, { http }: Facts): string[] {
  if (broken !== undefined) return [`what an authorizer would be asked about is refused, as ${broken}`];
  const more = http ? '' : ', and to be asked about connections, too';
  return assumed ? [`the mesh settings are not in the manifests: the provider '${provider}' is taken to exist${more}`] : [];
}

/** What an authorizer says of headers, by lower-case names; undefined where it says nothing of them. */
function headersOf(answer: AuthorizerAnswer | undefined, { answers, tokens }: Answers): Headers | undefined {
  if (!answer || !answer.headers && !answer.tokens) return undefined;
  const told = new Map<string, readonly string[]>(Object.entries(answer.headers ?? {}).map(([name, lines]) => [name.toLowerCase(), lines]));
  const first = tokens.length - answers.slice(answers.indexOf(answer)).reduce((sum, one) => sum + (one.tokens?.length ?? 0), 0);
  answer.tokens?.forEach((token, index) => {
    const { name, line } = tokenLine(token, first + index);
    told.set(name, [...told.get(name) ?? [], line]);
  });
  return told;
}

/** The request as it then is; where it is not known whether the authorizer is asked, either may be so. */
function withHeaders(asked: Asked, http: HttpFacts, { provider, changes }: AuthorizerRules, told: Headers, matches: Truth): Asked {
  const counts = ([name, lines]: readonly [string, readonly string[]]) => lines.length === 0 ? changes.removes(name) : changes.sets(name);
  const headers = new Map(http.headers);
  const ignored = [...told].filter(change => !counts(change)).map(([name]) => `authorizer '${provider}' cannot change header '${name}': the mesh settings do not pass it on`);
  const changed = new Map([...told].filter(counts));
  if (matches === true) changed.forEach((lines, name) => lines.length === 0 ? void headers.delete(name) : void headers.set(name, lines));
  const before = http.unsettled;
  const header = (name: string) => changed.has(name) ? matches !== true : before?.header(name) ?? false;
  const unsettled = before || matches !== true ? { header } : undefined;
  const unheard = matches === true ? asked.unheard : unheardOf(asked, provider, 'unknown');
  return { ...asked, facts: { ...asked.facts, http: httpFacts(headers, undefined, unsettled) }, unheard, notes: [...asked.notes, ...ignored] };
}

function withoutHearing(asked: Asked, http: HttpFacts, { provider, changes }: AuthorizerRules, allows: Truth): Asked {
  const header = (name: string) => changes.mayChange(name) || (http.unsettled?.header(name) ?? false);
  const unheard = unheardOf(asked, provider, allows === undefined ? 'if asked' : 'unknown');
  return { ...asked, facts: { ...asked.facts, http: { ...http, unsettled: { header } } }, unheard };
}

function unheardOf({ unheard }: Asked, provider: string, leaves: Unheard['leaves']): Unheard {
  return { leaves: unheard?.leaves === 'unknown' ? 'unknown' : leaves, providers: [...unheard?.providers ?? [], provider] };
}
