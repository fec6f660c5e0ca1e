import { Testing } from 'cdk8s';
import { build } from './main';

describe('the manifests', () => {
  const app = Testing.app();
  build(app);

  test.each(app.charts.map(chart => [chart.node.id, chart] as const))('of %s are as reviewed', (_, chart) => {
    expect(chart.toJson()).toMatchSnapshot();
  });
});
