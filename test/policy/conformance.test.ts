import { join } from 'path';
import { replayDecisions } from '../../conformance/families/decision';
import { readWorlds } from '../../conformance/families/world';

// the hand-made worlds, one behaviour each; all recordings are replayed by conformance/decisions.ts
describe('recorded decisions', () => {
  test.each(['minimal', 'minimal-ztunnel'])('%s agrees', family => {
    const { requests, disagreements, refusedByHttp, refusedByHttpAgreed } = replayDecisions(readWorlds(join(__dirname, '../../conformance/corpus', `${family}.jsonl.gz`)));

    expect(requests).toBeGreaterThan(100);
    expect(disagreements.map(({ world, index, recorded, evaluated }) => `${world.id} #${index}: ${recorded} | ${evaluated}`)).toEqual([]);
    expect(refusedByHttpAgreed).toBe(refusedByHttp);
  });
});
