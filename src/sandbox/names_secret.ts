/** Whether a path or a name is what secrets are often kept under. */
export function namesSecret(value: string): boolean {
  return SECRETS.test(value);
}

const SECRETS =
  /secret|passw|credential|token|(?:^|[^a-z])(?:g?shadow|sudoers|id_(?:rsa|dsa|ecdsa|ed25519)|\.?keys?|\w+_key|api_?key)(?![a-z])|\.(?:ssh|aws|azure|gnupg|kube|docker|netrc|npmrc|pgpass|git-credentials|htpasswd|env|pem|key|p12|pfx|kdbx)(?![a-z])/i;
