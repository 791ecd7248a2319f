//! The clock, random bytes, and who a bearer token says it is. Sealing itself is pure and stands in the core.

use crate::core::api::bearer;
use crate::core::api::request::Bearer;
use crate::core::ids::hex;
use crate::core::seal::NONCE_BYTES;
use crate::core::step::NowMs;
use crate::edge::halt::Halt;

/// The purpose under which credentials are sealed; a text sealed for another purpose does not open here.
pub const CREDENTIAL: &str = "driftline credential";

/// Now, in Unix milliseconds.
#[must_use]
pub fn now_ms() -> NowMs {
    js_sys::Date::now() as NowMs
}

/// Thirty-two random bytes as 64 hex digits.
///
/// # Errors
/// [`Halt::NoEntropy`].
pub fn entropy() -> Result<String, Halt> {
    random::<32>().map(|bytes| hex(&bytes))
}

/// A fresh nonce.
///
/// # Errors
/// [`Halt::NoEntropy`].
pub fn nonce() -> Result<[u8; NONCE_BYTES], Halt> {
    random()
}

/// A random UUID (version 4).
///
/// # Errors
/// [`Halt::NoEntropy`].
pub fn uuid_v4() -> Result<String, Halt> {
    let [a, b, c, d, e, f, version, g, variant, rest @ ..] = random::<16>()?;
    let version = (version & 0x0f) | 0x40;
    let variant = (variant & 0x3f) | 0x80;
    let [h, node @ ..] = rest;
    let parts = [hex(&[a, b, c, d]), hex(&[e, f]), hex(&[version, g]), hex(&[variant, h]), hex(&node)];
    Ok(parts.join("-"))
}

/// What an `Authorization` header proves. The token itself goes no further than this.
#[must_use]
pub fn bearer_of(authorization: Option<&str>, admin_token: Option<&str>) -> Bearer {
    let Some((scheme, token)) = authorization.and_then(|text| text.trim().split_once(' ')) else {
        return Bearer::Absent;
    };
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Bearer::Absent;
    }
    let hash = bearer::hash(token);
    let is_admin = admin_token.is_some_and(|admin| is_same(bearer::hash(admin).as_bytes(), hash.as_bytes()));
    if is_admin { Bearer::Admin } else { Bearer::Hash(hash) }
}

/// Compares in a time that does not tell where the two differ.
fn is_same(left: &[u8], right: &[u8]) -> bool {
    let differences = left.iter().zip(right).fold(0, |all, (left, right)| all | (left ^ right));
    std::hint::black_box(differences) == 0 && left.len() == right.len()
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], Halt> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|_| Halt::NoEntropy)?;
    Ok(bytes)
}
