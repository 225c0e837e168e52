import { commandWord, settingWord } from '../../domain/ending/unit-word.ts';

/** What the unit says of one safe. */
export interface UnitFacts {
  user: string;
  /** The home of that user. */
  home: string;
  /** The whole command, absolute. */
  words: readonly string[];
  passphrase: string | null;
}

export const runtimeFolder = 'aleph-agent-safe';

/** Folders that a service does not see, but for what is bound into them. */
const ofPeople = /^\/(home|root|run\/user)(\/|$)/;

export const isOfPeople = (path: string): boolean => ofPeople.test(path);

/**
 * The unit of a safe. It may write to its own home and to its runtime folder, which agents' users go through and cannot list; it has no
 * capability, sees nobody's home and nobody's process, and is started again whenever it ends, however often. Of the system's calls it has those
 * of services, and the memory keys by which V8 guards its own code.
 */
export const safeUnit = ({ user, home, words, passphrase }: UnitFacts): string => `[Unit]
Description=aleph-agent safe: key, policy and ledger for agents
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=${user}
ExecStart=${words.map(commandWord).join(' ')}
${passphrase === null ? '' : `LoadCredential=aleph-agent-passphrase:${passphrase.replaceAll('%', '%%')}\n`}Restart=always
RestartSec=5
SuccessExitStatus=143
KillMode=mixed
TimeoutStopSec=60
RuntimeDirectory=${runtimeFolder}
RuntimeDirectoryMode=0711
UMask=0077
MemoryMax=1G
MemorySwapMax=0
TasksMax=512
LimitCORE=0
ProtectSystem=strict
ReadWritePaths=${settingWord(home)}
${isOfPeople(home) ? `ProtectHome=tmpfs\nBindPaths=${settingWord(home)}` : 'ProtectHome=yes'}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
CapabilityBoundingSet=
AmbientCapabilities=
NoNewPrivileges=yes
LockPersonality=yes
KeyringMode=private
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service @pkey
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`;
