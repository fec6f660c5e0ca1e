import { TextTest } from './text-pattern';

/**
 * Matches a text that begins with the first of some texts, ends with the last, and holds the others between them in their order. Whatever fills
 * the gaps has no newline, and a least length. Each text may stand at the first place where it is found, which takes time that only grows with the text.
 */
export function gappedPattern(texts: readonly string[], least = 0): TextTest {
  const [first, last] = [texts[0], texts[texts.length - 1]];
  const between = texts.slice(1, -1);
  const fits = (text: string, minds: boolean) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let place = first.length;
    for (let i = 0; i < between.length; i++) {
      const found = text.indexOf(between[i], place + least);
      if (found < 0 || minds && hasNewline(text, place, found)) return false;
      place = found + between[i].length;
    }
    const end = text.length - last.length;
    return end >= place + least && !(minds && hasNewline(text, place, end));
  };
  return text => fits(text, false) && (!text.includes('\n') || fits(text, true));
}

function hasNewline(text: string, from: number, to: number): boolean {
  const newline = text.indexOf('\n', from);
  return newline >= 0 && newline < to;
}
