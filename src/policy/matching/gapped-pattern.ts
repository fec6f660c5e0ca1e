import { TextTest } from './text-pattern';

/**
 * Matches a text that begins with the first of some texts, ends with the last, and holds the others between them in their order, with gaps of a
 * least length. Each may stand at the first place where it is found, which takes time that only grows with the text. A gap has no newline, nor has any text.
 */
export function gappedPattern(texts: readonly string[], least = 0): TextTest {
  const [first, last] = [texts[0], texts[texts.length - 1]];
  const between = texts.slice(1, -1);
  return text => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let place = first.length;
    for (let i = 0; i < between.length; i++) {
      const found = text.indexOf(between[i], place + least);
      if (found < 0) return false;
      place = found + between[i].length;
    }
    return text.length - last.length >= place + least && !text.includes('\n');
  };
}
