import { mapOf } from '../util/given';
import { quoted } from '../util/text';

/** Where the proxies' questions are answered. */
export const DECISION_PATH = 'envoy/authz/allow';

/** The package that says what decisions are logged without. */
const MASK_PACKAGE = 'system.log';

/** The files of an OPA that are not the user's. */
export const [CONFIG_FILE, RULES_FILE, MASK_FILE] = ['config.yaml', 'policy.rego', 'zero-trust-mask.rego'];

/**
 * Rego as it is written, by file name. What OPA itself would refuse is found here as far as it shows in the text: pods that do not start refuse everything.
 */
export function regoFiles(given: { readonly [name: string]: string }): Record<string, string> {
  const files = Object.entries(mapOf('files', given)).map(([name, rego]): [string, string] => [fileName(name), regoText(name, rego)]);
  if (files.length === 0) { throw new Error("files must have at least one entry, got {}; give the Rego, as in { 'policy.rego': '…' }"); }
  const deciding = files.filter(([, rego]) => packageOf(rego) === DECISION_PACKAGE);
  if (deciding.length === 0) {
    throw new Error(`files must have one of 'package ${DECISION_PACKAGE}', which is asked as ${DECISION_PATH}, got ${files.map(([name, rego]) => `'package ${packageOf(rego)}' in '${name}'`).join(', ')}; name the package so`);
  }
  if (!deciding.some(([, rego]) => /^(default\s+)?allow\b(?!\s*\.)/m.test(code(rego)))) {
    throw new Error(`files must have the rule 'allow' in 'package ${DECISION_PACKAGE}', which is asked as ${DECISION_PATH}, got none in ${deciding.map(([name]) => quoted(name)).join(', ')}; name the rule so`);
  }
  return Object.fromEntries(files);
}

const DECISION_PACKAGE = DECISION_PATH.split('/').slice(0, -1).join('.');

/** The package of a file, if it has one. */
export function packageOf(rego: string): string | undefined { return /^\s*package\s+([\w.]+)\s*$/m.exec(code(rego))?.[1]; }

/** Whether the Rego itself says what decisions are logged without. */
export function hasMask(files: { readonly [name: string]: string }): boolean {
  return Object.values(files).some(rego => packageOf(rego) === MASK_PACKAGE);
}

/** What a file may be named. */
const FILE_NAME = /^[A-Za-z0-9][-\w.]*\.rego$/;

function fileName(name: string): string {
  if (!FILE_NAME.test(name)) {
    throw new Error(`files must be named by letters, digits, '-', '_' and '.', ending in '.rego', got ${quoted(name)}; data belongs into Rego as well`);
  }
  if (name === MASK_FILE) {
    throw new Error(`files must not have ${quoted(name)}, which says what decisions are logged without; name it otherwise, with 'package ${MASK_PACKAGE}' it takes its place`);
  }
  return name;
}

function regoText(name: string, rego: string): string {
  const prop = `files[${quoted(name)}]`;
  if (typeof rego !== 'string' || rego.trim() === '') { throw new Error(`${prop} must be the text of a Rego file, got ${quoted(rego)}; read the file, or leave it out`); }
  const plain = code(rego);
  if (packageOf(rego) === undefined) { throw new Error(`${prop} must say its package, got none; begin it with 'package ${DECISION_PACKAGE}'`); }
  if (/^allow\s*\{/m.test(plain)) { throw new Error(`${prop} must be Rego v1, got a rule without 'if', by which OPA 1.x does not start; write 'allow if {'`); }
  const wide = packageOf(rego) === DECISION_PACKAGE ? /^allow(?:\s*:?=\s*true\s*$(?!\s*if\b)|\s+if\s+true\s*$)/m.exec(plain)?.[0].trim() : undefined;
  if (wide !== undefined) { throw new Error(`${prop} must not let everything pass, got '${wide}'; write on what it hangs: 'allow if { … }'`); }
  if (packageOf(rego) === DECISION_PACKAGE && /^default\s+allow\s*:?=\s*true\b/m.test(plain)) {
    throw new Error(`${prop} must deny by default, got 'default allow := true', by which whatever no rule is about passes; write 'default allow := false'`);
  }
  return rego;
}

/** Without what stands behind a `#`, which in a text of one line is no comment. */
function code(rego: string): string { return rego.replace(/("(?:\\.|[^"\\\n])*")|`[^`]*`|#.*$/gm, (_, literal?: string) => literal ?? ''); }
