import { IConstruct } from 'constructs';
import { Finding } from '../../../validation/finding';
import { alsoAt } from '../index/complaint';

/** Shared by all copies of this library in one app. */
const PRINTED = Symbol.for('cdk8s-zero-trust.printed');

/** Prints findings that nobody has acknowledged, each once for an app, however often it is validated. */
export function print(root: IConstruct, findings: readonly Finding[]): void {
  const printed = printedOf(root);
  const lines = findings.filter(({ acknowledgedBecause }) => acknowledgedBecause === undefined).map(lineOf).filter(line => !printed.has(line));
  if (lines.length === 0) { return; }
  for (const line of lines) { printed.add(line); }
  const rest = "what is meant so: Findings.of(scope).acknowledge('ZT…', { reason: '…' }); docs/findings.md has the rules";
  process.stderr.write(`${lines.map(line => `${line}\n`).join('')}${printed.size === lines.length ? `${rest}\n` : ''}`);
}

function lineOf({ rule, message, constructPaths: [first, ...others] }: Finding): string { return `warning ${rule} [${first}] ${message}${alsoAt(others)}`; }

function printedOf(root: IConstruct): Set<string> {
  const marked = root as { [PRINTED]?: Set<string> };
  if (!marked[PRINTED]) { Object.defineProperty(root, PRINTED, { value: new Set<string>() }); }
  return marked[PRINTED]!;
}
