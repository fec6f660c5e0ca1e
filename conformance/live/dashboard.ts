import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Outcome } from './checks';
import { securityDashboard } from '../../src/render/security-dashboard';

const PROGRAM = join(__dirname, '..', 'dashboard');

/** Has Grafana's own model read the dashboard that a SecurityTelemetry renders, strictly; and one with a field that it does not have, which it must refuse. */
export function dashboardOutcome(): Outcome {
  const text = JSON.stringify(securityDashboard());
  const reason = refusal(text);
  const failures = [
    ...reason === undefined ? [] : [{ where: 'dashboard', text, reason }],
    ...refusal(JSON.stringify({ ...securityDashboard(), timezzone: 'browser' })) === undefined ? [{ where: 'dashboard', text, reason: 'a field that Grafana does not know must be refused, got taken' }] : [],
  ];
  return { title: 'Grafana: the dashboard', passed: 2 - failures.length, failures };
}

function refusal(input: string): string | undefined {
  const { status, stderr, error } = spawnSync('go', ['run', '.'], { cwd: PROGRAM, input, encoding: 'utf8' });
  return status === 0 ? undefined : error?.message ?? stderr;
}
