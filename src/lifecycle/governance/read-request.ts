import { readTypedMessage } from '../../domain/approval/approval-types.ts';
import type { TypedData } from '../../domain/approval/typed-data.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';

interface Carried {
  sign?: unknown;
  approval?: unknown;
  summary?: unknown;
  signature?: unknown;
}

type Document = (Carried & { data?: Carried; error?: { code?: unknown } }) | null;

export interface CarriedRequest {
  approval: string;
  data: TypedData;
  /** What the side that asks says of it; not signed. */
  changes: string;
}

/**
 * Reads what `approve --show --json` printed in another home: its whole document, the `data` of that, or the typed data alone. `USAGE` for
 * anything else.
 */
export const readRequest = async (context: ReadContext, path: string): Promise<CarriedRequest> => {
  const bytes = await context.host.files.read(path);
  if (bytes === null) throw new Failure('USAGE', `--request "${path}" is not there.`);
  const document = jsonOf(bytes, '--request', path);
  const changes = document?.data?.summary ?? document?.summary;
  const data = readTypedMessage(document?.data?.sign ?? document?.sign ?? document, context);
  const named = document?.data?.approval ?? document?.approval ?? data.message['approval'];
  return {
    approval: typeof named === 'string' && /^ap_[0-9a-z]{8}$/.test(named) ? named : '',
    data,
    changes: typeof changes === 'string' ? changes : '',
  };
};

/**
 * Returns the signature that was given; `-` reads what `approve --request` printed in the approver's home, alone or in its document. `USAGE`
 * where it printed none.
 */
export const readSignature = async (context: ReadContext, given: string): Promise<string> => {
  if (given !== '-') return given;
  const bytes = (await context.host.files.read('-')) ?? new Uint8Array();
  const text = new TextDecoder().decode(bytes).trim();
  if (!text.startsWith('{') && text !== '') return text;
  const document = jsonOf(bytes, '--signature', '-');
  const signature = document?.data?.signature ?? document?.signature;
  if (typeof signature === 'string') return signature;
  throw new Failure('USAGE', 'What --signature reads has no signature in it.');
};

/** The document that another home printed. `USAGE` where it is none, or tells of a failure there. */
const jsonOf = (bytes: Uint8Array, flag: '--request' | '--signature', path: string): Document => {
  const text = new TextDecoder().decode(bytes).trim();
  if (text === '') {
    throw new Failure('USAGE', `${flag} ${path} has nothing in it: the command that should have printed it failed.`, {
      fix: human('See what that command said, then run it alone.'),
    });
  }
  const document = parsed(text, flag);
  const code = document?.error?.code;
  if (typeof code !== 'string') return document;
  const told = /^[A-Z_]{3,40}$/.test(code) ? ` with ${code}` : '';
  throw new Failure('USAGE', `${flag} ${path} holds a failure instead: the command that should have printed it ended${told}.`, {
    fix: human('Run that command alone, and follow its fix.'),
  });
};

const parsed = (text: string, flag: string): Document => {
  try {
    return JSON.parse(text) as Document;
  } catch {
    throw new Failure('USAGE', `What ${flag} names is not JSON.`);
  }
};
