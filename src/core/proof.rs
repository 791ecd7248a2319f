//! Whether a message was signed with a secret: HMAC-SHA256, compared in a time that does not tell where two differ.
//! Pure: the secret comes in opened, from the edge; which messages a sender may have signed is left to the caller.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The block of SHA-256, in bytes.
const BLOCK: usize = 64;

/// What is to be proved: that somebody who knows a secret signed one of these messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The secret, sealed. Only the edge can open it.
    pub sealed_secret: String,
    /// What may have been signed.
    pub messages: Vec<String>,
    /// The signature that came along, in base64.
    pub signature: String,
}

impl Proof {
    /// Whether the opened secret signed one of the messages.
    #[must_use]
    pub fn holds(&self, secret: &str) -> bool {
        let Ok(signature) = STANDARD.decode(self.signature.trim()) else { return false };
        let signed =
            |message: &String| is_same(&hmac_sha256(secret.as_bytes(), message.as_bytes()), &signature);
        // Every message is looked at, so that the time tells nothing of which one it was.
        self.messages.iter().fold(false, |found, message| found | signed(message)) && !secret.is_empty()
    }
}

/// HMAC-SHA256 (RFC 2104).
#[must_use]
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let short = if key.len() > BLOCK { Sha256::digest(key).to_vec() } else { key.to_vec() };
    let padded = |with: u8| -> Vec<u8> {
        let zeros = std::iter::repeat_n(0, BLOCK.saturating_sub(short.len()));
        short.iter().copied().chain(zeros).map(|byte| byte ^ with).collect()
    };
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().into()
}

fn is_same(left: &[u8], right: &[u8]) -> bool {
    let differences = left.iter().zip(right).fold(0, |all, (left, right)| all | (left ^ right));
    std::hint::black_box(differences) == 0 && left.len() == right.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::ids::hex;

    fn hmac(key: &[u8], message: &[u8]) -> String {
        hex(&hmac_sha256(key, message))
    }

    /// RFC 4231, test cases 1, 2, 3, 4, 6 and 7.
    #[test]
    fn it_is_the_function_of_the_rfc() {
        let counted: Vec<u8> = (1..=25).collect();
        let cases: [(&[u8], &[u8], &str); 6] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 20],
                &[0xdd; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            (&counted, &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &[0xaa; 131],
                b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (key, message, expected) in cases {
            assert_eq!(hmac(key, message), expected);
        }
    }

    fn proof(signature: String) -> Proof {
        let messages = vec!["one".to_owned(), "other".to_owned()];
        Proof { sealed_secret: "sealed".to_owned(), messages, signature }
    }

    #[test]
    fn any_of_the_messages_may_have_been_signed_and_nothing_else() {
        for (message, holds) in [("one", true), ("other", true), ("another", false), ("", false)] {
            let signature = STANDARD.encode(hmac_sha256(b"secret", message.as_bytes()));
            assert_eq!(proof(signature).holds("secret"), holds, "{message}");
        }
    }

    #[test]
    fn a_signature_of_another_secret_or_a_cut_one_proves_nothing() {
        let bytes = hmac_sha256(b"secret", b"one");
        assert!(!proof(STANDARD.encode(bytes)).holds("secrex"));
        assert!(!proof(STANDARD.encode(&bytes[..31])).holds("secret"));
        assert!(!proof(String::new()).holds("secret"));
        assert!(!proof("not base64".to_owned()).holds("secret"));
        assert!(!proof(STANDARD.encode(hmac_sha256(b"", b"one"))).holds(""));
    }
}
