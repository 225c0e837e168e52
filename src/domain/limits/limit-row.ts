import type { SettingKey } from './setting-keys.ts';

/** Where a limit may be set: by `policy set`, in a project's file under "limits", in the machine's own file. */
export type LimitPlace = 'set' | 'project' | 'root';

/** `Value` is what a limit counts in, `Said` what its words are made of. */
interface Row<Unit, Value, Said> {
  unit: Unit;
  /** What holds where nobody set it. */
  usual: Value;
  /** Which way gives more room. */
  looser: 'up' | 'down';
  /** 0 turns it off, which is further than any other value. */
  zeroIsOff?: true;
  /** Lowered, it ends what runs. */
  endsSooner?: true;
  /** Its name and its words where one sets it; null: nobody does. */
  given: {
    as: string;
    help: string;
    in: readonly LimitPlace[];
    /** The setting that is this limit in a project's file. */
    setting?: SettingKey;
    /** Of a count: the largest, if not 1000. */
    most?: number;
    /** Of seconds: the fewest but 0. */
    least?: number;
  } | null;
  /** Its field in outputs, and what people read there: facts of one label share a line. */
  shown: { as: string; help?: string; fact?: readonly [label: string, words: (value: Said) => string] };
  /** Its place and words on the line that an approver signs. Signatures are over them, so neither ever changes; a new limit comes last. */
  sealed: { place: number; words: (value: Said) => string; joint?: string };
}

/** All there is to say of a limit. Credits are said in USD, everything else as the number that it is. */
export type LimitRow = Row<'credits', bigint, string> | Row<'count' | 'percent' | 'seconds', number, number>;
