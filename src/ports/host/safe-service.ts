import type { SafeAddress } from '../../domain/agents/invitation.ts';

export type ServiceKind = 'systemd' | 'launchd';

/** How a safe is served as a service of the machine. Paths may be relative: they are those of this call. */
export interface ServiceOrder {
  /** The OS user that it runs as. */
  user: string;
  listen: string | null;
  /** Its owner's page is served, too. */
  dashboard: boolean;
  publicUrl: string | null;
  /** The owner's own certificate with its key. */
  tls: { certificate: string; key: string } | null;
  /** A file with the passphrase of its key. */
  passphrase: string | null;
}

/** One thing that is done to the machine. */
export interface ServiceStep {
  /** Of the user, or of the file: what a person reads. */
  does: string;
  /** The command's line, or the file's whole text. */
  text: string;
}

export interface ServicePlan {
  kind: ServiceKind;
  /** The unit's file. */
  file: string;
  /** What is left to do, in order; empty where it is installed so and runs. */
  steps: ServiceStep[];
  /** What a person should know first. */
  notes: string[];
}

export interface InstalledService {
  kind: ServiceKind;
  file: string;
  /** The service manager's own word: `active`, `activating`, `failed`, `inactive`; null where it cannot be asked. */
  state: string | null;
  /** Is it started with the machine? null: that cannot be told. */
  enabled: boolean | null;
  user: string | null;
  /** Where it takes agents of this machine; null where its user is gone. */
  socket: SafeAddress | null;
  /** This process is of the service's user. */
  ours: boolean;
  /** What shows its output. */
  log: string;
}

/**
 * The safe as a service of this machine: systemd's, or launchd's. Every step can be done again, and a machine at which an installation was
 * broken off is finished by the next one.
 */
export interface SafeService {
  /**
   * What installing it would do here; where this machine has no service manager, what it would do on one with systemd. `USAGE` for what cannot
   * be a service's.
   */
  plan(order: ServiceOrder): Promise<ServicePlan>;
  /** Refuses what this call cannot install: `NO_SERVICE` where no service manager is here, `USAGE` with the line for root where this is not root. */
  check(order: ServiceOrder): Promise<void>;
  /** Does what `plan` says; resolves with what was done. `NO_SERVICE` with what a program of the system said. */
  install(order: ServiceOrder): Promise<ServiceStep[]>;
  /** Refuses what this call cannot take out, as `check` does. */
  checkRemoval(): Promise<void>;
  /** What taking it out would do; no steps where nothing of it is there. */
  planRemoval(): Promise<ServicePlan>;
  /** Stops the service and takes its unit away; its user and its home stay. Resolves with what was done. `NO_SERVICE`. */
  uninstall(): Promise<ServiceStep[]>;
  status(): Promise<InstalledService | null>;
}
