import { ApiObject, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';

/** Where an object stands among those of its chart: before all, or after all, so that nothing is refused while they are applied. */
export type Position = 'first' | 'last';

const POSITIONS = Symbol.for('cdk8s-zero-trust.positions');

/** Depends on what comes last. A construct without objects costs one dependency for each of these, and can be in no cycle. */
const MARK = 'cdk8s-zero-trust-order';

type Positions = Map<ApiObject, Position>;

/** Has an object written first or last in its chart. */
export function place(object: ApiObject, position: Position): void { positionsOf(object.node.root).set(object, position); }

/** Orders the objects of each chart by dependencies, as few as will do. Call it before anything is asked of the tree: it may add constructs. */
export function putInOrder(root: IConstruct): void {
  const byChart = new Map<Chart, ApiObject[]>();
  for (const object of positionsOf(root).keys()) {
    if (object.node.root !== root || object.node.scope?.node.tryFindChild(object.node.id) !== object) { continue; }
    const chart = Chart.of(object);
    byChart.set(chart, [...byChart.get(chart) ?? [], object]);
  }
  for (const [chart, objects] of byChart) {
    const at = (position: Position) => objects.filter(object => positionsOf(root).get(object) === position);
    putFirst(chart, at('first'));
    putLast(chart, at('last'));
  }
}

/** The first of the others waits for them; where users say what they wait for themselves, that holds. */
function putFirst(chart: Chart, firsts: readonly ApiObject[]): void {
  const seen = new Set<IConstruct>();
  const next = find(chart, object => { seen.add(object); return !firsts.includes(object); });
  for (const first of firsts.filter(object => !seen.has(object) && waitsForNothing(object, chart))) { next?.node.addDependency(first); }
}

function waitsForNothing(object: ApiObject, chart: Chart): boolean {
  return object.node.scopes.filter(scope => scope.node.scopes.includes(chart) && scope !== chart).every(({ node }) => node.dependencies.length === 0);
}

function putLast(chart: Chart, lasts: readonly ApiObject[]): void {
  if (lasts.length === 0) { return; }
  const known = chart.node.tryFindChild(MARK);
  if (known && chart.node.children.at(-1) === known && lasts.every(object => known.node.dependencies.includes(object))) { return; }
  if (known) { chart.node.tryRemoveChild(MARK); }
  new Construct(chart, MARK).node.addDependency(...lasts);
}

/** The first object of a chart, in the order of its tree, that a test is for. */
function find(below: IConstruct, isWanted: (object: ApiObject) => boolean): ApiObject | undefined {
  for (const child of below.node.children) {
    if (Chart.isChart(child)) { continue; }
    const found = ApiObject.isApiObject(child) && isWanted(child) ? child : find(child, isWanted);
    if (found) { return found; }
  }
  return undefined;
}

function positionsOf(root: IConstruct): Positions {
  const marked = root as { [POSITIONS]?: Positions };
  if (!marked[POSITIONS]) { Object.defineProperty(root, POSITIONS, { value: new Map() }); }
  return marked[POSITIONS]!;
}
