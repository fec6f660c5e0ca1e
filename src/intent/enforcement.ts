import { oneOf } from '../util/given';

/** What becomes of what an intent states. */
export enum Enforcement {
  /** Proxies enforce it. */
  ENFORCE = 'enforce',

  /** Proxies say what they would do, and decide nothing by it. */
  DRY_RUN = 'dry-run',
}

/** Whether something is to be tried out only, as it is handed in. */
export function isTriedOut(enforcement: Enforcement | undefined): boolean {
  return enforcement !== undefined && oneOf('enforcement', enforcement, Object.values(Enforcement)) === Enforcement.DRY_RUN;
}
