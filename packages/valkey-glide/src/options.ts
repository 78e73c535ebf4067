/** See {@link recommendedOptions}. */
export interface RecommendedOptions {
  /**
   * How long GLIDE waits for a reply, or for a connection, in milliseconds: as long as the limiter by its default `deadlineMs`. GLIDE's
   * default of 250 fails calls that the limiter would still wait for. With another deadline, set as long a time.
   */
  readonly requestTimeout: 1000
  /** Connects again within 0.4 s of the server's return; by default up to 3.2 s. */
  readonly connectionBackoff: { readonly numberOfRetries: 2; readonly factor: 100; readonly exponentBase: 2 }
}

/**
 * Options of a `GlideClient` or `GlideClusterClient` under which calls wait as long as the limiter does, and a server that is back is
 * found within a second. GLIDE never sends a script again whose reply was lost, whatever its options.
 *
 * @example const client = await GlideClient.createClient({ addresses, ...recommendedOptions })
 */
export const recommendedOptions: RecommendedOptions = {
  requestTimeout: 1000,
  connectionBackoff: { numberOfRetries: 2, factor: 100, exponentBase: 2 },
}
