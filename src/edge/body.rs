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

/// What becomes of a body beyond its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// The sender is stopped.
    Stop,
    /// It is read and dropped, up to [`DRAIN_BYTES`]: a client that is still sending sees a reset connection where an
    /// answer should be.
    Drain,
}

/// How much is read of a body that will not be looked at.
const DRAIN_BYTES: usize = 32_000_000;

/// Reads all bytes of a stream, at most `limit`.
///
/// # Errors
/// [`BodyError`].
pub async fn read_body(
    stream: Option<ReadableStream>,
    limit: usize,
    rest: Rest,
) -> Result<Vec<u8>, BodyError> {
    let Some(stream) = stream else { return Ok(Vec::new()) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    while let Some(chunk) = next_chunk(&reader).await? {
        let length = bytes.len() + length_of(&chunk);
        if length > limit {
            if rest == Rest::Drain {
                drain(&reader, length).await?;
            }
            // What the sender says about being stopped is of no interest.
            drop(reader.cancel());
            return Err(BodyError::TooLong);
        }
        bytes.extend(chunk.to_vec());
    }
    Ok(bytes)
}

async fn drain(reader: &ReadableStreamDefaultReader, mut length: usize) -> Result<(), BodyError> {
    while length < DRAIN_BYTES {
        let Some(chunk) = next_chunk(reader).await? else { return Ok(()) };
        length += length_of(&chunk);
    }
    Ok(())
}

fn length_of(chunk: &Uint8Array) -> usize {
    usize::try_from(chunk.length()).unwrap_or(usize::MAX)
}

/// Whether a JavaScript error says that the time was over.
#[must_use]
pub fn is_timeout(error: &JsValue) -> bool {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
    name.as_deref() == Some("TimeoutError")
}

async fn next_chunk(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, BodyError> {
    let cut = |error: JsValue| BodyError::Cut { timed_out: is_timeout(&error) };
    let result = JsFuture::from(reader.read()).await.map_err(cut)?;
    let is_done = Reflect::get(&result, &"done".into()).map_err(cut)?.is_truthy();
    if is_done {
        return Ok(None);
    }
    let chunk = Reflect::get(&result, &"value".into()).map_err(cut)?;
    Ok(Some(Uint8Array::new(&chunk)))
}
