/** Fails to compile where a case of a union is not handled. */
export function unreachable(value: never): never {
  throw new Error(`unexpected case ${JSON.stringify(value)}; this is a defect of cdk8s-zero-trust`);
}
