//! Our own ids: a prefix that says what it names, then the time and a digest, so that they sort by age.
//! Where randomness is needed it comes in as `seed`; the core has none of its own.

use sha2::{Digest, Sha256};

use crate::core::step::NowMs;

const HEX: &[u8; 16] = b"0123456789abcdef";
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Makes an id: 10 characters of time (48 bits of milliseconds), 16 of the seed's digest (80 bits).
#[must_use]
pub fn mint(prefix: &str, now: NowMs, seed: &str) -> String {
    let time = u128::from(now.max(0).unsigned_abs()) & 0xffff_ffff_ffff;
    let tail = Sha256::digest(seed.as_bytes())
        .iter()
        .take(10)
        .fold(0u128, |bits, byte| (bits << 8) | u128::from(*byte));
    let bits = (time << 80) | tail;
    let mut id = String::with_capacity(prefix.len() + 26);
    id.push_str(prefix);
    for place in (0..26).rev() {
        let index = usize::try_from((bits >> (5 * place)) & 31).unwrap_or(0);
        id.push(char::from(ALPHABET.get(index).copied().unwrap_or(b'0')));
    }
    id
}

/// Whether the text has the form of an id with this prefix. It says nothing about whether the thing exists.
#[must_use]
pub fn is_id(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|rest| rest.len() == 26 && rest.bytes().all(|byte| ALPHABET.contains(&byte)))
}

/// When an id of ours was made.
#[must_use]
pub fn minted_ms(id: &str) -> Option<i64> {
    let time = id.split_once('_')?.1.get(..10)?;
    time.chars().try_fold(0i64, |ms, digit| {
        let value = "0123456789abcdefghjkmnpqrstvwxyz".find(digit)?;
        ms.checked_mul(32)?.checked_add(i64::try_from(value).ok()?)
    })
}

/// The first 32 hex digits of the SHA-256 of a text: enough to tell contents apart, short enough for a key.
#[must_use]
pub fn short_digest(text: &str) -> String {
    hex(Sha256::digest(text.as_bytes()).get(..16).unwrap_or_default())
}

/// The SHA-256 of a text, in hex.
#[must_use]
pub fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// A text as a uuid of version 4's form, for a provider that wants one: the same text gives the same.
#[must_use]
pub fn uuid_of(text: &str) -> String {
    let hex = digest(text);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from(HEX.get(usize::from(half)).copied().unwrap_or(b'0')));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_when_it_was_made() {
        assert_eq!(minted_ms(&mint("ast_", 1_793_606_401_250, "x")), Some(1_793_606_401_250));
        assert_eq!(minted_ms("ast_"), None);
    }

    #[test]
    fn a_digest_is_written_as_everywhere() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!((digest("").as_str(), short_digest("").as_str()), (empty, &empty[..32]));
        assert_eq!(hex(&[0, 9, 10, 15, 16, 255]), "00090a0f10ff");
    }

    #[test]
    fn ids_sort_by_time_and_differ_by_seed() {
        let older = mint("ast_", 1_700_000_000_000, "b");
        let newer = mint("ast_", 1_700_000_000_001, "a");
        assert!(older < newer);
        assert_ne!(older, mint("ast_", 1_700_000_000_000, "c"));
        assert!(is_id("ast_", &older));
        assert!(!is_id("run_", &older));
        assert!(!is_id("ast_", "ast_' OR 1=1"));
    }
}
