import { check, defaultReportMessage, IProperty } from 'fast-check';

/** Expects a law to hold for as many generated cases, always the same ones; shows the smallest one where it does not. */
export function expectLaw<T>(law: IProperty<T>, numRuns: number): void {
  const result = check(law, { seed: 7, numRuns });

  expect(result.failed ? defaultReportMessage(result) : 'holds').toBe('holds');
  expect(result.numRuns).toBe(numRuns);
}
