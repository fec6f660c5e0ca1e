/** How often it is tried to go on with one more choice. */
const MOST_CHOICES = 5_000;
import { oneOfEach } from '../util/grouped';

/** Some choices, and what is best of them: few, and of those with as many the lightest. */
interface Choice {
  readonly chosen: readonly number[];
  readonly weight: number;
}

/**
 * The fewest things, and of those with as many the lightest, of which each need has one: an exact cover of sets, by branch and bound. Beyond the choices that are tried
 * it is the best that was found, of which none can be left out.
 *
 * @param needs for each need, the things that meet it, by index; at least one
 * @param weights the weight of each thing
 * @param most how many choices are tried
 */
export function fewestOf(needs: readonly (readonly number[])[], weights: readonly number[], most = MOST_CHOICES): number[] {
  return new Search(weights, most).best(strictest(needs)).sort((a, b) => a - b);
}

/** Needs that are not met whenever another is. */
function strictest(needs: readonly (readonly number[])[]): (readonly number[])[] {
  const distinct = oneOfEach(needs, need => need.join()).sort((a, b) => a.length - b.length);
  const kept: { readonly need: readonly number[]; readonly things: ReadonlySet<number> }[] = [];
  for (const need of distinct) {
    const things = new Set(need);
    if (!kept.some(other => other.need.every(thing => things.has(thing)))) kept.push({ need, things });
  }
  return kept.map(({ need }) => need);
}

class Search {
  private choices = 0;
  private found?: Choice;

  constructor(private readonly weights: readonly number[], private readonly most: number) {}

  best(needs: readonly (readonly number[])[]): number[] {
    const chosen = this.irredundant(this.greedy(needs), needs);
    this.found = { chosen, weight: this.weightOf(chosen) };
    this.choose(needs, [], 0);
    return [...this.found.chosen];
  }

  private weightOf(chosen: readonly number[]): number {
    return chosen.reduce((sum, thing) => sum + this.weights[thing], 0);
  }

  /** The thing that meets the most needs, time and again. */
  private greedy(needs: readonly (readonly number[])[]): number[] {
    const chosen: number[] = [];
    let open = needs;
    while (open.length > 0) {
      const best = this.inOrder(open, new Set(open.flat()))[0];
      chosen.push(best);
      open = open.filter(need => !need.includes(best));
    }
    return chosen;
  }

  private irredundant(chosen: readonly number[], needs: readonly (readonly number[])[]): number[] {
    return chosen.reduce<number[]>((left, thing) => {
      const others = new Set(left.filter(other => other !== thing));
      return needs.every(need => need.some(one => others.has(one))) ? [...others] : left;
    }, [...chosen]);
  }

  /** Things by how many needs they meet, then by weight, then as they come. */
  private inOrder(needs: readonly (readonly number[])[], things: Iterable<number>): number[] {
    const met = new Map<number, number>();
    for (const need of needs) for (const thing of need) met.set(thing, (met.get(thing) ?? 0) + 1);
    return [...things].sort((a, b) => met.get(b)! - met.get(a)! || this.weights[a] - this.weights[b] || a - b);
  }

  private choose(needs: readonly (readonly number[])[], chosen: readonly number[], weight: number): void {
    if (needs.length === 0) {
      if (this.isBetter(chosen.length, weight)) this.found = { chosen, weight };
      return;
    }
    const bound = this.boundOf(needs);
    if (++this.choices > this.most || !this.isBetter(chosen.length + bound.count, weight + bound.weight)) return;
    const [narrowest] = [...needs].sort((a, b) => a.length - b.length);
    // what was tried for a need is not tried again with another thing that meets it
    const tried = new Set<number>();
    for (const thing of this.inOrder(needs, narrowest)) {
      const left = needs.filter(need => !need.includes(thing)).map(need => need.filter(one => !tried.has(one)));
      tried.add(thing);
      if (left.every(need => need.length > 0)) this.choose(left, [...chosen, thing], weight + this.weights[thing]);
    }
  }

  private isBetter(count: number, weight: number): boolean {
    const { chosen, weight: best } = this.found!;
    return count < chosen.length || count === chosen.length && weight < best;
  }

  /** Needs that have no thing in common take a thing each. */
  private boundOf(needs: readonly (readonly number[])[]): { readonly count: number; readonly weight: number } {
    const seen = new Set<number>();
    let [count, weight] = [0, 0];
    for (const need of [...needs].sort((a, b) => a.length - b.length)) {
      if (need.some(thing => seen.has(thing))) continue;
      need.forEach(thing => seen.add(thing));
      count++;
      weight += Math.min(...need.map(thing => this.weights[thing]));
    }
    return { count, weight };
  }
}
