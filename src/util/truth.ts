/** True, false, or undefined where it cannot be known. */
export type Truth = boolean | undefined;

/** False if one is false, else unknown if one is unknown, else true. The context spares a function that is made anew for each question. */
export function all<T, C>(items: readonly T[], test: (item: T, context: C) => Truth, context: C): Truth {
  let result: Truth = true;
  for (const item of items) {
    const truth = test(item, context);
    if (truth === false) return false;
    if (truth === undefined) result = undefined;
  }
  return result;
}

/** True if one is true, else unknown if one is unknown, else false. The context is as for `all`. */
export function any<T, C>(items: readonly T[], test: (item: T, context: C) => Truth, context: C): Truth {
  let result: Truth = false;
  for (const item of items) {
    const truth = test(item, context);
    if (truth === true) return true;
    if (truth === undefined) result = undefined;
  }
  return result;
}

/** The opposite of what is known. */
export function not(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}
