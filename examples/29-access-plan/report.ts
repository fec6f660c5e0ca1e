import { examplePlan } from './plan';

/** What the plan grants, what is open and what answers it, and what was not read. */
export function report(): string {
  const plan = examplePlan();
  return [
    plan.describeAccessPlan(),
    '\nWhat answers the questions:',
    ...plan.questions.map(({ kind, caller, to, answer }) => `${kind} of ${caller} to ${to}: ${answer}`),
    '\nLeft aside:',
    ...plan.leftAside.map(({ source, count, reason }) => `${count} of ${source}: ${reason}`),
    '',
  ].join('\n');
}

/** With `--typescript` what is kept in accesses.ts. */
if (require.main === module) process.stdout.write(process.argv.includes('--typescript') ? examplePlan().toTypeScript() : report());
