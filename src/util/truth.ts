/** True, false, or undefined where it cannot be known. */
export type Truth = boolean | undefined;

/** Tells something about what is given. */
export type TruthTest<T> = (given: T) => Truth;

/** False if one test says so, else unknown if one cannot tell, else true. */
export function allTests<T>(tests: readonly TruthTest<T>[]): TruthTest<T> {
  if (tests.length === 1) return tests[0];
  return given => {
    let result: Truth = true;
    for (const test of tests) {
      const truth = test(given);
      if (truth === false) return false;
      if (truth === undefined) result = undefined;
    }
    return result;
  };
}

/** True if one test says so, else unknown if one cannot tell, else false. */
export function anyTest<T>(tests: readonly TruthTest<T>[]): TruthTest<T> {
  if (tests.length === 1) return tests[0];
  return given => {
    let result: Truth = false;
    for (const test of tests) {
      const truth = test(given);
      if (truth === true) return true;
      if (truth === undefined) result = undefined;
    }
    return result;
  };
}

/** The opposite of what is known. */
export function not(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}
