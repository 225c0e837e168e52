import type { AnsweredDocument } from '../../contract/declare/door.ts';

/** What a person is asked to look at, where the client can open a page. */
export interface AskedOnPage {
  approval: string;
  plan: string;
  url: string;
  message: string;
}

/** The approval that a document asks for; null where it asks for none, or the owner has no page. */
export const askedOnPage = (document: AnsweredDocument, approvalsAt: string | null): AskedOnPage | null => {
  if (document.ok || approvalsAt === null || document.error['code'] !== 'APPROVAL_NEEDED') return null;
  const { approval, plan } = document.error['facts'] as { approval: string; plan: string };
  const url = new URL(approvalsAt);
  url.searchParams.set('approval', approval);
  return { approval, plan, url: url.href, message: `${String(document.error['message'])} Approval ${approval}.` };
};
