//! Secrets at rest: sealing a text with AES-256-GCM and opening it again, alone or as members of a JSON body.
//! Pure: the key and every nonce come in. Where they come from is left to the edge.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::Value;

/// The length of a nonce, in bytes.
pub const NONCE_BYTES: usize = 12;

const VERSION: &str = "v1.";

/// Why a sealed text cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// The text has not the form of a sealed one.
    NotSealed,
    /// It was sealed with another key or for another purpose, or it was changed.
    Tampered,
    /// The text around a sealed member is not JSON.
    NotJson,
}

impl std::fmt::Display for SealError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotSealed => "the text is not a sealed one",
            Self::Tampered => "the sealed text does not open with this key",
            Self::NotJson => "the text is not readable JSON",
        })
    }
}

impl std::error::Error for SealError {}

/// Reads a key of 32 bytes from base64, as `openssl rand -base64 32` writes it.
#[must_use]
pub fn parse_key(text: &str) -> Option<[u8; 32]> {
    let text = text.trim().trim_end_matches('=');
    let bytes = STANDARD_NO_PAD.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text)).ok()?;
    bytes.try_into().ok()
}

/// Seals a text for one purpose (`context`): `v1.` and base64url of nonce and ciphertext. A nonce is used once.
#[must_use]
pub fn seal(key: &[u8; 32], nonce: &[u8; NONCE_BYTES], plain: &str, context: &str) -> String {
    let payload = Payload { msg: plain.as_bytes(), aad: context.as_bytes() };
    // AES-GCM refuses only texts of 64 GiB and more; an empty box opens for nobody.
    let ciphertext =
        Aes256Gcm::new(key.into()).encrypt(Nonce::from_slice(nonce), payload).unwrap_or_default();
    let mut bytes = nonce.to_vec();
    bytes.extend(ciphertext);
    format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// Opens what [`seal`] made with the same key and context.
///
/// # Errors
/// [`SealError`] for a text that was not sealed, was changed, or was sealed for something else.
pub fn open(key: &[u8; 32], sealed: &str, context: &str) -> Result<String, SealError> {
    let encoded = sealed.strip_prefix(VERSION).ok_or(SealError::NotSealed)?;
    let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| SealError::NotSealed)?;
    let (nonce, ciphertext) = bytes.split_at_checked(NONCE_BYTES).ok_or(SealError::NotSealed)?;
    let payload = Payload { msg: ciphertext, aad: context.as_bytes() };
    let plain = Aes256Gcm::new(key.into()).decrypt(Nonce::from_slice(nonce), payload);
    String::from_utf8(plain.map_err(|_| SealError::Tampered)?).map_err(|_| SealError::Tampered)
}

/// Replaces members of a JSON text, named by JSON pointers, by what `change` makes of their text. A member that is
/// absent or null stays so; one that is no text is taken as its JSON. Numbers elsewhere keep every digit.
///
/// # Errors
/// [`SealError::NotJson`], or what `change` says.
pub fn change_members(
    json: &str,
    pointers: &[&str],
    mut change: impl FnMut(&str) -> Result<String, SealError>,
) -> Result<String, SealError> {
    if pointers.is_empty() {
        return Ok(json.to_owned());
    }
    let mut value: Value = serde_json::from_str(json).map_err(|_| SealError::NotJson)?;
    for pointer in pointers {
        match value.pointer_mut(pointer) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => *text = change(text)?,
            Some(other) => *other = Value::String(change(&other.to_string())?),
        }
    }
    Ok(value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];
    const NONCE: [u8; NONCE_BYTES] = [1; NONCE_BYTES];

    #[test]
    fn what_was_sealed_opens_and_does_not_show() {
        for plain in ["", "a token", "ключ 🔑", &"x".repeat(10_000)] {
            let sealed = seal(&KEY, &NONCE, plain, "credential");
            assert!(sealed.starts_with("v1."));
            assert!(plain.is_empty() || !sealed.contains(plain));
            assert_eq!(open(&KEY, &sealed, "credential").as_deref(), Ok(plain));
        }
    }

    /// Made with another program (Node's `crypto`): what is stored today must open for ever.
    #[test]
    fn the_stored_form_does_not_change() {
        let sealed = "v1.AQEBAQEBAQEBAQEBF8H60vPNiXrzPXeQu86seuyYvsZUhXZj";
        assert_eq!(seal(&KEY, &NONCE, "a secret", "credential"), sealed);
        assert_eq!(open(&KEY, sealed, "credential").as_deref(), Ok("a secret"));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let sealed = seal(&KEY, &NONCE, "a token", "credential");
        for place in VERSION.len()..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            if changed != sealed {
                assert!(open(&KEY, &changed, "credential").is_err(), "{place}");
            }
        }
    }

    #[test]
    fn another_key_or_purpose_opens_nothing() {
        let sealed = seal(&KEY, &NONCE, "a token", "credential");
        assert_eq!(open(&[8; 32], &sealed, "credential"), Err(SealError::Tampered));
        assert_eq!(open(&KEY, &sealed, "webhook"), Err(SealError::Tampered));
    }

    #[test]
    fn what_was_never_sealed_is_refused() {
        for text in ["", "a token", "v1.", "v1.AAAA", "v1.not base64!", "v2.AQEBAQEBAQEBAQEB"] {
            assert_eq!(open(&KEY, text, "credential"), Err(SealError::NotSealed), "{text}");
        }
    }

    #[test]
    fn keys_come_in_base64_of_32_bytes() {
        assert_eq!(parse_key("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n"), Some(KEY));
        assert_eq!(parse_key(""), None);
        assert_eq!(parse_key("BwcH"), None);
    }

    #[test]
    fn members_change_and_their_neighbours_keep_every_digit() {
        let body = r#"{"credential":{"value":"s3cret"},"id":98765432109876543210987,"x":1e400,"none":null}"#;
        let pointers = ["/credential/value", "/none", "/absent"];
        let nonce = NONCE;
        let sealed = change_members(body, &pointers, |text| Ok(seal(&KEY, &nonce, text, "c"))).unwrap();
        assert!(!sealed.contains("s3cret"));
        assert!(sealed.contains("98765432109876543210987"));
        assert!(sealed.contains(r#""none":null"#));
        let opened = change_members(&sealed, &["/credential/value"], |text| open(&KEY, text, "c")).unwrap();
        assert!(opened.contains(r#""value":"s3cret""#));
    }

    #[test]
    fn a_body_without_secrets_is_left_as_it_is() {
        let odd = "{ \"a\" : \"\\ud83d\" ";
        assert_eq!(change_members(odd, &[], |_| Err(SealError::NotSealed)).as_deref(), Ok(odd));
        assert_eq!(change_members(odd, &["/a"], |_| Ok(String::new())), Err(SealError::NotJson));
    }
}
