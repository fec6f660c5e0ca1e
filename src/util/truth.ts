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

// Each of these two says what one of the above says, of values instead of tests: neither makes a function for each question, as there are millions.

/** False if a test of one of some values is, which ends it; else not known if one is not, else true. */
export function all<T>(values: readonly T[], test: (value: T) => Truth): Truth {
  let result: Truth = true;
  for (const value of values) {
    const truth = test(value);
    if (truth === false) return false;
    if (truth === undefined) result = undefined;
  }
  return result;
}

/** True if a test of one of some values is, which ends it; else not known if one is not, else false. */
export function any<T>(values: readonly T[], test: (value: T) => Truth): Truth {
  let result: Truth = false;
  for (const value of values) {
    const truth = test(value);
    if (truth === true) return true;
    if (truth === undefined) result = undefined;
  }
  return result;
}

/** False if one is, else not known if one is not, else true; the second is looked at only where it counts. */
export function both(first: Truth, second: () => Truth): Truth {
  if (first === false) return false;
  const other = second();
  return other === true ? first : other;
}
