import type { InstalledService, ServiceKind, ServiceOrder } from '../../ports/host/safe-service.ts';
import type { Step } from './service-machine.ts';

/** What is left to do, in order; what is done already is not among it. */
export interface Left {
  steps: Step[];
  notes: string[];
}

/** One way in which a machine keeps a program running. */
export interface ServiceManager {
  kind: ServiceKind;
  file: string;
  isHere(): Promise<boolean>;
  /** `USAGE` for what cannot be a service's on any machine like this. Paths are absolute. */
  left(order: ServiceOrder): Promise<Left>;
  /** `USAGE` for an order that a person has to prepare first. */
  require(order: ServiceOrder): Promise<void>;
  toRemove(): Promise<Left>;
  status(): Promise<InstalledService | null>;
}
