/** What of this machine bears upon whether another user gets into a safe's house. */
export interface GuardReport {
  /** The safe's user. */
  user: string;
  uid: number;
  /** Files and folders of the program that others than root and this user may change, each with why. */
  writable: { path: string; why: string }[];
  /** Groups whose members become root, or as good as root, with those of them who are neither root nor this user. */
  rootLike: { group: string; users: string[] }[];
  /** Programs of agents that run as this user now, by name; null where that cannot be seen. */
  agents: string[] | null;
}
