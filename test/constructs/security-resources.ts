import { App, Chart, Testing } from 'cdk8s';

/** A chart in namespace `shop`, at path `shop`. */
export function shop(): Chart {
  return new Chart(new App(), 'shop', { namespace: 'shop' });
}

/** The one object of a chart. */
export function rendered(chart: Chart): unknown {
  const [object, ...others] = Testing.synth(chart) as unknown[];
  expect(others).toEqual([]);
  return object;
}
