import { pageOf } from '../../scripts/snippets';
import { shownBy } from '../support/snippets';

const { snippets } = pageOf('README.md');

describe('README', () => {
  test('has one example, a whole program of at most 25 lines', () => {
    expect(snippets.map(({ code }) => code.split('\n')[0])).toEqual(["import { App, Chart } from 'cdk8s';"]);
    expect(snippets[0].code.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
  });

  test('shows exactly what the example renders, workloads and Services left out', () => {
    expect(snippets[0].expected).toEqual({ kind: 'objects', text: shownBy(snippets[0]) });
  });
});
