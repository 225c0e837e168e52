/** How long an approval of a plan lasts, from the request on: a day. */
export const approvalSeconds = 86_400;
