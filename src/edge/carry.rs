//! Carries a file from its url into a provider's object store, as a stream: neither memory nor the core holds it. Which urls,
//! kinds and sizes may be, and what is signed, the core says; here are only the bytes.

use js_sys::futures::JsFuture;
use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use worker::web_sys::{
    AbortSignal, Headers, RequestInit, RequestRedirect, Response, TransformStream, WorkerGlobalScope,
};

use crate::core::carry::{Carried, Carry, FileKind, NoSource};
use crate::core::providers::address::address_of;
use crate::core::providers::object_store::{Opened, authorization};
use crate::core::providers::source::{redirected, source_address};
use crate::core::step::{ProviderCall, Reply};
use crate::edge::body::{BodyError, Rest, read_body};
use crate::edge::crypto::hmac_sha1;

/// All that carrying may take: with the calls before and behind it, it has to fit into a step's lease.
const TIMEOUT_MS: u32 = 75_000;

/// How often a url may lead on to another one.
const MOST_HOPS: u32 = 5;

/// What is kept in memory of a file whose server does not say how long it is.
const BUFFERED_BYTES: u64 = 10 * 1024 * 1024;

/// A file that is coming in.
struct Source {
    kind: FileKind,
    size_bytes: u64,
    body: JsValue,
}

/// Carries the file of a call. `opened` are the secrets that sign it.
pub async fn carry(call: &ProviderCall, file: &Carry, simulator: Option<&str>, opened: &Opened) -> Reply {
    let signal = AbortSignal::timeout_with_u32(TIMEOUT_MS);
    let source = match fetch_source(file, call.sandbox, simulator, &signal).await {
        Ok(source) => source,
        Err(no_source) => return Reply::Carried(Carried::NoSource(no_source)),
    };
    let path = format!("{}.{}", call.path, source.kind.ending());
    let put = ProviderCall { path, ..call.clone() };
    match store(&put, file, simulator, opened, &source, &signal).await {
        Ok(status @ (200..=299 | 409)) => Reply::Carried(Carried::Stored {
            key: put.path.trim_start_matches('/').to_owned(),
            size_bytes: source.size_bytes,
            was_there: status == 409,
        }),
        Ok(status) => Reply::Carried(Carried::Refused { status }),
        Err(reason) => Reply::Cut { reason },
    }
}

/// Asks for the file, wherever its url leads.
async fn fetch_source(
    file: &Carry,
    sandbox: bool,
    simulator: Option<&str>,
    signal: &AbortSignal,
) -> Result<Source, NoSource> {
    let mut url = file.source.clone();
    for _ in 0..=MOST_HOPS {
        let address = source_address(&url, sandbox, simulator).ok_or(NoSource::NotPublic)?;
        let init = RequestInit::new();
        // A packed file would be longer than it says.
        let headers = [("accept-encoding", "identity".to_owned())];
        init.set_headers(headers_of(&headers).map_err(|_| NoSource::Silent)?.as_ref());
        let response = send(address.as_str(), &init, signal).await.map_err(|_| NoSource::Silent)?;
        match response.status() {
            200 => return receive(file, &url, &response).await,
            301 | 302 | 303 | 307 | 308 => {
                stop(&response);
                let location =
                    header(&response, "location").ok_or(NoSource::Answered { status: response.status() })?;
                url = redirected(&address, &location).ok_or(NoSource::NotPublic)?;
            }
            status => {
                stop(&response);
                return Err(NoSource::Answered { status });
            }
        }
    }
    Err(NoSource::Endless)
}

/// Looks at what comes, and makes it a body of a known length: object stores want one.
async fn receive(file: &Carry, url: &str, response: &Response) -> Result<Source, NoSource> {
    let kind =
        file.kind_of(header(response, "content-type").as_deref(), url).inspect_err(|_| stop(response))?;
    let is_packed = header(response, "content-encoding").is_some_and(|word| word != "identity");
    let length = header(response, "content-length").and_then(|text| text.trim().parse::<u64>().ok());
    let too_large = || NoSource::TooLarge { most_bytes: file.most_bytes };
    if let Some(size_bytes) = length.filter(|_| !is_packed) {
        if size_bytes > file.most_bytes {
            stop(response);
            return Err(too_large());
        }
        let body = streamed(response, size_bytes).ok_or(NoSource::Silent)?;
        return Ok(Source { kind, size_bytes, body });
    }
    let most = usize::try_from(file.most_bytes.min(BUFFERED_BYTES)).unwrap_or(0);
    let bytes = read_body(response.body(), most, Rest::Stop).await.map_err(|error| match error {
        BodyError::TooLong => too_large(),
        BodyError::Cut { .. } => NoSource::Silent,
    })?;
    let size_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Ok(Source { kind, size_bytes, body: Uint8Array::from(bytes.as_slice()).into() })
}

/// The body as a stream of exactly so many bytes; one that is longer or shorter fails on its way.
fn streamed(response: &Response, size_bytes: u64) -> Option<JsValue> {
    let constructor: Function =
        Reflect::get(&js_sys::global(), &"FixedLengthStream".into()).ok()?.dyn_into().ok()?;
    let length = JsValue::from_f64(size_bytes as f64);
    let stream = Reflect::construct(&constructor, &Array::of1(&length)).ok()?;
    let stream: TransformStream = stream.unchecked_into();
    // How the piping ends is seen at the other end: there the request fails. Here it is only looked at so that nobody
    // reports it as overlooked.
    drop(JsFuture::from(response.body()?.pipe_to(&stream.writable())));
    Some(stream.readable().into())
}

/// Sends the signed request; its HTTP status.
async fn store(
    put: &ProviderCall,
    file: &Carry,
    simulator: Option<&str>,
    opened: &Opened,
    source: &Source,
    signal: &AbortSignal,
) -> Result<u16, String> {
    let address = address_of(put, simulator)?;
    let mut headers = file.signer.headers(source.kind, opened);
    let message = file.signer.message(&put.path, &headers);
    let signature = hmac_sha1(&opened.secret, &message).await.ok_or("the platform made no signature")?;
    headers.push(("authorization", authorization(opened, &signature)));
    let init = RequestInit::new();
    init.set_method("PUT");
    init.set_headers(headers_of(&headers)?.as_ref());
    init.set_body(&source.body);
    let failed = |_| "the connection to the object store failed".to_owned();
    let response = send(address.as_str(), &init, signal).await.map_err(failed)?;
    stop(&response);
    Ok(response.status())
}

async fn send(address: &str, init: &RequestInit, signal: &AbortSignal) -> Result<Response, JsValue> {
    // A redirect is handed back: where it leads is looked at first.
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(signal));
    let global: WorkerGlobalScope = js_sys::global().unchecked_into();
    JsFuture::from(global.fetch_with_str_and_init(address, init)).await?.dyn_into()
}

fn headers_of(pairs: &[(&'static str, String)]) -> Result<Headers, String> {
    let headers = Headers::new().map_err(|_| "the platform made no headers".to_owned())?;
    for (name, value) in pairs {
        headers.set(name, value).map_err(|_| format!("the header {name} cannot hold its value"))?;
    }
    Ok(headers)
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok().flatten()
}

/// Nothing more is read of an answer. What its sender says about that is of no interest.
fn stop(response: &Response) {
    if let Some(body) = response.body().filter(|body| !body.locked()) {
        drop(JsFuture::from(body.cancel()));
    }
}
