/** Length of a text in bytes of UTF-8: what Go's `len` says of a string. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** A text as one character per byte of its UTF-8 form, so that Go's byte-wise code can be followed literally. */
export function byteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Number of characters, as Go's `utf8.RuneCountInString` counts. */
export function runeCount(text: string): number {
  let count = 0;
  for (const _ of text) {
    count++;
  }
  return count;
}
