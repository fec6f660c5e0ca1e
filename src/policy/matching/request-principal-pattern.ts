import { textPattern, TextTest } from './text-pattern';
import { Claims, claimText } from './token-payload';

const PRESENT = textPattern('*');

/**
 * Matches a verified token against a value of `requestPrincipals`, which is split at its last slash.
 * Issuer and subject are matched each by itself, so a subject with a slash cannot be written.
 */
export function requestPrincipalPattern(value: string): (claims: Claims | undefined) => boolean {
  const [issuer, subject] = halves(value);
  return claims => {
    const iss = claimText(claims, 'iss');
    const sub = claimText(claims, 'sub');
    return iss !== undefined && sub !== undefined && issuer(iss) && subject(sub);
  };
}

function halves(value: string): [TextTest, TextTest] {
  const slash = value.lastIndexOf('/');
  if (slash < 0) return withoutSlash(value);
  const issuer = value.slice(0, slash);
  const subject = value.slice(slash + 1);
  // a leading star is for the issuer only: the subject is then exact, even if it is '*'
  if (value.startsWith('*')) return [textPattern(issuer), exactly(subject)];
  return [exactly(issuer), textSuffixless(subject)];
}

function withoutSlash(value: string): [TextTest, TextTest] {
  if (value.startsWith('*')) return [PRESENT, textPattern(value)];
  if (value.endsWith('*')) return [textPattern(value), PRESENT];
  return [exactly(value), exactly('')];
}

/** Present, a prefix, or exact: a suffix cannot be written here. */
function textSuffixless(value: string): TextTest {
  if (value === '*') return PRESENT;
  if (!value.endsWith('*')) return exactly(value);
  return text => text.startsWith(value.slice(0, -1));
}

function exactly(value: string): TextTest {
  return text => text === value;
}
