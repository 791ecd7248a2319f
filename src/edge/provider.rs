//! Calls to providers. Credentials are opened here, at the last moment, and secrets in an answer are sealed here, at
//! the first; where a call goes and what an answer means is decided in the core.

use js_sys::Promise;
use js_sys::futures::JsFuture;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::web_sys::{AbortSignal, Headers, RequestInit, RequestRedirect, Response, WorkerGlobalScope};

use crate::core::carry::Carry;
use crate::core::providers::address::address_of;
use crate::core::providers::object_store::Opened;
use crate::core::providers::retry_after::parse_retry_after;
use crate::core::seal::{SealError, change_members, open, seal};
use crate::core::step::{ProviderCall, Reply, Verb};
use crate::edge::body::{BodyError, Rest, is_timeout, read_body};
use crate::edge::carry::carry;
use crate::edge::crypto::{CREDENTIAL, nonce, now_ms, uuid_v4};
use crate::edge::halt::Halt;
use crate::edge::settings;

/// As the provider's own client waits.
const TIMEOUT_MS: u32 = 30_000;

/// The platform's limit on open connections.
const SIDE_BY_SIDE: usize = 6;

/// The largest answer, in bytes: 50 rows of 25 kB are 1.25 MB.
const ANSWER_BYTES: usize = 8_000_000;

/// Sends all calls, up to six side by side, and returns their replies in order.
///
/// # Errors
/// [`Halt`] when a secret is needed that is not configured. A call that fails is a reply, no error.
pub async fn call_all(env: &Env, calls: &[ProviderCall]) -> Result<Vec<Reply>, Halt> {
    let caller = Caller::new(env, calls)?;
    if let [call] = calls
        && let Some(file) = &call.file
    {
        return Ok(vec![caller.carry(call, file).await]);
    }
    let mut replies = Vec::with_capacity(calls.len());
    for calls in calls.chunks(SIDE_BY_SIDE) {
        // The requests run from here on, whether anybody waits for them or not.
        let started: Vec<_> = calls.iter().map(|call| caller.start(call)).collect();
        for (call, started) in calls.iter().zip(started) {
            let finished = match started {
                Ok(answer) => caller.finish(call, answer).await,
                Err(refused) => Err(refused),
            };
            replies.push(finished.unwrap_or_else(|reason| Reply::Cut { reason }));
        }
    }
    Ok(replies)
}

/// A call that is under way while something else is done.
pub struct Asked {
    caller: Caller,
    call: ProviderCall,
    started: Result<JsFuture, String>,
}

impl Asked {
    /// Sends a call; it runs from here on, whether anybody waits for its reply or not.
    ///
    /// # Errors
    /// As for [`call_all`].
    pub fn send(env: &Env, call: &ProviderCall) -> Result<Self, Halt> {
        let caller = Caller::new(env, std::slice::from_ref(call))?;
        let started = caller.start(call);
        Ok(Self { caller, call: call.clone(), started })
    }

    /// Whether exactly this was asked.
    #[must_use]
    pub fn is(&self, call: &ProviderCall) -> bool {
        self.call == *call
    }

    /// Waits for the reply.
    pub async fn reply(self) -> Reply {
        let finished = match self.started {
            Ok(answer) => self.caller.finish(&self.call, answer).await,
            Err(refused) => Err(refused),
        };
        finished.unwrap_or_else(|reason| Reply::Cut { reason })
    }
}

/// What all calls share.
struct Caller {
    simulator: Option<String>,
    /// Present when a call has something to open or to seal.
    key: Option<[u8; 32]>,
}

impl Caller {
    fn new(env: &Env, calls: &[ProviderCall]) -> Result<Self, Halt> {
        let has_secret = |call: &ProviderCall| {
            call.credential.is_some() || call.file.is_some() || !call.open.is_empty() || !call.seal.is_empty()
        };
        let key = if calls.iter().any(has_secret) { Some(settings::credential_key(env)?) } else { None };
        Ok(Self { simulator: settings::simulator_base(env), key })
    }

    fn start(&self, call: &ProviderCall) -> Result<JsFuture, String> {
        let address = address_of(call, self.simulator.as_deref())?;
        let init = RequestInit::new();
        init.set_method(match call.verb {
            Verb::Get => "GET",
            Verb::Post => "POST",
            Verb::Head => "HEAD",
            // Its body is a file, and a file goes alone.
            Verb::Put => return Err("a file was not sent beside other calls".to_owned()),
        });
        init.set_headers(self.headers(call)?.as_ref());
        if let Some(body) = &call.body {
            let opened = change_members(body, &call.open, |sealed| self.open(sealed));
            init.set_body(&JsValue::from_str(&opened.map_err(not_openable)?));
        }
        // A redirect is handed back, never followed: it would carry the credential elsewhere.
        init.set_redirect(RequestRedirect::Manual);
        init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
        let global: WorkerGlobalScope = js_sys::global().unchecked_into();
        let promise: Promise = global.fetch_with_str_and_init(address.as_str(), &init);
        Ok(JsFuture::from(promise))
    }

    /// Carries a file, with its signer's secrets opened for this moment.
    async fn carry(&self, call: &ProviderCall, file: &Carry) -> Reply {
        let signer = &file.signer;
        let opened = || -> Result<Opened, SealError> {
            let [access_key, secret, token] =
                [self.open(&signer.access_key)?, self.open(&signer.secret)?, self.open(&signer.token)?];
            Ok(Opened { access_key, secret, token })
        };
        match opened() {
            Ok(opened) => carry(call, file, self.simulator.as_deref(), &opened).await,
            Err(error) => {
                Reply::Cut { reason: format!("the keys of the object store cannot be opened: {error}") }
            }
        }
    }

    fn headers(&self, call: &ProviderCall) -> Result<Headers, String> {
        let headers = Headers::new().map_err(|_| "the platform made no headers".to_owned())?;
        let set = |name: &str, value: &str| {
            headers.set(name, value).map_err(|_| format!("the header {name} cannot hold its value"))
        };
        set("ai-trace-id", &uuid_v4().map_err(|halt| halt.code().to_owned())?)?;
        if call.body.is_some() {
            set("content-type", "application/json")?;
        }
        for (name, value) in &call.headers {
            set(name, value)?;
        }
        if let Some((name, sealed)) = &call.credential {
            set(name, &self.open(sealed).map_err(not_openable)?)?;
        }
        Ok(headers)
    }

    async fn finish(&self, call: &ProviderCall, answer: JsFuture) -> Result<Reply, String> {
        let response = answer.await.map_err(|error| cut(is_timeout(&error)))?;
        let response: Response = response.dyn_into().map_err(|_| cut(false))?;
        let retry_after = response.headers().get("retry-after").ok().flatten();
        let bytes =
            read_body(response.body(), ANSWER_BYTES, Rest::Stop).await.map_err(|error| match error {
                BodyError::TooLong => format!("the provider's answer is longer than {ANSWER_BYTES} bytes"),
                BodyError::Cut { timed_out } => cut(timed_out),
            })?;
        let body = String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok(Reply::Answer {
            status: response.status(),
            retry_after_s: retry_after.and_then(|text| parse_retry_after(&text, now_ms())),
            body: self.sealed(call, body)?,
        })
    }

    /// Seals what the call says is secret in its answer. An answer that is not JSON is handed on empty: nobody knows
    /// where a secret would stand in it.
    fn sealed(&self, call: &ProviderCall, body: String) -> Result<String, String> {
        if call.seal.is_empty() {
            return Ok(body);
        }
        let key = self.key.ok_or("no key to seal with")?;
        let sealed = change_members(&body, &call.seal, |plain| {
            let nonce = nonce().map_err(|_| SealError::NotSealed)?;
            Ok(seal(&key, &nonce, plain, CREDENTIAL))
        });
        match sealed {
            Ok(body) => Ok(body),
            Err(SealError::NotJson) => Ok(String::new()),
            Err(_) => Err("the provider's answer holds a secret that could not be sealed".to_owned()),
        }
    }

    fn open(&self, sealed: &str) -> Result<String, SealError> {
        open(&self.key.ok_or(SealError::Tampered)?, sealed, CREDENTIAL)
    }
}

fn not_openable(error: SealError) -> String {
    format!("the stored credential cannot be opened, connect the account again: {error}")
}

fn cut(timed_out: bool) -> String {
    if timed_out {
        format!("the provider did not answer within {} s", TIMEOUT_MS / 1000)
    } else {
        "the connection to the provider failed".to_owned()
    }
}
