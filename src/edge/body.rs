//! Reading a body to its end, but never past a limit: what comes from outside decides nothing about our memory.

use js_sys::futures::JsFuture;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use worker::web_sys::{ReadableStream, ReadableStreamDefaultReader};

/// Why a body could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// It is longer than the limit.
    TooLong,
    /// The sender went away, or the time was over.
    Cut {
        /// Whether it was the time.
        timed_out: bool,
    },
}

/// Reads all bytes of a stream, at most `limit`.
///
/// # Errors
/// [`BodyError`].
pub async fn read_body(stream: Option<ReadableStream>, limit: usize) -> Result<Vec<u8>, BodyError> {
    let Some(stream) = stream else { return Ok(Vec::new()) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    while let Some(chunk) = next_chunk(&reader).await? {
        if bytes.len() + chunk.len() > limit {
            // What the sender says about being stopped is of no interest.
            drop(reader.cancel());
            return Err(BodyError::TooLong);
        }
        bytes.extend(chunk);
    }
    Ok(bytes)
}

/// Whether a JavaScript error says that the time was over.
#[must_use]
pub fn is_timeout(error: &JsValue) -> bool {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
    name.as_deref() == Some("TimeoutError")
}

async fn next_chunk(reader: &ReadableStreamDefaultReader) -> Result<Option<Vec<u8>>, BodyError> {
    let cut = |error: JsValue| BodyError::Cut { timed_out: is_timeout(&error) };
    let result = JsFuture::from(reader.read()).await.map_err(cut)?;
    let is_done = Reflect::get(&result, &"done".into()).map_err(cut)?.is_truthy();
    if is_done {
        return Ok(None);
    }
    let chunk = Reflect::get(&result, &"value".into()).map_err(cut)?;
    Ok(Some(Uint8Array::new(&chunk).to_vec()))
}
