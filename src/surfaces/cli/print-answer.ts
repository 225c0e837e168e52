import type { AnyCommand } from '../../contract/declare/command.ts';
import type { Style } from '../../contract/declare/style.ts';
import { cleanUntrustedFields } from '../../domain/text/untrusted.ts';
import { chooseFields } from '../choose-fields.ts';
import { schemaName, success } from '../envelope.ts';
import type { Executed } from '../execute.ts';
import type { CallState } from './call-state.ts';
import type { GlobalValues } from './parse/globals.ts';
import { type Scope, scopedCommand } from './parse/scoped-command.ts';
import { fieldsText } from './print/fields-text.ts';
import type { Host } from './print/host.ts';
import { planData, planText } from './print/present-plan.ts';
import { printDocument, printText, printWarnings } from './print/print.ts';

interface Manner {
  state: CallState;
  style: Style | null;
  given: GlobalValues;
  paths: readonly string[] | undefined;
}

/** Prints what a call came to, in the call's manner. */
export const printAnswer = (host: Host, command: AnyCommand, answered: Executed, manner: Manner): void => {
  const { state, style, paths } = manner;
  const executed = scoped(answered, state.scope);
  if (style === null) {
    printData(host, command, executed, manner);
    return;
  }
  printWarnings(host, style, state.warnings);
  if (executed.kind === 'plan') {
    printText(host, style, planText(executed.plan, style), []);
  } else if (paths === undefined) {
    const text = command.text(cleanUntrustedFields(executed.data), style);
    // empty text means that another program's output stood last, so no hints of ours follow it
    printText(host, style, text, text === '' ? [] : executed.next);
  } else {
    printText(host, style, fieldsText(chooseFields(cleanUntrustedFields(executed.data), paths), style), []);
  }
};

const printData = (host: Host, command: AnyCommand, executed: Executed, { state, given, paths }: Manner): void => {
  const full = given.full === true;
  const schema = executed.kind === 'plan' ? 'plan@1' : schemaName(command.name);
  const whole = cleanUntrustedFields(executed.kind === 'plan' ? planData(executed.plan, full) : executed.data);
  const shown = paths ?? (full || executed.kind === 'plan' ? undefined : command.brief);
  const next = executed.kind === 'plan' ? [] : executed.next;
  const terse = state.brief && !full && paths === undefined && executed.kind === 'result' ? command.terse : undefined;
  const data = terse !== undefined ? terse(whole) : shown === undefined ? whole : chooseFields(whole, shown);
  printDocument(host, state.mode, success(schema, data, { warnings: state.warnings, next, meta: state.meta }), state.brief);
};

/** The result, its next steps completed with this call's network and account. */
const scoped = (executed: Executed, scope: Scope): Executed =>
  executed.kind === 'plan'
    ? executed
    : { ...executed, next: executed.next.map((hint) => ({ ...hint, command: scopedCommand(hint.command, scope) })) };
