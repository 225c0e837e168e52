/** A signed INSTANCE is a bearer token to create: its bytes are sent only this long after signing (product.md §1 rule 1). */
export const sendWithinMs = 10 * 60_000;
