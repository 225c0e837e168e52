import { plistText } from '../../domain/ending/unit-word.ts';

export interface DaemonFacts {
  label: string;
  user: string;
  /** The whole command, absolute. */
  words: readonly string[];
  log: string;
}

/** The daemon of a safe for launchd: its own user, started again whenever it ends, a minute to end. */
export const safeDaemon = ({ label, user, words, log }: DaemonFacts): string => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>Label</key>${plistText(label)}
<key>UserName</key>${plistText(user)}
<key>ProgramArguments</key><array>${words.map(plistText).join('')}</array>
<key>RunAtLoad</key><true/>
<key>KeepAlive</key><true/>
<key>ThrottleInterval</key><integer>5</integer>
<key>ExitTimeOut</key><integer>60</integer>
<key>Umask</key><integer>63</integer>
<key>HardResourceLimits</key><dict><key>Core</key><integer>0</integer></dict>
<key>StandardOutPath</key>${plistText(log)}
<key>StandardErrorPath</key>${plistText(log)}
</dict></plist>
`;
