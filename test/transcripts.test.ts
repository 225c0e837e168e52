import { describe, it } from 'vitest';
import { runTranscript, transcripts } from './support/run-transcript.ts';

describe('transcripts: what the tutorial shows is what happens', () => {
  for (const name of transcripts) it(name, () => runTranscript(name));
});
