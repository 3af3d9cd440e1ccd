/** Who has a token, as a client's session sees it. */
export interface TokenHolder {
  readonly token: string;
  /**
   * @param nonce what the server has chosen for this connection
   * @param setupLine the setup message without its line end
   * @returns a signature, base64url
   */
  prove(nonce: string, setupLine: string): string;
}
