//! SQL as data: a statement with its parameters, and a plan of statements that commit together.
//! Who runs them, and on what, is left to the caller.

use serde::Serialize;

use crate::core::json::json_text;
use crate::core::row::{self, FromRow};
use crate::core::step::ProviderCall;

/// The longest JSON parameter, in bytes. D1 takes about 2 MB; the rest is room for the digits and quotes that
/// SQLite adds while it reads.
pub const JSON_PARAM_BYTES: usize = 1_500_000;

/// One bound value. Arrays travel as one JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Param {
    /// SQL NULL.
    Null,
    /// A whole number that fits a double without loss: times in milliseconds, counts, steps.
    Int(i64),
    /// Text; ids are always text.
    Text(String),
}

impl From<&str> for Param {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Param {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Param {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl<T: Into<Self>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Writes a value as the JSON text of one parameter.
#[must_use]
pub fn json_param<T: Serialize + ?Sized>(value: &T) -> Param {
    Param::Text(json_text(value))
}

/// One SQL statement: fixed text, bound values. Nothing is ever formatted into the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What the statement does, for logs and tests: its constructor's name.
    pub name: &'static str,
    /// The text, with parameters `?1`, `?2`, ….
    pub sql: &'static str,
    /// The bound values, in order.
    pub params: Vec<Param>,
}

impl Statement {
    /// A statement named for its effect.
    #[must_use]
    pub const fn new(name: &'static str, sql: &'static str, params: Vec<Param>) -> Self {
        Self { name, sql, params }
    }
}

/// A hint that a job's step is due; the job's row has the last word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Message {
    /// The job's id.
    pub job: String,
    /// The step that is due.
    pub step: i64,
}

/// Which queue a message travels on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Pages of a library.
    Sync,
    /// Edges of what was imported.
    Lineage,
}

/// A message with its queue and delay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    /// Where to.
    pub queue: Queue,
    /// What.
    pub message: Message,
    /// Seconds until it may be delivered.
    pub delay_s: u32,
    /// What the step will ask its provider first, where that is known already and asking does nothing there: whoever
    /// works on the step at once may ask while the batch that makes it due still runs.
    pub ahead: Option<Box<ProviderCall>>,
}

/// Statements that commit together or not at all, and the hints to send once they have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In order; run as one batch.
    pub statements: Vec<Statement>,
    /// Sent after the commit. A lost one costs time only: the tick sends again what is due.
    pub sends: Vec<Send>,
}

/// The rows that one statement returned, as the JSON array of objects that SQLite's driver gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// `[{"column": value, …}, …]`.
    pub json: String,
}

/// A row that does not have the shape its statement promises: a bug here or a foreign migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRows {
    /// What could not be read.
    pub reason: String,
}

impl std::fmt::Display for BadRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "stored rows do not have the expected shape: {}", self.reason)
    }
}

impl std::error::Error for BadRows {}

impl Rows {
    /// Reads every row as `T`.
    ///
    /// # Errors
    /// [`BadRows`] when a row lacks a column or holds another type.
    pub fn parse<T: FromRow>(&self) -> Result<Vec<T>, BadRows> {
        let mut rows = Vec::new();
        row::each(&self.json, &mut |row| rows.push(T::from_row(row))).map_err(|reason| BadRows { reason })?;
        Ok(rows)
    }

    /// Reads the first row, if there is one.
    ///
    /// # Errors
    /// As for [`Rows::parse`].
    pub fn first<T: FromRow>(&self) -> Result<Option<T>, BadRows> {
        Ok(self.parse::<T>()?.into_iter().next())
    }
}

/// Reads a row that stands as a JSON object in a column of another.
///
/// # Errors
/// As for [`Rows::parse`].
pub fn parse_row<T: FromRow>(json: &str) -> Result<T, BadRows> {
    let mut parsed = None;
    row::one(json, &mut |row| parsed = Some(T::from_row(row))).map_err(|reason| BadRows { reason })?;
    parsed.ok_or_else(|| BadRows { reason: "no row".to_owned() })
}

/// The rows of the `index`-th statement of a read.
///
/// # Errors
/// [`BadRows`] when the driver handed back fewer results than statements.
pub fn rows_at(all: &[Rows], index: usize) -> Result<&Rows, BadRows> {
    all.get(index).ok_or_else(|| BadRows { reason: format!("no result for statement {index}") })
}
