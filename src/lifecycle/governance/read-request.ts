import { readTypedMessage } from '../../domain/approval/approval-types.ts';
import type { TypedData } from '../../domain/approval/typed-data.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { ReadContext } from '../../ports/context.ts';

interface Carried {
  sign?: unknown;
  approval?: unknown;
}

/**
 * Reads what `approve --show --json` printed in another home: its whole document, the `data` of that, or the typed data alone. `USAGE` for
 * anything else.
 */
export const readRequest = async (context: ReadContext, path: string): Promise<{ approval: string; data: TypedData }> => {
  const bytes = await context.host.files.read(path);
  if (bytes === null) throw new Failure('USAGE', `--request "${path}" is not there.`);
  const document = jsonOf(new TextDecoder().decode(bytes)) as (Carried & { data?: Carried }) | null;
  const data = readTypedMessage(document?.data?.sign ?? document?.sign ?? document, context);
  const named = document?.data?.approval ?? document?.approval ?? data.message['approval'];
  return { approval: typeof named === 'string' && /^ap_[0-9a-z]{8}$/.test(named) ? named : '', data };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure('USAGE', 'What --request names is not JSON.');
  }
};
