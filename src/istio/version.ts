import { quoted } from '../util/text';

const OLDEST = 24;
const NEWEST = 32;

/** The version, which must be one of Istio whose fields this library knows, such as `1.29` or `1.29.3`. */
export function knownVersion(prop: string, version: string): string {
  const minor = /^1\.(\d{2})(\.\d{1,3})?$/.exec(version)?.[1];
  if (minor === undefined || Number(minor) < OLDEST || Number(minor) > NEWEST) {
    throw new Error(`${prop} must be a version of Istio from 1.${OLDEST} to 1.${NEWEST}, got ${quoted(version)}; write it as in '1.29' or '1.29.3'`);
  }
  return version;
}

/** Whether a version is `since` or newer; one without patch number stands for its first release. */
export function isAtLeast(version: string, since: string): boolean {
  const [, minor, patch = 0] = version.split('.').map(Number);
  const [, sinceMinor, sincePatch = 0] = since.split('.').map(Number);
  return minor > sinceMinor || (minor === sinceMinor && patch >= sincePatch);
}
