/** What Go's `strconv.ParseBool` makes of a text; undefined where it refuses it. */
export function parseBool(text = ''): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}
