/** True, false, or undefined where it cannot be known. */
export type Truth = boolean | undefined;

/** False if one is false, else unknown if one is unknown, else true. */
export function all<T>(items: readonly T[], test: (item: T) => Truth): Truth {
  let result: Truth = true;
  for (const item of items) {
    const truth = test(item);
    if (truth === false) return false;
    if (truth === undefined) result = undefined;
  }
  return result;
}

/** True if one is true, else unknown if one is unknown, else false. */
export function any<T>(items: readonly T[], test: (item: T) => Truth): Truth {
  let result: Truth = false;
  for (const item of items) {
    const truth = test(item);
    if (truth === true) return true;
    if (truth === undefined) result = undefined;
  }
  return result;
}

/** The opposite of what is known. */
export function not(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}
