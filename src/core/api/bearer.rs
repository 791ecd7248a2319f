//! Bearer tokens: how one is made and what is kept of it. Who may have one is left to the handlers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::core::ids::hex;

/// Makes a bearer token out of a request's entropy: `dl_` and 43 characters. It is shown once and never stored.
///
/// The digest has a prefix of its own, because ids are digests of the same entropy and are no secret.
#[must_use]
pub fn new_bearer(entropy: &str) -> String {
    let digest = Sha256::digest(format!("driftline bearer token\n{entropy}"));
    format!("dl_{}", URL_SAFE_NO_PAD.encode(digest))
}

/// What is stored of a bearer token, and by what a request's token is found: its SHA-256 in hex. A slow hash is not
/// needed, for the token has 256 bits of its own.
#[must_use]
pub fn hash(bearer: &str) -> String {
    hex(&Sha256::digest(bearer.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::ids::mint;

    #[test]
    fn a_token_is_long_and_hashes_to_something_else() {
        let bearer = new_bearer(&"ab".repeat(32));
        assert_eq!(bearer.len(), 46);
        assert!(bearer.starts_with("dl_"));
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_ne!(bearer, new_bearer(&"ac".repeat(32)));
    }

    #[test]
    fn an_id_of_the_same_entropy_tells_nothing_of_the_token() {
        let entropy = "ab".repeat(32);
        let of_the_entropy_itself = URL_SAFE_NO_PAD.encode(Sha256::digest(entropy.as_bytes()));
        assert!(!new_bearer(&entropy).contains(&of_the_entropy_itself));
        assert_ne!(mint("tok_", 0, &entropy), mint("tok_", 0, &format!("driftline bearer token\n{entropy}")));
    }
}
