//! Reads the rows of a result into plain structs. A row is a list of scalars, so a struct of columns needs none of what
//! serde builds anew for every type: [`row!`] makes one short call a column, which keeps the Worker small.

use serde_json::{Map, Value};

/// Declares a struct whose fields are the columns of a row, under the same names. A column that may be null or absent
/// is an `Option`; columns that have no field do no harm.
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$about:meta])* $seen:vis $column:ident: $kind:ty),+ $(,)? }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$about])* $seen $column: $kind),+ }

        impl $crate::core::row::FromRow for $name {
            fn from_row(row: &mut $crate::core::row::Row) -> Self {
                Self { $($column: $crate::core::row::Column::take(row, stringify!($column))),+ }
            }
        }
    };
}
pub(crate) use row;

/// A struct that [`row!`] declared.
pub trait FromRow: Sized {
    /// Takes its columns out of the row. What does not fit is noted there, and stands blank here.
    fn from_row(row: &mut Row) -> Self;
}

/// A row of which only its being there matters.
impl FromRow for () {
    fn from_row(_: &mut Row) -> Self {}
}

/// A type that a column can have.
pub trait Column: Sized {
    /// Takes the column out of the row.
    fn take(row: &mut Row, name: &str) -> Self;
}

/// A row that is being read, with the first complaint about it.
#[derive(Debug)]
pub struct Row {
    columns: Map<String, Value>,
    complaint: Option<String>,
}

/// Hands on the one row that a JSON object is.
///
/// # Errors
/// As for [`each`].
pub fn one(json: &str, read: &mut dyn FnMut(&mut Row)) -> Result<(), String> {
    hand_on(serde_json::from_str(json).map_err(|error| error.to_string())?, read)
}

/// Hands on the rows of a JSON array, one by one.
///
/// # Errors
/// A message that names the column that does not fit.
pub fn each(json: &str, read: &mut dyn FnMut(&mut Row)) -> Result<(), String> {
    let rows = match serde_json::from_str(json) {
        Ok(Value::Array(rows)) => rows,
        Ok(_) => return Err("the rows are no list".to_owned()),
        Err(error) => return Err(error.to_string()),
    };
    rows.into_iter().try_for_each(|row| hand_on(row, read))
}

fn hand_on(row: Value, read: &mut dyn FnMut(&mut Row)) -> Result<(), String> {
    let Value::Object(columns) = row else { return Err(format!("{row} is no row")) };
    let mut row = Row { columns, complaint: None };
    read(&mut row);
    row.complaint.map_or(Ok(()), Err)
}

impl Row {
    /// Takes text that is one of a closed list of words; `blank` stands for any other.
    pub fn word<T>(&mut self, name: &str, parse: fn(&str) -> Option<T>, blank: T) -> T {
        let text = self.text(name).unwrap_or_default();
        parse(&text).unwrap_or_else(|| {
            self.complain(name, "a known word", &Value::String(text));
            blank
        })
    }

    fn column(&mut self, name: &str) -> Value {
        self.columns.get_mut(name).map(Value::take).unwrap_or_default()
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.column(name) {
            Value::String(text) => Some(text),
            Value::Null => None,
            other => {
                self.complain(name, "text", &other);
                None
            }
        }
    }

    fn whole(&mut self, name: &str) -> Option<i64> {
        let value = self.column(name);
        let whole = value.as_i64();
        if whole.is_none() && !value.is_null() {
            self.complain(name, "a whole number", &value);
        }
        whole
    }

    fn whole_or_complain(&mut self, name: &str) -> i64 {
        self.whole(name).unwrap_or_else(|| {
            self.complain(name, "a whole number", &Value::Null);
            0
        })
    }

    fn complain(&mut self, name: &str, wanted: &str, value: &Value) {
        self.complaint.get_or_insert_with(|| format!("column {name} holds {value} in place of {wanted}"));
    }
}

impl Column for String {
    fn take(row: &mut Row, name: &str) -> Self {
        row.text(name).unwrap_or_else(|| {
            row.complain(name, "text", &Value::Null);
            Self::new()
        })
    }
}

impl Column for Option<String> {
    fn take(row: &mut Row, name: &str) -> Self {
        row.text(name)
    }
}

impl Column for i64 {
    fn take(row: &mut Row, name: &str) -> Self {
        row.whole_or_complain(name)
    }
}

impl Column for Option<i64> {
    fn take(row: &mut Row, name: &str) -> Self {
        row.whole(name)
    }
}

/// Columns of narrower whole numbers.
macro_rules! narrow {
    ($($kind:ident)+) => {$(
        impl Column for $kind {
            fn take(row: &mut Row, name: &str) -> Self {
                let whole = row.whole_or_complain(name);
                Self::try_from(whole).unwrap_or_else(|_| {
                    row.complain(name, stringify!($kind), &whole.into());
                    0
                })
            }
        }
    )+};
}

narrow! { u8 u32 u64 }

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::core::media::Api;
    use crate::core::statement::Rows;

    row! {
        #[derive(Debug, PartialEq)]
        struct Known {
            id: String,
            api: Api,
            at_ms: i64,
            rank: u8,
            note: Option<String>,
        }
    }

    fn read(row: serde_json::Value) -> Result<Option<Known>, String> {
        Rows { json: json!([row]).to_string() }.first().map_err(|error| error.reason)
    }

    #[test]
    fn a_row_reads_by_name_and_further_columns_do_no_harm() {
        let row = json!({ "at_ms": 1_764_000_000_000_i64, "api": "library", "id": "a", "more": 1, "note": null, "rank": 2 });
        let expected =
            Known { id: "a".into(), api: Api::Library, at_ms: 1_764_000_000_000, rank: 2, note: None };
        assert_eq!(read(row), Ok(Some(expected)));
    }

    #[test]
    fn a_missing_column_and_a_wrong_type_are_named() {
        let complaint = |change: serde_json::Value| {
            let mut row = json!({ "id": "a", "api": "library", "at_ms": 1, "rank": 2 });
            for (name, value) in change.as_object().unwrap() {
                row[name] = value.clone();
            }
            read(row).unwrap_err()
        };
        assert!(read(json!({ "api": "library", "at_ms": 1, "rank": 2 })).unwrap_err().contains("id"));
        assert!(complaint(json!({ "id": 5 })).contains("id holds 5"));
        assert!(complaint(json!({ "at_ms": "soon" })).contains("soon"));
        assert!(complaint(json!({ "at_ms": 1.5 })).contains("1.5"));
        assert!(complaint(json!({ "api": "rumour" })).contains("rumour"));
        assert!(complaint(json!({ "rank": 256 })).contains("rank holds 256"));
        assert!(complaint(json!({ "note": [] })).contains("note"));
    }
}
