//! D1: statements in, one batch, results out. What an error means is read in the core; when to try again is left to
//! the driver.

use js_sys::futures::JsFuture;
use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::worker_sys::types::{D1Database, D1PreparedStatement};

use crate::core::statement::{Param, Rows, Statement};

/// Beyond this a double skips whole numbers.
const SAFE_INTEGER: i64 = 1 << 53;

/// What a batch returned.
pub struct Results(Array);

/// The database, bound as `DB`.
pub struct Database(D1Database);

impl Database {
    /// Opens the binding; nothing is sent yet.
    ///
    /// # Errors
    /// The platform's words when there is no such binding.
    pub fn open(env: &Env) -> Result<Self, String> {
        let database = env.d1("DB").map_err(|error| error.to_string())?;
        // The crate's own wrapper panics where these bindings return errors, and hides the raw rows.
        Ok(Self(JsValue::from(database).unchecked_into()))
    }

    /// Runs all statements as one transaction, in one round trip.
    ///
    /// # Errors
    /// The database's words; nothing took effect, unless the connection was lost.
    pub async fn run(&self, statements: &[Statement]) -> Result<Results, String> {
        let batch = Array::new();
        for statement in statements {
            batch.push(self.prepare(statement)?.as_ref());
        }
        let promise = self.0.batch(batch).map_err(|error| text_of(&error))?;
        let results = JsFuture::from(promise).await.map_err(|error| text_of(&error))?;
        let results = results.dyn_into().map_err(|_| "the batch returned no list of results".to_owned())?;
        Ok(Results(results))
    }

    fn prepare(&self, statement: &Statement) -> Result<D1PreparedStatement, String> {
        let values = Array::new();
        for param in &statement.params {
            values.push(&bound(param).map_err(|error| format!("{}: {error}", statement.name))?);
        }
        let prepared = self.0.prepare(statement.sql).map_err(|error| text_of(&error))?;
        prepared.bind(values).map_err(|error| text_of(&error))
    }
}

impl Results {
    /// The rows of every statement, as JSON text. The platform's own writer is cheaper than walking the objects.
    ///
    /// # Errors
    /// When a result is not as the platform documents it.
    pub fn rows(&self) -> Result<Vec<Rows>, String> {
        self.0.iter().map(|result| rows_of(&result)).collect()
    }

    /// The rows of the last statement, as JSON text.
    ///
    /// # Errors
    /// As for [`Results::rows`].
    pub fn last_rows(&self) -> Result<Rows, String> {
        rows_of(&self.0.get(self.0.length().saturating_sub(1)))
    }

    /// Rows read and rows written, over all statements.
    #[must_use]
    pub fn rows_read_and_written(&self) -> (u64, u64) {
        let metas = self.0.iter().filter_map(|result| Reflect::get(&result, &"meta".into()).ok());
        metas.fold((0, 0), |(read, written), meta| {
            (read + count_in(&meta, "rows_read"), written + count_in(&meta, "rows_written"))
        })
    }
}

fn rows_of(result: &JsValue) -> Result<Rows, String> {
    let rows = Reflect::get(result, &"results".into()).map_err(|error| text_of(&error))?;
    let text = JSON::stringify(&rows).map_err(|error| text_of(&error))?;
    let json = text.as_string().ok_or("a statement returned no rows that can be written as JSON")?;
    Ok(Rows { json })
}

/// A count that JavaScript holds is a whole number far below 2^53.
fn count_in(meta: &JsValue, name: &str) -> u64 {
    Reflect::get(meta, &name.into()).ok().and_then(|count| count.as_f64()).unwrap_or(0.0) as u64
}

fn bound(param: &Param) -> Result<JsValue, String> {
    match param {
        Param::Null => Ok(JsValue::NULL),
        Param::Text(text) => Ok(JsValue::from_str(text)),
        Param::Int(number) if (-SAFE_INTEGER..=SAFE_INTEGER).contains(number) => {
            Ok(JsValue::from_f64(*number as f64))
        }
        Param::Int(number) => Err(format!("{number} does not fit a double without loss")),
    }
}

fn text_of(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| format!("{error:?}"), |error| String::from(error.message()))
}
