import { IConstruct } from 'constructs';

/** The methods of an App that write all of it. */
const WRITING = ['synth', 'synthYaml'] as const;

type Writing = { readonly [method in typeof WRITING[number]]?: (...args: unknown[]) => unknown };

/**
 * Tells how often an app was validated before in the call of `synth` that is under way: cdk8s validates all of it at first, and once more for each
 * chart. Nothing else tells one synthesis from the next, between which anything may change. Outside of it, and where it cannot be told, that is 0.
 */
export function validationsBefore(root: IConstruct): () => number {
  let validations: number | undefined;
  for (const method of WRITING) {
    const write = (root as IConstruct & Writing)[method];
    if (!write) { continue; }
    const value = (...args: unknown[]) => {
      validations = 0;
      try {
        return write.apply(root, args);
      } finally {
        validations = undefined;
      }
    };
    // jsii may have put one there that stays
    Reflect.defineProperty(root, method, { value, configurable: true, writable: true });
  }
  return () => validations === undefined ? 0 : validations++;
}
