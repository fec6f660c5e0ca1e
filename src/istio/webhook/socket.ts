import { ValueRule } from './values';

/** What an address begins with that is a socket in the file system, or an abstract one. */
export const UNIX_PREFIX = 'unix://';

/** The path of a socket, or its abstract name behind an `@`; without `unix://`. */
export const unixPath: ValueRule = path =>
  path.startsWith('@') || (path.startsWith('/') && !path.endsWith('/'))
    ? undefined
    : `must be the absolute path of a socket, got '${path}'; write '${UNIX_PREFIX}/PATH'`;
