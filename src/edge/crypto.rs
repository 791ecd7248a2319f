//! The clock, random bytes, the platform's HMAC-SHA1, and who a bearer token says it is. Sealing itself is pure and stands in the core.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use js_sys::futures::JsFuture;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

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

/// HMAC-SHA1 of a message, in base64. The platform computes it: the core has no SHA-1, and needs none but for object
/// stores. `None` when the platform cannot.
pub async fn hmac_sha1(key: &str, message: &str) -> Option<String> {
    let subtle = member(&member(&js_sys::global(), "crypto")?, "subtle")?;
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"HMAC".into()).ok()?;
    Reflect::set(&algorithm, &"hash".into(), &"SHA-1".into()).ok()?;
    let bytes = |text: &str| JsValue::from(Uint8Array::from(text.as_bytes()));
    let usages = Array::of1(&"sign".into());
    let import = [&"raw".into(), &bytes(key), &algorithm, &JsValue::FALSE, &usages];
    let key = ask(&subtle, "importKey", &import).await?;
    let signature = ask(&subtle, "sign", &[&"HMAC".into(), &key, &bytes(message)]).await?;
    Some(STANDARD.encode(Uint8Array::new(&signature).to_vec()))
}

fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}

/// Calls a method that promises something.
async fn ask(object: &JsValue, method: &str, arguments: &[&JsValue]) -> Option<JsValue> {
    let method: Function = member(object, method)?.dyn_into().ok()?;
    let arguments: Array = arguments.iter().collect();
    let promise: Promise = method.apply(object, &arguments).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], Halt> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|_| Halt::NoEntropy)?;
    Ok(bytes)
}
