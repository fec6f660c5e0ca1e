import { quoted } from './text';

/**
 * Refuses arguments beyond those that a call has. TypeScript does, too; JavaScript drops them without a word, and what they say with them.
 *
 * @param call as it is written, such as `Operation.tcp`
 */
export function noFurther(call: string, given: ArrayLike<unknown>, most: number, remedy: string): void {
  if (given.length > most) { throw new Error(`${call} must have at most ${most} argument${most === 1 ? '' : 's'}, got also ${quoted(given[most])}; ${remedy}`); }
}
