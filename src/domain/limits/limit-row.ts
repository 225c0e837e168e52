import type { SettingKey } from './setting-keys.ts';

/** Where a limit may be set: by `policy set`, in a project file under "limits", in the machine's own policy file. */
export type LimitPlace = 'set' | 'project' | 'root';

/** `Value` is the unit that a limit counts in, `Said` the form that its words are made of. */
interface Row<Unit, Value, Said> {
  unit: Unit;
  /** The default of a policy that does not set the limit. */
  usual: Value;
  /** The direction that gives more room. */
  looser: 'up' | 'down';
  /** 0 turns the limit off; `reach` then counts 0 as further than any other value. */
  zeroIsOff?: true;
  /** Lowering the limit ends running VMs sooner. */
  endsSooner?: true;
  /** The limit's name and words where it can be set; null where it cannot. */
  given: {
    as: string;
    help: string;
    in: readonly LimitPlace[];
    /** The setting that holds this limit in a project file. */
    setting?: SettingKey;
    /** The largest value of a count; 1000 where absent. */
    most?: number;
    /** The smallest value of seconds other than 0. */
    least?: number;
  } | null;
  /** The limit's field in outputs and its words for people; facts with one label share a line. */
  shown: { as: string; help?: string; fact?: readonly [label: string, words: (value: Said) => string] };
  /**
   * The limit's place and words on the line that an approver signs. Signatures cover that line, so neither ever changes; a new limit takes
   * the last place.
   */
  sealed: { place: number; words: (value: Said) => string; joint?: string };
}

/** Everything that there is to say about a limit. Credits are shown in USD, other units as plain numbers. */
export type LimitRow = Row<'credits', bigint, string> | Row<'count' | 'percent' | 'seconds', number, number>;
